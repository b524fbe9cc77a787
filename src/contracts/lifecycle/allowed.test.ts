import { describe, expect, it } from 'vitest'
import { ROLES, type Role } from '../access.ts'
import { ACTION_NAMES, type Action } from './actions.ts'
import { allowedActions, MEMBERSHIP_FRESH_MS, refusal, SET_ASIDE_MS, type Standing } from './allowed.ts'
import type { Snapshot } from './snapshot.ts'
import { STATES, type State } from './states.ts'

/**
 * What everybody may do, written by hand from the workflow and read by eye; nothing here asks the code under test. A row is a
 * situation: its state, what the caller is to the case, and what else is so. What a row leaves open (lease, own intake, own
 * decision) makes no difference there, and is tried in every way. A role that a row does not name may do nothing.
 */
const NOW = new Date('2026-11-23T03:00:00.000Z')
const ago = (ms: number): string => new Date(NOW.getTime() - ms).toISOString()

const CASE: Snapshot = {
  state: 'submitted',
  version: 1,
  sequence: 5,
  flags: [],
  closedAs: null,
  membership: 'not_found',
  membershipAt: ago(1),
  reviewerId: 'somebody',
  correctionDueAt: null,
  stateSince: ago(1),
}

type Doers = Role | 'system'
type Row = {
  state: State
  so?: Partial<Snapshot>
  who?: Partial<Pick<Standing, 'own' | 'lease' | 'decidedByMe' | 'undoable'>>
  may: Partial<Record<Doers, string>>
}

const FREE = { lease: 'none', own: false } as const
const MINE = { lease: 'mine', own: false } as const
const OTHERS = { lease: 'other', own: false } as const
const DUE = ago(1)
const LATER = new Date(NOW.getTime() + 1).toISOString()

/** Of a case that the caller holds: what goes for a reviewer goes for a supervisor, who may withdraw as well. */
const held = (so: Partial<Snapshot>, decisions: string, who: Row['who'] = MINE): Row => ({
  state: 'in_review',
  so,
  who,
  may: {
    system: 'record_membership household_changed record_flags',
    petugas: 'withdraw note',
    kader: 'withdraw note',
    verifikator: `record_membership claim release ${decisions} note`,
    supervisor: `record_membership claim release assign ${decisions} withdraw note`,
  },
})
const REJECTIONS = 'decide_rejected propose_rejection decide_closed decide_duplicate_of'

const returned = (so: Partial<Snapshot>, system: string): Row => ({
  state: 'needs_correction',
  so,
  may: {
    system: `household_changed ${system}`,
    petugas: 'correct withdraw note',
    kader: 'correct withdraw note',
    verifikator: 'note',
    supervisor: 'correct withdraw note',
  },
})

const inReactivation = (so: Partial<Snapshot>, system: string, close: 'close_reactivation' | ''): Row => ({
  state: 'needs_reactivation',
  so,
  who: { own: close === '' },
  may: {
    system: `household_changed ${system}`,
    petugas: 'complete_reactivation withdraw note',
    kader: 'complete_reactivation withdraw note',
    verifikator: `${close} note`,
    supervisor: `complete_reactivation ${close} withdraw note`,
  },
})

/** Before it is sealed: a reviewer who decided it and the product may recall it, and nobody may both decide and seal. */
const toSeal = (so: Partial<Snapshot>, who: { own: boolean; decidedByMe: boolean }, penyetuju: 'seal' | ''): Row => ({
  state: 'eligible',
  so,
  who,
  may: {
    system: 'record_membership household_changed record_flags recall',
    petugas: 'withdraw note',
    kader: 'withdraw note',
    verifikator: `record_membership ${who.decidedByMe ? 'recall' : ''} note`,
    supervisor: 'record_membership recall withdraw note',
    penyetuju,
  },
})

/** In a sealed batch: nobody here changes it any more, only BPJS's answer does. */
const sealed = (so: Partial<Snapshot>, confirm: 'confirm_active' | '', record: 'record_membership' | '' = ''): Row => ({
  state: 'submitted_to_bpjs',
  so,
  may: {
    system: `record_membership record_flags return_from_bpjs ${confirm}`,
    petugas: 'note',
    kader: 'note',
    verifikator: `${record} note`,
    supervisor: `${record} note`,
    penyetuju: `return_from_bpjs ${confirm}`,
  },
})

