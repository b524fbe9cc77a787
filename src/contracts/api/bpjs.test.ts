import { expect, test } from 'vitest'
import { UNAVAILABLE_REASONS, type UnavailableReason } from './bpjs.ts'

/** Written by hand: what time heals, what an operator must mend while we ask on, and what asking again never changes. */
const CLASSES = {
  outage: [
    'timeout',
    'connection_failed',
    'connection_lost',
    'http_error',
    'server_error',
    'empty_body',
    'not_json',
    'body_too_large',
    'undecryptable',
    'bad_answer',
    'unexpected_code',
    'rate_limited',
    'breaker_open',
    'overloaded',
  ],
  'mend, asked on': ['tls_refused', 'credentials_refused', 'clock_skew'],
  'for a person': [
    'request_refused',
    'unusable_nik',
    'no_list',
    'list_outdated',
    'not_on_partial_list',
    'no_manual_check',
  ],
} as const satisfies Record<string, readonly UnavailableReason[]>

test('every reason why there is no answer is of the class that says what becomes of the question', () => {
  const classOf = ({ kind, retryable }: { kind: string; retryable: boolean }): string => {
    if (!retryable) return kind === 'rejected' ? 'for a person' : 'an outage that is never asked about again'
    return kind === 'outage' ? 'outage' : 'mend, asked on'
  }
  const found = Object.groupBy(Object.keys(UNAVAILABLE_REASONS) as UnavailableReason[], (reason) =>
    classOf(UNAVAILABLE_REASONS[reason]),
  )
  const sorted = Object.entries(found).map(([name, reasons]) => [name, reasons?.toSorted()])
  expect(Object.fromEntries(sorted)).toEqual(
    Object.fromEntries(Object.entries(CLASSES).map(([name, reasons]) => [name, [...reasons].sort()])),
  )
})
