import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differenceOf, follow, type ModelCase, mayDo, startModel } from '../../../tests/support/lifecycle-model.ts'
import type { Role } from '../access.ts'
import { ACTION_NAMES, type Action } from './actions.ts'
import { allowedActions, BULK_UNDO_MS, LEASE_MS, refusal, type Standing } from './allowed.ts'
import { applyEntry, type JournalData, type JournalEntry, replay, startSnapshot } from './journal.ts'
import { queueOf } from './queues.ts'
import type { Snapshot } from './snapshot.ts'
import { FLAGS, isOpen, MEMBERSHIP_OUTCOMES, type State } from './states.ts'

/** Written from the design by hand, apart from the table under test: from each state, where a case may go. */
const LEGAL: Record<State, readonly State[]> = {
  submitted: ['checking', 'needs_correction', 'closed'],
  checking: ['submitted', 'in_review', 'already_active', 'needs_reactivation', 'closed'],
  in_review: [
    'submitted',
    'eligible',
    'needs_correction',
    'rejected',
    'closed',
    'already_active',
    'needs_reactivation',
    'submitted_to_bpjs',
  ],
  needs_correction: ['submitted', 'in_review', 'closed'],
  needs_reactivation: ['submitted', 'in_review', 'closed'],
  eligible: ['submitted', 'in_review', 'closed', 'submitted_to_bpjs'],
  submitted_to_bpjs: ['in_review', 'active_confirmed'],
  active_confirmed: [],
  already_active: ['in_review'],
  rejected: ['in_review'],
  closed: ['in_review'],
}

type Person = { id: string | null; role: Role | 'system' }
const REGISTRAR = 'petugas-1'
const SYSTEM: Person = { id: null, role: 'system' }
const REVIEWER: Person = { id: 'verifikator-1', role: 'verifikator' }
/** Who carries a case on stands here more than once. */
const PEOPLE: readonly Person[] = [
  SYSTEM,
  SYSTEM,
  SYSTEM,
  REVIEWER,
  REVIEWER,
  REVIEWER,
  { id: REGISTRAR, role: 'petugas' },
  { id: 'kader-1', role: 'kader' },
  { id: 'verifikator-2', role: 'verifikator' },
  // Somebody who registered the case and reviews now.
  { id: REGISTRAR, role: 'verifikator' },
  { id: 'supervisor-1', role: 'supervisor' },
  { id: 'supervisor-1', role: 'supervisor' },
  { id: 'penyetuju-1', role: 'penyetuju' },
  { id: 'penyetuju-1', role: 'penyetuju' },
  // Somebody who decided the case and seals now.
  { id: 'verifikator-1', role: 'penyetuju' },
  { id: 'auditor-1', role: 'auditor' },
  { id: 'admin-1', role: 'admin' },
]

/** Who alone carries a case on from there: drawn from all, few would get to the end. */
const CARRIERS: Partial<Record<State, Person>> = {
  eligible: { id: 'penyetuju-1', role: 'penyetuju' },
  submitted_to_bpjs: SYSTEM,
}

/** Always possible and leading nowhere or back: taken as they come, few cases would get far. */
const SELDOM: ReadonlySet<Action> = new Set([
  'note',
  'withdraw',
  'hold',
  'expire',
  'household_changed',
  'return_from_bpjs',
])

const START = Date.parse('2026-11-23T03:00:00Z')
const MINUTE = 60_000
const DAY_MINUTES = 24 * 60
/** Mostly minutes; now and then past a lease, past a membership answer, past the time for setting aside. */
const PAUSES = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 5, 8, 19, 21, DAY_MINUTES + 1, 31 * DAY_MINUTES]

type World = {
  snapshot: Snapshot
  journal: JournalEntry[]
  now: number
  lease: { holder: string; until: number } | null
  /** The same case by the model, which shares nothing with the code but what happens to it. */
  model: ModelCase
}

function startWorld(): World {
  const at = new Date(START).toISOString()
  const first: JournalEntry = { sequence: 1, action: 'submit', actorId: REGISTRAR, at, data: { flags: [] } }
  return {
    snapshot: startSnapshot(at, []),
    journal: [first],
    now: START,
    lease: null,
    model: startModel(REGISTRAR, at),
  }
}

/** One history in eight begins approved: few of the others get that far, and fewer to the end. */
function startApproved(): World {
  const world = startWorld()
  const at = new Date(START).toISOString()
  const steps: [Exclude<Action, 'submit'>, Person, JournalData][] = [
    ['start_checks', SYSTEM, {}],
    ['complete_checks', SYSTEM, { membership: 'not_found', membershipAt: at }],
    ['claim', REVIEWER, {}],
    ['decide_eligible', REVIEWER, {}],
  ]
  for (const [action, person, data] of steps) {
    const entry = { sequence: world.snapshot.sequence + 1, action, actorId: person.id, at, data }
    world.snapshot = applyEntry(world.snapshot, entry)
    world.journal.push(entry)
    world.model = follow(world.model, action, person.id, at, data)
  }
  return world
}