const TABLE: Row[] = [
  {
    state: 'submitted',
    may: {
      system: 'hold start_checks household_changed record_flags',
      petugas: 'withdraw note',
      kader: 'withdraw note',
      verifikator: 'note',
      supervisor: 'withdraw note',
    },
  },
  {
    state: 'checking',
    may: {
      system: 'complete_checks auto_already_active auto_reactivation household_changed record_flags',
      petugas: 'withdraw note',
      kader: 'withdraw note',
      verifikator: 'note',
      supervisor: 'withdraw note',
    },
  },

  // In review: who holds it, and whose it is.
  {
    state: 'in_review',
    who: FREE,
    may: {
      system: 'auto_already_active auto_reactivation record_membership household_changed record_flags',
      petugas: 'withdraw note',
      kader: 'withdraw note',
      verifikator: 'record_membership claim note',
      supervisor: 'record_membership claim assign withdraw note',
    },
  },
  {
    state: 'in_review',
    who: { lease: 'none', own: true },
    may: {
      system: 'auto_already_active auto_reactivation record_membership household_changed record_flags',
      petugas: 'withdraw note',
      kader: 'withdraw note',
      verifikator: 'record_membership note',
      supervisor: 'record_membership assign withdraw note',
    },
  },
  {
    state: 'in_review',
    so: { flags: ['bpjs_returned'] },
    who: FREE,
    may: {
      system: 'auto_already_active auto_reactivation record_membership household_changed record_flags',
      petugas: 'withdraw note',
      kader: 'withdraw note',
      verifikator: 'record_membership claim note',
      supervisor: 'record_membership claim assign withdraw note',
      penyetuju: 'retract_return',
    },
  },
  {
    state: 'in_review',
    who: OTHERS,
    may: {
      system: 'record_membership household_changed record_flags',
      petugas: 'withdraw note',
      kader: 'withdraw note',
      verifikator: 'record_membership note',
      supervisor: 'record_membership take_over withdraw note',
    },
  },
  {
    state: 'in_review',
    who: { lease: 'other', own: true },
    may: {
      system: 'record_membership household_changed record_flags',
      petugas: 'withdraw note',
      kader: 'withdraw note',
      verifikator: 'record_membership note',
      supervisor: 'record_membership withdraw note',
    },
  },
  // Nobody gets a lease on an own intake; if one were there, it would only be given back.
  {
    state: 'in_review',
    who: { lease: 'mine', own: true },
    may: {
      system: 'record_membership household_changed record_flags',
      petugas: 'withdraw note',
      kader: 'withdraw note',
      verifikator: 'record_membership release note',
      supervisor: 'record_membership release assign withdraw note',
    },
  },

  // In review and held: what BPJS said decides which decisions there are.
  held({ membership: 'not_found' }, `decide_eligible decide_needs_correction ${REJECTIONS}`),
  held(
    { membership: 'not_found', membershipAt: ago(MEMBERSHIP_FRESH_MS) },
    `decide_eligible decide_needs_correction ${REJECTIONS}`,
  ),
  held(
    { membership: 'not_found', membershipAt: ago(MEMBERSHIP_FRESH_MS + 1) },
    `decide_needs_correction ${REJECTIONS}`,
  ),
  held({ membership: null, membershipAt: null }, 'decide_needs_correction'),
  held({ membership: 'unavailable', flags: ['membership_unknown'] }, 'decide_needs_correction'),
  held({ membership: 'found_active' }, `decide_needs_correction ${REJECTIONS} decide_already_active`),
  held(
    { membership: 'found_active', membershipAt: ago(MEMBERSHIP_FRESH_MS + 1) },
    `decide_needs_correction ${REJECTIONS}`,
  ),
  held(
    { membership: 'found_inactive' },
    `decide_eligible decide_needs_correction ${REJECTIONS} decide_needs_reactivation`,
  ),
  held(
    { membership: 'found_inactive', membershipAt: ago(MEMBERSHIP_FRESH_MS + 1) },
    `decide_needs_correction ${REJECTIONS}`,
  ),
  held(
    { membership: 'found_inactive', flags: ['membership_status_unknown'] },
    `decide_needs_correction ${REJECTIONS} decide_needs_reactivation`,
  ),
  held({ membership: 'found_inactive', flags: ['membership_deceased'] }, `decide_needs_correction ${REJECTIONS}`),
  held({ membership: 'found_mismatch', flags: ['membership_mismatch'] }, `decide_needs_correction ${REJECTIONS}`),
  held({ flags: ['potential_duplicate'] }, `decide_needs_correction ${REJECTIONS}`),
  held(
    { flags: ['nik_birthdate_differs', 'nik_sex_differs', 'outside_domicile', 'resubmitted', 'wa_unreachable'] },
    `decide_eligible decide_needs_correction ${REJECTIONS}`,
  ),
  // A proposed rejection: another one answers it, whoever proposed it may only take it back.
  held({ flags: ['rejection_proposed'] }, 'confirm_rejection turn_down_rejection', { ...MINE, decidedByMe: false }),
  held({ flags: ['rejection_proposed'] }, 'turn_down_rejection', { ...MINE, decidedByMe: true }),

  returned({ correctionDueAt: LATER }, 'record_flags remind'),
  returned({ correctionDueAt: DUE }, 'record_flags remind'),
  returned({ correctionDueAt: LATER, flags: ['reminded'] }, 'record_flags'),
  returned({ correctionDueAt: DUE, flags: ['reminded'] }, 'record_flags expire'),
  inReactivation({ correctionDueAt: LATER }, 'record_flags remind', 'close_reactivation'),
  inReactivation({ correctionDueAt: DUE, flags: ['reminded'] }, 'record_flags expire', 'close_reactivation'),
  inReactivation({ correctionDueAt: null, flags: ['reminded'] }, 'record_flags', 'close_reactivation'),
  // Whoever registered a case does not close it as a reviewer.
  inReactivation({ correctionDueAt: LATER }, 'record_flags remind', ''),
  // Sealing: by somebody who neither registered nor decided it, on a late answer that is not against it.
  toSeal({}, { own: false, decidedByMe: false }, 'seal'),
  toSeal({ membership: 'found_inactive' }, { own: false, decidedByMe: false }, 'seal'),
  toSeal({ membershipAt: ago(MEMBERSHIP_FRESH_MS) }, { own: false, decidedByMe: false }, 'seal'),
  toSeal({ membershipAt: ago(MEMBERSHIP_FRESH_MS + 1) }, { own: false, decidedByMe: false }, ''),
  toSeal({}, { own: true, decidedByMe: false }, ''),
  toSeal({}, { own: false, decidedByMe: true }, ''),
  toSeal({ membership: 'found_active' }, { own: false, decidedByMe: false }, ''),
  toSeal({ membership: 'found_mismatch', flags: ['membership_mismatch'] }, { own: false, decidedByMe: false }, ''),
  toSeal({ membership: 'unavailable' }, { own: false, decidedByMe: false }, ''),
  toSeal({ flags: ['potential_duplicate'] }, { own: false, decidedByMe: false }, ''),
  sealed({}, ''),
  sealed({ membership: 'found_active' }, 'confirm_active'),
  sealed({ membership: 'found_active', membershipAt: ago(MEMBERSHIP_FRESH_MS + 1) }, ''),
  sealed({ membership: 'found_inactive' }, ''),
  sealed({ flags: ['pending_effective'] }, '', 'record_membership'),
  sealed(
    { flags: ['not_yet_active', 'pending_effective'], membership: 'found_active' },
    'confirm_active',
    'record_membership',
  ),
  { state: 'active_confirmed', may: {} },
  // Undoing one's own decision, while nothing has happened since.
  {
    state: 'eligible',
    who: { decidedByMe: true, undoable: true },
    may: {
      system: 'record_membership household_changed record_flags recall',
      petugas: 'withdraw note',
      kader: 'withdraw note',
      verifikator: 'record_membership recall undo note',
      supervisor: 'record_membership recall undo withdraw note',
    },
  },
  {
    state: 'needs_correction',
    so: { correctionDueAt: LATER },
    who: { undoable: true },
    may: {
      system: 'household_changed record_flags remind',
      petugas: 'correct withdraw note',
      kader: 'correct withdraw note',
      verifikator: 'undo note',
      supervisor: 'correct undo withdraw note',
    },
  },
  {
    state: 'needs_reactivation',
    so: { correctionDueAt: LATER },
    who: { own: false, undoable: true },
    may: {
      system: 'household_changed record_flags remind',
      petugas: 'complete_reactivation withdraw note',
      kader: 'complete_reactivation withdraw note',
      verifikator: 'close_reactivation undo note',
      supervisor: 'complete_reactivation close_reactivation undo withdraw note',
    },
  },
  ...(['already_active', 'rejected'] as const).map(
    (state): Row => ({ state, who: { undoable: true }, may: { verifikator: 'undo', supervisor: 'set_aside undo' } }),
  ),
  {
    state: 'closed',
    so: { closedAs: 'duplicate_of' },
    who: { undoable: true },
    may: { verifikator: 'undo', supervisor: 'set_aside undo' },
  },
  { state: 'already_active', may: { supervisor: 'set_aside' } },
  { state: 'already_active', so: { stateSince: ago(SET_ASIDE_MS) }, may: { supervisor: 'set_aside' } },
  { state: 'already_active', so: { stateSince: ago(SET_ASIDE_MS + 1) }, may: {} },
  { state: 'rejected', may: { supervisor: 'set_aside' } },
  { state: 'rejected', so: { stateSince: ago(SET_ASIDE_MS + 1) }, may: {} },
  { state: 'closed', so: { closedAs: 'expired' }, may: { supervisor: 'set_aside' } },
  { state: 'closed', so: { closedAs: 'duplicate_of' }, may: { supervisor: 'set_aside' } },
  { state: 'closed', so: { closedAs: 'deceased' }, may: { supervisor: 'set_aside' } },
  { state: 'closed', so: { closedAs: 'moved_away' }, may: { supervisor: 'set_aside' } },
  { state: 'closed', so: { closedAs: 'other_segment' }, may: { supervisor: 'set_aside' } },
  { state: 'closed', so: { closedAs: 'expired', stateSince: ago(SET_ASIDE_MS + 1) }, may: {} },
  // What the family took back is the family's to bring again; a newborn without NIK is registered again when it has one.
  { state: 'closed', so: { closedAs: 'withdrawn' }, may: {} },
  { state: 'closed', so: { closedAs: 'expired', flags: ['awaiting_nik'] }, may: {} },
  {
    state: 'in_review',
    so: { membership: null, membershipAt: null, flags: ['awaiting_nik'] },
    who: FREE,
    may: {
      system: 'auto_already_active auto_reactivation household_changed record_flags',
      petugas: 'withdraw note',
      kader: 'withdraw note',
      verifikator: 'claim note',
      supervisor: 'claim assign withdraw note',
    },
  },
]

