import { z } from 'zod'
import { lineSchema, noteSchema } from '../primitives/text.ts'

/** Where a membership answer can come from. `mock` is the PCare protocol against the development server. */
export const MEMBERSHIP_SOURCES = ['mock', 'pcare', 'vclaim', 'list', 'manual'] as const
export type MembershipSourceName = (typeof MEMBERSHIP_SOURCES)[number]

/**
 * Why there is no answer. `kind` says who mends it: `outage` heals with time, `rejected` needs the operator or a person.
 * `retryable`: whether asking again by itself can bring another answer; if not, the case goes to a person at once.
 */
export const UNAVAILABLE_REASONS = {
  timeout: { kind: 'outage', retryable: true },
  connection_failed: { kind: 'outage', retryable: true },
  connection_lost: { kind: 'outage', retryable: true },
  tls_refused: { kind: 'rejected', retryable: true },
  http_error: { kind: 'outage', retryable: true },
  server_error: { kind: 'outage', retryable: true },
  empty_body: { kind: 'outage', retryable: true },
  not_json: { kind: 'outage', retryable: true },
  body_too_large: { kind: 'outage', retryable: true },
  undecryptable: { kind: 'outage', retryable: true },
  bad_answer: { kind: 'outage', retryable: true },
  unexpected_code: { kind: 'outage', retryable: true },
  rate_limited: { kind: 'outage', retryable: true },
  breaker_open: { kind: 'outage', retryable: true },
  overloaded: { kind: 'outage', retryable: true },
  credentials_refused: { kind: 'rejected', retryable: true },
  clock_skew: { kind: 'rejected', retryable: true },
  request_refused: { kind: 'rejected', retryable: false },
  unusable_nik: { kind: 'rejected', retryable: false },
  // Asking again changes nothing before a person has done something: imported a list, or looked the member up.
  no_list: { kind: 'rejected', retryable: false },
  list_outdated: { kind: 'rejected', retryable: false },
  not_on_partial_list: { kind: 'rejected', retryable: false },
  no_manual_check: { kind: 'rejected', retryable: false },
} as const satisfies Record<string, { kind: 'outage' | 'rejected'; retryable: boolean }>
export type UnavailableReason = keyof typeof UNAVAILABLE_REASONS
const REASON_NAMES = Object.keys(UNAVAILABLE_REASONS) as [UnavailableReason, ...UnavailableReason[]]

/** `none`: the source has no connection to protect (list, manual). */
export const BREAKER_STATES = ['closed', 'open', 'half_open', 'none'] as const

/** How the membership source is doing, for those who run the service. Holds nothing about any person. */
export const bpjsHealthSchema = z.object({
  source: z.enum(MEMBERSHIP_SOURCES),
  breaker: z.enum(BREAKER_STATES),
  /** ISO time before which an open breaker lets nothing through. */
  retryAt: z.iso.datetime().nullable(),
  lastSuccessAt: z.iso.datetime().nullable(),
  lastFailure: z
    .object({
      at: z.iso.datetime(),
      reason: z.enum(REASON_NAMES),
      kind: z.enum(['outage', 'rejected']),
      httpStatus: z.int().nullable(),
      answerCode: z.string().max(32).nullable(),
      /** What BPJS wrote when it refused our credentials; every longer run of digits is masked. */
      answerMessage: z.string().max(200).nullable(),
    })
    .nullable(),
  /** Our clock minus theirs, in seconds, from the last answer that carried a date. */
  clockSkewSeconds: z.int().nullable(),
  inFlight: z.int().min(0),
  waiting: z.int().min(0),
})
export type BpjsHealth = z.infer<typeof bpjsHealthSchema>

/**
 * What an officer found out about a membership by other means. `evidence` says how (who was asked, which page, which letter);
 * `checkedAt` when they looked. An inactive membership needs the status as it was read.
 */
export const manualCheckSchema = z
  .strictObject({
    outcome: z.enum(['found_active', 'found_inactive', 'found_mismatch', 'not_found']),
    statusCode: z
      .string()
      .regex(/^\d{1,3}$/)
      .optional(),
    statusText: lineSchema(1, 100).optional(),
    segmentCode: z
      .string()
      .regex(/^\d{1,3}$/)
      .optional(),
    segmentText: lineSchema(1, 100).optional(),
    cardNumber: z
      .string()
      .regex(/^\d{13}$/)
      .optional(),
    evidence: noteSchema(10, 1000),
    checkedAt: z.iso.datetime({ offset: true }),
  })
  .superRefine((check, context) => {
    if (check.outcome === 'found_inactive' && !check.statusText) {
      context.addIssue({ code: 'custom', path: ['statusText'], params: { code: 'required' } })
    }
  })
export type ManualCheck = z.infer<typeof manualCheckSchema>

/** What can be wrong with one cell of a membership list. Texts: `list.issue.<code>`. */
export const LIST_ISSUE_CODES = [
  'missing',
  'nik_was_number',
  'nik_not_16_digits',
  'nik_impossible',
  'nik_repeated',
  'card_not_13_digits',
  'not_a_date',
  'not_utf8',
  'other_month',
  'village_unknown',
  'decile_invalid',
] as const
export type ListIssueCode = (typeof LIST_ISSUE_CODES)[number]

/** Why a whole file is refused and nothing of it is kept. Texts: `list.fault.<code>`. */
export const LIST_FILE_FAULTS = [
  'file_empty',
  'file_not_csv',
  'row_unreadable',
  'header_not_found',
  'status_column_missing',
  'no_usable_rows',
  'niks_were_numbers',
  'month_invalid',
  'month_in_future',
  'file_damaged',
] as const
export type ListFileFault = (typeof LIST_FILE_FAULTS)[number]
