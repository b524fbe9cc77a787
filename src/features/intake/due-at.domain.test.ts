import { describe, expect, it } from 'vitest'
import { startSnapshot } from '../../contracts/lifecycle/journal.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import { dueAtOf, reservedUntilOf } from './due-at.domain.ts'

const WIB = 'Asia/Jakarta'
const WITA = 'Asia/Makassar'
const WIT = 'Asia/Jayapura'
/** Friday 15:00 WIB, 16:00 WITA, 17:00 WIT. */
const FRIDAY = '2026-11-27T08:00:00.000Z'
/** Friday 23:30 WIB, Saturday 00:30 WITA and 01:30 WIT. */
const FRIDAY_NIGHT = '2026-11-27T16:30:00.000Z'
/** Monday 22:30 WIB, 23:30 WITA, Tuesday 00:30 WIT. */
const MONDAY_NIGHT = '2026-11-23T15:30:00.000Z'

const at = (timeZone: string) => ({ timeZone, holidays: new Set<string>() })

const caseOf = (changes: Partial<Snapshot>): Snapshot => ({
  ...startSnapshot('2026-11-02T02:00:00.000Z', []),
  state: 'in_review',
  ...changes,
})

describe('dueAtOf', () => {
  it.each([
    [FRIDAY, WIB, '2026-11-30T04:00:00.000Z'],
    [FRIDAY, WITA, '2026-11-30T04:00:00.000Z'],
    [FRIDAY, WIT, '2026-11-30T03:00:00.000Z'],
    [FRIDAY_NIGHT, WIB, '2026-11-30T05:00:00.000Z'],
    [FRIDAY_NIGHT, WITA, '2026-11-30T04:00:00.000Z'],
    [FRIDAY_NIGHT, WIT, '2026-11-30T03:00:00.000Z'],
    [MONDAY_NIGHT, WIB, '2026-11-24T05:00:00.000Z'],
    [MONDAY_NIGHT, WITA, '2026-11-24T04:00:00.000Z'],
    [MONDAY_NIGHT, WIT, '2026-11-24T03:00:00.000Z'],
  ])('gives a review four working hours from its submission: %s in %s ends %s', (submitted, zone, due) => {
    for (const flags of [[], ['resubmitted']] as const) {
      expect(dueAtOf(caseOf({ flags }), new Date(submitted), at(zone))?.toISOString()).toBe(due)
    }
  })

  it.each([
    [FRIDAY, WIB, '2026-11-30T08:00:00.000Z'],
    [FRIDAY, WITA, '2026-11-30T08:00:00.000Z'],
    [FRIDAY, WIT, '2026-11-30T07:00:00.000Z'],
    [MONDAY_NIGHT, WIB, '2026-11-24T09:00:00.000Z'],
    [MONDAY_NIGHT, WITA, '2026-11-24T08:00:00.000Z'],
    [MONDAY_NIGHT, WIT, '2026-11-24T07:00:00.000Z'],
  ])('gives eight to a likely duplicate and an unknown membership: %s in %s ends %s', (submitted, zone, due) => {
    for (const flags of [['potential_duplicate'], ['membership_unknown']] as const) {
      expect(dueAtOf(caseOf({ flags }), new Date(submitted), at(zone))?.toISOString()).toBe(due)
    }
  })

  it('gives one to somebody who is being treated', () => {
    const urgent = caseOf({ flags: ['urgent_care', 'membership_unknown'] })
    expect(dueAtOf(urgent, new Date(FRIDAY), at(WIB))?.toISOString()).toBe('2026-11-27T09:00:00.000Z')
    expect(dueAtOf(urgent, new Date(FRIDAY_NIGHT), at(WITA))?.toISOString()).toBe('2026-11-30T01:00:00.000Z')
  })

  it('counts a reactivation and a sealing from when the case came there', () => {
    const submitted = new Date('2026-11-02T02:00:00.000Z')
    const reactivation = caseOf({ state: 'needs_reactivation', stateSince: FRIDAY })
    expect(dueAtOf(reactivation, submitted, at(WIB))?.toISOString()).toBe('2026-11-30T08:00:00.000Z')
    const sealing = caseOf({ state: 'eligible', stateSince: FRIDAY })
    expect(dueAtOf(sealing, submitted, at(WIB))?.toISOString()).toBe('2026-12-11T08:00:00.000Z')
  })

  it('is the day that the registrar was given for a correction, and none where nobody is waited for', () => {
    const correctionDueAt = '2026-12-04T08:00:00.000Z'
    const returned = caseOf({ state: 'needs_correction', stateSince: FRIDAY, correctionDueAt })
    expect(dueAtOf(returned, new Date(FRIDAY), at(WIB))?.toISOString()).toBe(correctionDueAt)
    expect(dueAtOf(caseOf({ state: 'checking' }), new Date(FRIDAY), at(WIB))).toBeNull()
  })
})

describe('reservedUntilOf', () => {
  const returned = caseOf({ flags: ['resubmitted'], reviewerId: 'somebody', stateSince: FRIDAY })
  const now = new Date(FRIDAY)

  it('is four working hours after the case came back to review', () => {
    expect(reservedUntilOf(returned, at(WIB), now)?.toISOString()).toBe('2026-11-30T04:00:00.000Z')
    expect(reservedUntilOf(returned, at(WIB), new Date('2026-11-30T04:00:00.000Z'))).toBeNull()
  })

  it.each<[string, Partial<Snapshot>]>([
    ['nobody reviewed before', { reviewerId: null }],
    ['is new', { flags: [] }],
    ['is being treated', { flags: ['resubmitted', 'urgent_care'] }],
    ['is a likely duplicate', { flags: ['resubmitted', 'potential_duplicate'] }],
    ['has gone on', { state: 'eligible' }],
  ])('is none for a case that %s', (_what, changes) => {
    expect(reservedUntilOf({ ...returned, ...changes }, at(WIB), now)).toBeNull()
  })
})