const namesIn = (actions: string): string[] => actions.split(' ').filter((action) => action !== '')

const DOERS: Doers[] = ['system', ...ROLES]
const YES_OR_NO = [true, false]

function* standingsOf({ who = {} }: Row, role: Doers): Generator<Standing> {
  const leases = who.lease ? [who.lease] : (['none', 'mine', 'other'] as const)
  for (const lease of leases) {
    for (const own of who.own === undefined ? YES_OR_NO : [who.own]) {
      for (const decidedByMe of who.decidedByMe === undefined ? YES_OR_NO : [who.decidedByMe]) {
        yield { role, lease, own, decidedByMe, reserved: false, undoable: who.undoable ?? false, now: NOW }
      }
    }
  }
}

const nameOf = ({ state, so, who }: Row): string => `${state} ${JSON.stringify({ ...so, ...who })}`

describe('what everybody may do', () => {
  it('is written down for every state', () => {
    expect([...new Set(TABLE.map((row) => row.state))].sort()).toEqual([...STATES].sort())
  })

  it('is possible for somebody in some row, for every action but the first', () => {
    const possible = new Set(TABLE.flatMap((row) => Object.values(row.may).flatMap(namesIn)))
    expect([...possible].sort()).toEqual(ACTION_NAMES.filter((action) => action !== 'submit').sort())
  })

  it.each(TABLE.map((row) => [nameOf(row), row] as const))('%s', (_name, row) => {
    const snapshot: Snapshot = { ...CASE, state: row.state, ...row.so }
    for (const role of DOERS) {
      const may = namesIn(row.may[role] ?? '')
      for (const standing of standingsOf(row, role)) {
        const what = JSON.stringify(standing)
        expect([...allowedActions(snapshot, standing)].sort(), what).toEqual(may.toSorted())
        const accepted = ACTION_NAMES.filter((action) => refusal(action as Action, snapshot, standing) === null)
        expect(accepted.sort(), what).toEqual(may.toSorted())
      }
    }
  })
})