function standingOf(world: World, person: Person, reserved: boolean): Standing {
  const isHeld = world.lease !== null && world.lease.until > world.now
  return {
    role: person.role,
    own: person.id === REGISTRAR,
    reserved,
    lease: isHeld ? (world.lease?.holder === person.id ? 'mine' : 'other') : 'none',
    decidedByMe: person.id !== null && world.snapshot.reviewerId === person.id,
    undoable: isUndoable(world, person),
    now: new Date(world.now),
  }
}

/** As the server keeps it: whatever happens after a decision ends it. */
function isUndoable({ journal, now }: World, person: Person): boolean {
  const last = journal.at(-1)
  if (!last || last.actorId !== person.id || person.id === null) return false
  return DECIDED.has(last.action) && now - Date.parse(last.at) < BULK_UNDO_MS
}
const DECIDED: ReadonlySet<Action> = new Set([
  'decide_eligible',
  'decide_needs_correction',
  'decide_rejected',
  'confirm_rejection',
  'decide_closed',
  'decide_duplicate_of',
  'decide_already_active',
  'decide_needs_reactivation',
])

function pick<T>(values: readonly T[], number: number): T {
  const value = values[number % values.length]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

const inDays = (world: World, days: number): string => new Date(world.now + days * DAY_MINUTES * MINUTE).toISOString()

function dataOf(action: Action, world: World, at: string, number: number): JournalData {
  const membership = pick(MEMBERSHIP_OUTCOMES, number >>> 3)
  const answer = { membership, membershipAt: at }
  const flags = [pick(FLAGS, number), pick(FLAGS, number >>> 4)].filter((_, index) => (number >>> index) % 2 === 0)
  switch (action) {
    case 'record_membership':
      // Of what was sent to BPJS, mostly that it has become active.
      if (world.snapshot.state === 'submitted_to_bpjs') {
        return { ...answer, membership: 'found_active', flags: [] }
      }
      return { ...answer, flags }
    case 'complete_checks':
      return { ...answer, flags }
    case 'auto_already_active':
      return { ...answer, membership: 'found_active' }
    case 'auto_reactivation':
      return { ...answer, membership: 'found_inactive', correctionDueAt: inDays(world, 10) }
    case 'record_flags':
      // By whoever read them under the lock of the row, or those alone that come and go.
      return (number >>> 6) % 2 === 0 ? { flags } : { addFlags: flags, removeFlags: [pick(FLAGS, number >>> 8)] }
    case 'correct':
    case 'household_changed':
      return { flags }
    case 'withdraw':
      return { closedAs: 'withdrawn' }
    case 'expire':
      return { closedAs: 'expired' }
    case 'decide_closed':
      return { closedAs: pick(['deceased', 'moved_away', 'other_segment'], number) }
    case 'close_reactivation':
      return { closedAs: 'other_segment' }
    case 'decide_duplicate_of':
      return { closedAs: 'duplicate_of' }
    case 'decide_needs_correction':
    case 'decide_needs_reactivation':
    case 'hold':
      return { correctionDueAt: inDays(world, 5) }
    case 'undo': {
      const { flags, reviewerId, stateSince } = replay(world.journal.slice(0, -1))
      return { restored: { flags, reviewerId, stateSince } }
    }
    default:
      return {}
  }
}

function moveLease(world: World, action: Action, person: Person): void {
  if ((action === 'claim' || action === 'take_over') && person.id !== null) {
    world.lease = { holder: person.id, until: world.now + LEASE_MS }
  }
  if (action === 'release' || action === 'assign' || world.snapshot.state !== 'in_review') world.lease = null
}

/** What must hold of every accepted step, whatever the tables say. Plain throws: an `expect` per step would take minutes. */
function checkStep(before: Snapshot, after: Snapshot, action: Action, person: Person, standing: Standing): void {
  const fail = (why: string): never => {
    throw new Error(`${action} by ${person.role}: ${before.state} -> ${after.state}: ${why}`)
  }
  if (before.state !== after.state && !LEGAL[before.state].includes(after.state)) fail('illegal transition')
  if (after.sequence !== before.sequence + 1) fail('the journal has a gap')
  const isNewContent = action === 'correct' || action === 'household_changed'
  if (after.version - before.version !== (isNewContent ? 1 : 0)) fail('only another content is a new version')
  if (isNewContent && (after.membership !== null || after.membershipAt !== null)) fail('an answer outlived its content')
  const isBack = before.state !== 'submitted' && after.state === 'submitted'
  if (isBack && !isNewContent) fail('back to the checks without another content')
  if (action === 'household_changed' && before.state === 'needs_correction' && after.state !== before.state) {
    fail('a return was answered by a change of the household')
  }
  if ((after.closedAs !== null) !== (after.state === 'closed')) fail('closed says why, nothing else does')
  if (before.state === after.state && before.stateSince !== after.stateSince) fail('a case that stays keeps its age')
  const isDecision = action.startsWith('decide_')
  if (isDecision && (standing.own || standing.lease !== 'mine')) fail('decided without the lease or on an own intake')
  const isSilent = before.membership === null || before.membership === 'unavailable'
  if (isDecision && isSilent && action !== 'decide_needs_correction') fail('decided while BPJS was silent')
  if (after.state === 'eligible' && before.state !== 'eligible') {
    if (before.membership === 'found_active') fail('an active member was approved')
    if (before.flags.includes('potential_duplicate')) fail('approved with an open duplicate')
  }
  if (action === 'seal') {
    if (standing.own || standing.decidedByMe) fail('sealed by somebody who registered or decided it')
    if (before.membership === 'found_active' || isSilent) fail('sealed without an answer that allows it')
  }
  if (action === 'retract_return' && (!before.flags.includes('bpjs_returned') || standing.lease !== 'none')) {
    fail('sent again although BPJS had not returned it, or somebody holds it')
  }
  if (after.state === 'active_confirmed' && before.membership !== 'found_active') fail('confirmed without an answer')
  if (queueOf(after) !== null && !isOpen(after.state)) fail('a closed case waits in a queue')
}

/** What the code allows is what the model allows, every action at once and in the order of the table. */
function checkAllowed(allowed: readonly Action[], { model, now }: World, who: Person & { reserved: boolean }): void {
  const wanted = mayDo(model, who, now)
  if (allowed.length === wanted.length && wanted.every((action, at) => action === allowed[at])) return
  const what = `${who.role} (${who.id}) in ${JSON.stringify(model)}`
  throw new Error(`${what} may ${wanted.join(', ')}, and the code allows ${allowed.join(', ')}`)
}

function checkAgainstModel({ model }: World, snapshot: Snapshot, what: string): void {
  const difference = differenceOf(model, snapshot)
  if (difference !== null) throw new Error(`${what}: ${difference}`)
}

/** An undone decision leaves no trace but in the journal. */
function checkUndone({ snapshot, journal }: World): void {
  const before = replay(journal.slice(0, -2))
  const isRestored = JSON.stringify({ ...before, sequence: 0 }) === JSON.stringify({ ...snapshot, sequence: 0 })
  if (!isRestored) throw new Error(`undone: ${JSON.stringify(snapshot)}, before: ${JSON.stringify(before)}`)
}

/**
 * One number is one step: who, what, after how long, with which data. Actions drawn from all are nearly always refused and
 * a case would never get far, so three in four are drawn from what the person may do now.
 */
function step(world: World, number: number): void {
  const carrier = CARRIERS[world.snapshot.state]
  const isCarried = carrier && (carrier === SYSTEM || (number >>> 20) % 2 === 0)
  const drawn = pick(PEOPLE, number)
  const person = isCarried ? carrier : drawn
  world.now += pick(PAUSES, number >>> 4) * MINUTE
  const reserved = (number >>> 24) % 8 === 0
  const standing = standingOf(world, person, reserved)
  const allowed = allowedActions(world.snapshot, standing)
  checkAllowed(allowed, world, { ...person, reserved })
  // Where one person carries a case on, the others never act: what they may do is asked all the same.
  if (isCarried) {
    checkAllowed(allowedActions(world.snapshot, standingOf(world, drawn, reserved)), world, { ...drawn, reserved })
  }
  const action = pick((number >>> 3) % 4 === 0 || allowed.length === 0 ? ACTION_NAMES : allowed, number >>> 8)
  const isDropped = SELDOM.has(action) && (number >>> 16) % 8 > 0
  if (action === 'submit' || isDropped) return
  const code = refusal(action, world.snapshot, standing)
  if ((code === null) !== allowed.includes(action)) throw new Error(`${action}: shown and accepted differ`)
  if (code !== null) return
  const at = new Date(world.now).toISOString()
  const entry: JournalEntry = {
    sequence: world.snapshot.sequence + 1,
    action,
    actorId: person.id,
    at,
    data: dataOf(action, world, at, number >>> 12),
  }
  const before = world.snapshot
  world.snapshot = applyEntry(before, entry)
  world.journal.push(entry)
  world.model = follow(world.model, action, person.id, entry.at, entry.data)
  checkAgainstModel(world, world.snapshot, `after ${action}`)
  checkStep(before, world.snapshot, action, person, standing)
  if (action === 'undo') checkUndone(world)
  moveLease(world, action, person)
}

describe('the lifecycle', () => {
  it('moves in 100,000 random histories as a model written by hand does, and its journal always tells the stored state', () => {
    const visited = new Set<State>()
    const taken = new Set<Action>()
    fc.assert(
      fc.property(fc.array(fc.noBias(fc.nat()), { minLength: 8, maxLength: 32, size: 'max' }), (numbers) => {
        const world = (numbers[0] ?? 0) % 8 === 0 ? startApproved() : startWorld()
        for (const number of numbers) {
          step(world, number)
          visited.add(world.snapshot.state)
        }
        for (const entry of world.journal) taken.add(entry.action)
        // The stored state was compared with the model after its last step.
        checkAgainstModel(world, replay(world.journal), 'the replay')
      }),
      { numRuns: 100_000 },
    )
    // The histories go everywhere that this lifecycle leads to, by every action there is.
    expect([...visited].sort()).toEqual(Object.keys(LEGAL).sort())
    expect([...taken].sort()).toEqual([...ACTION_NAMES].sort())
  }, 60_000)
})
