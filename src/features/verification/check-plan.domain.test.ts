import { describe, expect, it } from 'vitest'
import { refusal } from '../../contracts/lifecycle/allowed.ts'
import { startSnapshot } from '../../contracts/lifecycle/journal.ts'
import { MEMBERSHIP_OUTCOMES, STATES, type State } from '../../contracts/lifecycle/states.ts'
import type { FoundMembership, MembershipResult } from '../bpjs/index.ts'
import { type CheckedCase, flagsAfter, planAfterChecks } from './check-plan.domain.ts'

const AT = new Date('2026-11-23T03:00:00Z')
const answered = { source: 'mock', checkedAt: AT, asOf: null } as const
const found = (outcome: FoundMembership['outcome'], code: string | null, known = true): FoundMembership => ({
  ...answered,
  outcome,
  statusCode: code,
  statusText: null,
  statusKnown: known,
  segmentCode: null,
  segmentText: null,
  cardNumber: null,
  arrears: null,
  differences: [],
})
const silence = (retryable: boolean): MembershipResult => ({
  ...answered,
  outcome: 'unavailable',
  kind: retryable ? 'outage' : 'rejected',
  reason: retryable ? 'timeout' : 'unusable_nik',
  retryable,
  retryAfterMs: null,
})
const ANSWERS: MembershipResult[] = [
  { ...answered, outcome: 'not_found' },
  found('found_active', '0'),
  found('found_inactive', '9'),
  found('found_inactive', '2'),
  found('found_inactive', null, false),
  found('found_mismatch', '0'),
  { ...found('found_active', '0'), source: 'manual' },
  { ...found('found_inactive', '9'), source: 'manual' },
  silence(true),
  silence(false),
]

describe('planning after the checks', () => {
  const everyCase = STATES.flatMap((state) =>
    [null, ...MEMBERSHIP_OUTCOMES].flatMap((before) =>
      ANSWERS.flatMap((membership) =>
        [false, true].flatMap((isLeased) =>
          [false, true].flatMap((hasOpenDuplicate) =>
            [false, true].map((isOverdue): { state: State; checked: CheckedCase } => ({
              state,
              checked: {
                snapshot: { state, flags: ['resubmitted', 'membership_unknown'], membership: before },
                isLeased,
                hasOpenDuplicate,
                membership,
                isOverdue,
              },
            })),
          ),
        ),
      ),
    ),
  )

  it('never plans a move that the lifecycle refuses', () => {
    for (const { state, checked } of everyCase) {
      const { move } = planAfterChecks(checked)
      if (!move) continue
      const snapshot = { ...startSnapshot(AT.toISOString(), []), state }
      const lease = checked.isLeased ? 'other' : 'none'
      const standing = {
        role: 'system',
        own: false,
        reserved: false,
        lease,
        decidedByMe: false,
        undoable: false,
        now: AT,
      } as const
      expect(refusal(move.action, snapshot, standing), `${move.action} in ${state}`).toBeNull()
    }
  })

  it('never tells anybody anything while BPJS is silent, in doubt, an officer answered in its place, or a person holds the case', () => {
    for (const { checked } of everyCase) {
      const { membership, isLeased } = checked
      const isSure =
        membership.outcome === 'found_active' ||
        (membership.outcome === 'found_inactive' && membership.statusCode === '9')
      if (!isSure || isLeased || membership.source === 'manual') expect(planAfterChecks(checked).notice).toBeNull()
    }
  })

  it('asks again exactly while the silence may end', () => {
    for (const { state, checked } of everyCase) {
      const { askAgain } = planAfterChecks(checked)
      const { membership, snapshot } = checked
      const isOwed = snapshot.membership === null || snapshot.membership === 'unavailable'
      const isAsking = state === 'checking' || (state === 'in_review' && isOwed)
      const mayEnd = membership.outcome === 'unavailable' && membership.retryable
      expect(askAgain).toBe(isAsking && mayEnd)
    }
  })

  it('keeps the flags of others and replaces its own', () => {
    const flags = flagsAfter(['resubmitted', 'wa_unreachable', 'membership_unknown', 'potential_duplicate'], {
      hasOpenDuplicate: false,
      membership: found('found_mismatch', '0'),
    })
    expect(flags).toEqual(['membership_mismatch', 'resubmitted', 'wa_unreachable'])
  })
})
