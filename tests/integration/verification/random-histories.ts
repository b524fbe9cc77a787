import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { ACTION_NAMES, type Action } from '../../../src/contracts/lifecycle/actions.ts'
import { makeFamilyCardNumber, makeMember, makeNik } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'
import { INACTIVE } from './membership-stand-in.ts'

const STEPS = 10
/** Cases side by side; the clock is common to them. */
const SIDE_BY_SIDE = 12
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const PAUSES = [0, 0, 0, 0, 0, MINUTE, MINUTE, MINUTE, 21 * MINUTE, DAY + MINUTE]
/** Possible at any time and leading nowhere: taken as they come, few cases would be decided. */
const SELDOM: ReadonlySet<Action> = new Set(['note', 'record_membership', 'release', 'assign', 'withdraw'])
/** Whom supervisors give cases to: registers none. */
const COLLEAGUE = '01937000-0000-7000-8000-0000000000c0'
const NOTE = 'dicatat oleh uji acak'

/** One call serves both: taking over a case that nobody holds is claiming it, and a second rejection confirms the first. */
const SERVED_AS_WELL: Partial<Record<Action, Action[]>> = {
  take_over: ['claim'],
  propose_rejection: ['confirm_rejection'],
  confirm_rejection: ['propose_rejection'],
  decide_closed: ['close_reactivation'],
  close_reactivation: ['decide_closed'],
}

type Request = { path: string; body?: object }
type Case = {
  id: string
  otherId: string
  numbers: number[]
  /** The NIK that a newborn was registered without. */
  owedNik: string | null
  /** Registered with a brother or sister: a correction gives both another KK number. */
  isFamily: boolean
  /** Who carries it on: who claimed it, or the colleague who answers a proposed rejection. */
  next: Actor | null
}

const FOUND = [
  { outcome: 'not_found' },
  { outcome: 'found_active' },
  { outcome: 'found_inactive', statusText: 'NON AKTIF KARENA PREMI' },
]

