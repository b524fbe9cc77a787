import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { ACTION_NAMES, type Action } from '../../../src/contracts/lifecycle/actions.ts'
import { makeNik } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'
import { INACTIVE } from './membership-stand-in.ts'

const HISTORIES = 300
const STEPS = 8
/** Cases side by side; the clock is common to them. */
const SIDE_BY_SIDE = 12
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const PAUSES = [0, 0, 0, 0, 0, MINUTE, MINUTE, MINUTE, 21 * MINUTE, DAY + MINUTE]
/** Possible at any time and leading nowhere: taken as they come, few cases would be decided. */
const SELDOM: ReadonlySet<Action> = new Set(['note', 'record_membership', 'release', 'withdraw'])
const NOTE = 'dicatat oleh uji acak'

type Request = { path: string; body?: object }
type Case = { id: string; otherId: string; numbers: number[] }

function pick<T>(values: readonly T[], number: number): T {
  const value = values[number % values.length]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

/** How a person asks for an action; null for what only the product does. */
function requestFor(action: Action, version: number, otherId: string, at: Date): Request | null {
  const decision = (name: string, more: object = {}): Request => ({
    path: 'decisions',
    body: { version, decision: name, ...more },
  })
  switch (action) {
    case 'claim':
      return { path: 'claim' }
    case 'take_over':
      return { path: 'claim', body: { takeOver: true } }
    case 'release':
      return { path: 'release' }
    case 'decide_eligible':
      return decision('eligible')
    case 'decide_needs_correction':
      return decision('needs_correction', { reasons: [{ code: 'KTP_TIDAK_TERBACA' }] })
    case 'decide_rejected':
      return decision('rejected', { reasons: [{ code: 'PINDAH' }] })
    case 'decide_duplicate_of':
      return decision('duplicate_of', { duplicateOf: otherId })
    case 'decide_already_active':
      return decision('already_active')
    case 'decide_needs_reactivation':
      return decision('needs_reactivation')
    case 'record_membership':
      return {
        path: 'membership-checks',
        body: { outcome: 'not_found', evidence: 'Loket BPJS, petugas Rini', checkedAt: at.toISOString() },
      }
    case 'correct':
      return {
        path: 'corrections',
        body: { version, answers: [{ field: 'documents.ktp', explanation: 'sudah difoto ulang' }] },
      }
    case 'complete_reactivation':
      return { path: 'reactivation-papers', body: { version, note: NOTE } }
    case 'recall':
      return { path: 'recall', body: { version, note: NOTE } }
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

describe('random histories through the server', () => {
  let fixture: VerificationFixture
  let people: Actor[]
  /** Registers some of the cases, and reviews in another role. */
  let promoted: Actor
  beforeAll(async () => {
    fixture = await createVerificationFixture()
    const reviewer = fixture.actor('verifikator')
    promoted = fixture.actor('petugas')
    people = [
      fixture.petugas,
      // Those who carry a case on stand here more than once.
      ...[reviewer, reviewer, reviewer, reviewer],
      fixture.actor('verifikator'),
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
    const id = await fixture.propose({ nik, birthDate, fullName: `WARGA ${letters(numbers)}` }, {}, by)
    return { id, otherId, numbers }
  }

  /** One request of one person; throws when the server and the list of allowed actions disagree. */
  const step = async ({ id, otherId, numbers }: Case, index: number): Promise<void> => {
    const number = pick(numbers, index)
    const person = pick(people, number)
    const seen = await fixture.call(person, 'GET', `/api/v1/proposals/${id}`)
    const allowed = (seen.status === 200 ? seen.body.allowedActions : []) as Action[]
    const wish = pick(number % 3 === 0 || allowed.length === 0 ? ACTION_NAMES : allowed, number >>> 8)
    const version = seen.status === 200 ? Number(seen.body.version) : 1
    if (SELDOM.has(wish) && (number >>> 16) % 4 > 0) return
    const request = requestFor(wish, version, otherId, fixture.clock.now())
    if (!request) return
    const answer = await fixture.act(person, id, request.path, request.body)
    // One route serves both: taking over a case that nobody holds is claiming it.
    const isAllowed = allowed.includes(wish) || (wish === 'take_over' && allowed.includes('claim'))
    const asExpected = isAllowed ? answer.status < 300 : [403, 404, 409].includes(answer.status)
    if (!asExpected) {
      throw new Error(
        `${wish} by ${person.role} in ${seen.body.state}: ${answer.status} ${JSON.stringify(answer.body)}, allowed: ${allowed}`,
      )
    }
    if (answer.status < 300) taken.set(wish, (taken.get(wish) ?? 0) + 1)
  }
  const taken = new Map<Action, number>()

  it(`${HISTORIES} of them: what is shown as allowed is what is accepted, and the journal tells the stored state`, async () => {
    const seed = Date.now()
    const histories = fc.sample(fc.array(fc.noBias(fc.nat()), { minLength: STEPS, maxLength: STEPS }), {
      numRuns: HISTORIES,
      seed,
    })
    const otherId = await fixture.propose({ birthDate: '1955-05-05', fullName: 'YANG LAIN' })
    await fixture.runChecks()
    try {
      for (let from = 0; from < histories.length; from += SIDE_BY_SIDE) {
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
        await Promise.all(cases.map(({ id }) => fixture.requireReplayEqual(id)))
      }
    } catch (cause) {
      throw new Error(`seed ${seed}`, { cause })
    }
    const decided = [...taken].reduce((sum, [action, times]) => sum + (action.startsWith('decide_') ? times : 0), 0)
    expect(decided).toBeGreaterThan(5)
    expect(taken.get('claim')).toBeGreaterThan(HISTORIES / 10)
  }, 120_000)
})

/** A name of its own for each case: likenesses have tests of their own. */
function letters(numbers: readonly number[]): string {
  return numbers.map((number) => String.fromCharCode(65 + (number % 26), 65 + ((number >>> 5) % 26))).join('')
}