function pick<T>(values: readonly T[], number: number): T {
  const value = values[number % values.length]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

/** How a person asks for an action; null for what only the product does. */
function requestFor(
  action: Action,
  version: number,
  { otherId, owedNik, isFamily }: Case,
  at: Date,
  number: number,
): Request | null {
  const decision = (name: string, more: object = {}): Request => ({
    path: 'decisions',
    body: { version, decision: name, undoable: number % 2 === 0, ...more },
  })
  switch (action) {
    case 'claim':
      return { path: 'claim' }
    case 'take_over':
      return { path: 'claim', body: { takeOver: true } }
    case 'release':
      return { path: 'release' }
    case 'assign':
      return { path: 'assignment', body: { version, reviewerId: COLLEAGUE } }
    case 'decide_eligible':
      return decision('eligible')
    case 'decide_needs_correction':
      return decision('needs_correction', { reasons: [{ code: 'KTP_TIDAK_TERBACA' }] })
    case 'decide_rejected':
      return decision('rejected', { reasons: [{ code: 'BUKAN_PENDUDUK_SINI' }] })
    case 'propose_rejection':
    case 'confirm_rejection':
      return decision('rejected', { reasons: [{ code: 'DIDUGA_PALSU' }] })
    case 'turn_down_rejection':
      return decision('turn_down_rejection')
    case 'decide_closed':
    case 'close_reactivation':
      return decision('rejected', { reasons: [{ code: 'SEGMEN_PEKERJA' }] })
    case 'decide_duplicate_of':
      return decision('duplicate_of', { duplicateOf: otherId })
    case 'decide_already_active':
      return decision('already_active')
    case 'decide_needs_reactivation':
      return decision('needs_reactivation')
    case 'record_membership':
      return {
        path: 'membership-checks',
        body: { ...pick(FOUND, number), evidence: 'Loket BPJS, petugas Rini', checkedAt: at.toISOString() },
      }
    case 'correct':
      return {
        path: 'corrections',
        body: {
          version,
          changes: {
            ...(owedNik ? { nik: owedNik } : {}),
            ...(isFamily ? { familyCardNumber: makeFamilyCardNumber() } : {}),
          },
          answers: [{ field: 'documents.ktp', explanation: 'sudah difoto ulang' }],
        },
      }
    case 'complete_reactivation':
      return { path: 'reactivation-papers', body: { version, note: NOTE, facilityLetterSeen: true } }
    case 'recall':
      return { path: 'recall', body: { version, note: NOTE } }
    case 'undo':
      return { path: 'undo', body: { version } }
    case 'set_aside':
      return { path: 'set-aside', body: { version, note: NOTE } }
    case 'withdraw':
      return { path: 'withdraw', body: { version, note: NOTE } }
    case 'note':
      return { path: 'notes', body: { note: NOTE } }
    default:
      return null
  }
}

/** What only a sealed batch and BPJS's answer to it do: tests/integration/enrolment. */
const OF_BATCHES: ReadonlySet<Action> = new Set(['seal', 'return_from_bpjs', 'retract_return', 'confirm_active'])

type Wish = { atLeast: number; atMost: number; everyAction: boolean }

/** Tests `atLeast` histories, and with `everyAction` as many more, up to `atMost`, as it takes until every action has happened. */
export function testRandomHistories({ atLeast, atMost, everyAction }: Wish): void {
  let fixture: VerificationFixture
  let people: Actor[]
  /** Registers some of the cases, and reviews in another role. */
  let promoted: Actor
  let colleague: Actor
  let receiver: Actor
  beforeAll(async () => {
    fixture = await createVerificationFixture()
    const reviewer = fixture.actor('verifikator')
    promoted = fixture.actor('petugas')
    colleague = fixture.actor('verifikator')
    receiver = fixture.actor('verifikator', { userId: COLLEAGUE })
    people = [
      fixture.petugas,
      // Those who carry a case on stand here more than once.
      ...[reviewer, reviewer, reviewer, reviewer],
      colleague,
      fixture.actor('verifikator', { userId: promoted.userId }),
      fixture.actor('supervisor'),
      fixture.actor('kader'),
      fixture.actor('penyetuju'),
      fixture.actor('auditor'),
    ]
  })
  afterAll(() => fixture.close())

  const begin = async (numbers: number[], otherId: string): Promise<Case> => {
    const birthDate = `19${60 + (pick(numbers, 0) % 40)}-0${1 + (pick(numbers, 1) % 9)}-1${pick(numbers, 2) % 10}`
    const nik = makeNik(birthDate, 'female', String(1000 + (pick(numbers, 3) % 9000)))
    const answer = pick([null, null, null, {}, INACTIVE], pick(numbers, 4))
    if (answer) fixture.directory.teach(nik, answer)
    const by = pick(numbers, 5) % 4 === 0 ? promoted : fixture.petugas
    const owedNik = pick(numbers, 6) % 8 === 0 ? nik : null
    const person = { nik: owedNik ? null : nik, birthDate, fullName: `WARGA ${letters(numbers)}` }
    const isFamily = pick(numbers, 8) % 4 === 0
    const sibling = makeMember({ relationship: 'famili_lain', fullName: `SAUDARA ${letters(numbers)}` })
    const body = {
      confirmWarnings: ['nik_missing_not_newborn'],
      members: [makeMember(person), ...(isFamily ? [sibling] : [])],
    }
    return {
      id: await fixture.propose(person, body, by),
      otherId,
      numbers,
      owedNik,
      isFamily,
      next: null,
    }
  }

  /** One request of one person; throws when the server and the list of allowed actions disagree. */
  const step = async (one: Case, index: number): Promise<void> => {
    const { id, numbers } = one
    const number = pick(numbers, index)
    const person = one.next && (number >>> 5) % 2 === 0 ? one.next : pick(people, number)
    const seen = await fixture.call(person, 'GET', `/api/v1/proposals/${id}`)
    const allowed = (seen.status === 200 ? seen.body.allowedActions : []) as Action[]
    const wish = wishFor(number, allowed)
    const version = seen.status === 200 ? Number(seen.body.version) : 1
    if (SELDOM.has(wish) && (number >>> 16) % 4 > 0) return
    const request = requestFor(wish, version, one, fixture.clock.now(), number >>> 9)
    if (!request) return
    const answer = await fixture.act(person, id, request.path, request.body)
    const isAllowed = [wish, ...(SERVED_AS_WELL[wish] ?? [])].some((action) => allowed.includes(action))
    // To whom is no matter of the lifecycle: nobody answers the rejection that they proposed.
    const isUnsuitable = wish === 'assign' && answer.body['code'] === 'reviewer_unsuitable'
    const asExpected = isAllowed && !isUnsuitable ? answer.status < 300 : [403, 404, 409].includes(answer.status)
    if (!asExpected) {
      throw new Error(
        `${wish} by ${person.role} in ${seen.body.state}: ${answer.status} ${JSON.stringify(answer.body)}, allowed: ${allowed}`,
      )
    }
    if (answer.status >= 300) return
    taken.set(wish, timesTaken(wish) + 1)
    if (wish === 'claim' || wish === 'take_over') one.next = person
    if (wish === 'release') one.next = null
    if (wish === 'assign') one.next = receiver
    if (wish === 'propose_rejection') one.next = colleague
  }
  const taken = new Map<Action, number>()
  const timesTaken = (action: Action): number => taken.get(action) ?? 0

  /** Anything at all, anything that is allowed, or what is allowed and has happened least: rare actions get their turn. */
  const wishFor = (number: number, allowed: Action[]): Action => {
    if (number % 4 === 0 || allowed.length === 0) return pick(ACTION_NAMES, number >>> 8)
    const leading = allowed.filter((action) => !SELDOM.has(action))
    if (number % 4 === 1 || leading.length === 0) return pick(allowed, number >>> 8)
    return leading.reduce((least, action) => (timesTaken(action) < timesTaken(least) ? action : least))
  }

  /** What nobody has answered in time is reminded of, and then closed. */
  const passTime = async (): Promise<void> => {
    fixture.clock.advance(7 * DAY)
    await fixture.intake.remindUnanswered()
    fixture.clock.advance(4 * DAY)
    await fixture.intake.expireUnanswered()
  }

  const flagUnreachable = async ({ id }: Case): Promise<void> => {
    const { intakeId } = await fixture.view(fixture.actor('supervisor'), id)
    await fixture.database.db.transaction().execute(async (tx) => {
      const phone = (await fixture.intake.findContact(tx, intakeId))?.phone ?? ''
      await fixture.intake.flagUnreachable(tx, intakeId, phone)
    })
  }

  const listActionsNotDone = async (): Promise<Action[]> => {
    const rows = await fixture.database.owner.selectFrom('journal').select('action').distinct().execute()
    const done = new Set(rows.map((row) => row.action))
    return ACTION_NAMES.filter((action) => !done.has(action) && !OF_BATCHES.has(action))
  }

  it(`at least ${atLeast} of them: what is shown as allowed is what is accepted, and the journal tells the stored state`, async () => {
    const seed = Number(process.env['LIFECYCLE_SEED'] ?? Date.now())
    const histories = fc.sample(fc.array(fc.noBias(fc.nat()), { minLength: STEPS + 1, maxLength: STEPS + 1 }), {
      numRuns: atMost,
      seed,
    })
    const otherId = await fixture.propose({ birthDate: '1955-05-05', fullName: 'YANG LAIN' })
    await fixture.runChecks()
    try {
      for (let from = 0; from < histories.length; from += SIDE_BY_SIDE) {
        if (from >= atLeast && (!everyAction || (await listActionsNotDone()).length === 0)) break
        fixture.directory.isDown = (from / SIDE_BY_SIDE) % 4 === 3
        const group = histories.slice(from, from + SIDE_BY_SIDE)
        const cases = await Promise.all(group.map((numbers) => begin(numbers, otherId)))
        await fixture.runChecks()
        if (fixture.directory.isDown) {
          fixture.clock.advance(31 * MINUTE)
          await fixture.handOver()
        }
        for (let index = 0; index < STEPS; index += 1) {
          await Promise.all(cases.map((one) => step(one, index)))
          fixture.clock.advance(pick(PAUSES, from / SIDE_BY_SIDE + 3 * index))
          await fixture.runChecks()
        }
        await Promise.all(cases.filter(({ numbers }) => pick(numbers, 7) % 4 === 0).map(flagUnreachable))
        await passTime()
        await Promise.all(cases.map((one) => step(one, STEPS)))
        await Promise.all(cases.map(({ id }) => fixture.requireReplayEqual(id)))
      }
      expect((await fixture.intake.verifyData([fixture.verification.checkFindings])).faults).toEqual([])
      // Every action there is has happened at least once, those of the product itself included.
      if (everyAction) expect(await listActionsNotDone()).toEqual([])
    } catch (cause) {
      throw new Error(`LIFECYCLE_SEED=${seed}`, { cause })
    }
    expect(taken.get('claim')).toBeGreaterThan(atLeast / 10)
  }, 600_000)
}

/** A name of its own for each case: likenesses have tests of their own. */
function letters(numbers: readonly number[]): string {
  return numbers.map((number) => String.fromCharCode(65 + (number % 26), 65 + ((number >>> 5) % 26))).join('')
}
