import { randomBytes } from 'node:crypto'
import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { composeReceiptNumber } from '../../../src/contracts/primitives/receipt-number.ts'
import type { DB } from '../../../src/features/database.ts'
import { createPublicStatus } from '../../../src/features/intake/public-status.service.ts'
import { createIntakeSealing } from '../../../src/features/intake/sealing.ts'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { type IntakeBody, makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

const DAY_MS = 24 * 3_600_000
const keyRing = parseKeyRing(`1:${randomBytes(32).toString('base64')}`)

let fixture: IntakeFixture
let petugas: Actor
beforeAll(async () => {
  fixture = await createIntakeFixture({ keyRing })
  petugas = fixture.actor('petugas')
})
afterAll(() => fixture.close())

async function register(body: IntakeBody = makeIntakeBody()) {
  const reply = await fixture.register(petugas, body)
  expect(reply.statusCode).toBe(201)
  return { receiptNumber: reply.json().receiptNumber as string, ending: body.whatsappNumber.slice(-4) }
}

let serial = 900_000
/** Well-formed, and nobody's. */
const unusedReceipt = (): string => composeReceiptNumber('32.74', '2611', ++serial)
const otherThan = (ending: string, by = 1): string => String((Number(ending) + by) % 10_000).padStart(4, '0')

const ask = (receiptNumber: string, phoneLast4: string) =>
  fixture.app.inject({ method: 'POST', url: '/api/public/status', payload: { receiptNumber, phoneLast4 } })

const askPage = (form: Record<string, string>) =>
  fixture.app.inject({
    method: 'POST',
    url: '/status',
    headers: { 'content-type': 'application/x-www-form-urlencoded', host: 'localhost' },
    payload: new URLSearchParams(form).toString(),
  })

const told = (receiptNumber: string) => fixture.audited.filter(({ subjectId }) => subjectId === receiptNumber)

/** What an answer says, apart from the id of its request. */
async function answerOf(reply: ReturnType<typeof ask>) {
  const { statusCode, body } = await reply
  const { requestId: _, ...rest } = JSON.parse(body)
  return { statusCode, ...rest }
}

describe('public status', () => {
  test('tells the day and the public labels only', async () => {
    const { receiptNumber, ending } = await register(
      makeIntakeBody({ confirmWarnings: ['nik_missing_not_newborn'], members: [makeMember({ nik: null })] }),
    )
    expect((await ask(receiptNumber, ending)).json()).toEqual({
      receiptNumber,
      submittedOn: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      members: [{ number: 1, status: 'needs_completion', label: 'Perlu dilengkapi' }],
    })
  })

  test('answers the same for a wrong phone and for no such receipt', async () => {
    const { receiptNumber, ending } = await register()
    const wrong = await answerOf(ask(receiptNumber, otherThan(ending)))
    expect(wrong).toMatchObject({ statusCode: 404, code: 'not_found' })
    expect(await answerOf(ask(unusedReceipt(), '0000'))).toEqual(wrong)
  })

  test('does the same work for a wrong phone of a large household and for no such receipt', async () => {
    const others = Array.from({ length: 19 }, () => makeMember({ relationship: 'anak', propose: false }))
    const { receiptNumber, ending } = await register(makeIntakeBody({ members: [makeMember(), ...others] }))
    let work: string[] = []
    const db = new Kysely<DB>({
      dialect: new PostgresDialect({ pool: fixture.database.pool }),
      log: ({ query }) => void work.push(query.sql),
    })
    const sealing = createIntakeSealing(createSealer(keyRing))
    const publicStatus = createPublicStatus({
      db,
      sealing: {
        ...sealing,
        openHousehold(...given) {
          work.push('open a household')
          return sealing.openHousehold(...given)
        },
      },
      clock: fixture.clock,
      ports: {
        ...fixture.ports,
        audit: {
          ...fixture.ports.audit,
          write: async ({ action, details }) => void work.push(`${action} ${details?.outcome}`),
        },
      },
    })
    const workOf = async (receipt: string, phoneLast4: string) => {
      work = []
      const result = await publicStatus
        .getStatus({ receiptNumber: receipt, phoneLast4 }, 'request', (label) => label)
        .then(
          () => 'shown',
          (error: { code: string }) => error.code,
        )
      return { result, work }
    }
    const unknown = await workOf(unusedReceipt(), '0000')
    expect(unknown).toMatchObject({ result: 'not_found', work: { length: 4 } })
    expect(unknown.work).toContain('open a household')
    expect(await workOf(receiptNumber, otherThan(ending))).toEqual(unknown)
    // More is asked for only after a match.
    expect((await workOf(receiptNumber, ending)).work.length).toBeGreaterThan(4)
  })

  test('takes its time over a refusal, so that no difference in the work shows', async () => {
    const { receiptNumber, ending } = await register()
    const shortest = async (receipt: string, phoneLast4: string): Promise<number> => {
      const took: number[] = []
      for (let i = 0; i < 4; i++) {
        const begun = performance.now()
        expect((await ask(receipt, phoneLast4)).statusCode).toBe(404)
        took.push(performance.now() - begun)
      }
      return Math.min(...took)
    }
    // 50 ms; a timer of Node may be one early.
    expect(await shortest(receiptNumber, otherThan(ending))).toBeGreaterThanOrEqual(49)
    expect(await shortest(unusedReceipt(), '0000')).toBeGreaterThanOrEqual(49)
  })

  test('says that a mistyped receipt is mistyped', async () => {
    const { receiptNumber } = await register()
    const last = receiptNumber.at(-1)
    const mistyped = `${receiptNumber.slice(0, -1)}${last === 'A' ? 'B' : 'A'}`
    expect((await ask(mistyped, '1234')).json()).toMatchObject({
      code: 'invalid_input',
      errors: [{ code: 'receipt_number_invalid' }],
    })
  })
})

describe('guessing', () => {
  test('finds nothing in 1,000 tries at one receipt, even with the right digits among them, and stops nobody else', async () => {
    const { receiptNumber, ending } = await register()
    const other = await register()
    const statuses = new Map<number, number>()
    for (let start = 1; start <= 1000; start += 100) {
      const endings = Array.from({ length: 100 }, (_, i) => (start + i === 500 ? ending : otherThan(ending, start + i)))
      for (const { statusCode } of await Promise.all(endings.map((guess) => ask(receiptNumber, guess)))) {
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
      }
    }
    expect(Object.fromEntries(statuses)).toEqual({ 404: 10, 429: 990 })
    expect((await ask(receiptNumber, ending)).statusCode).toBe(429)
    expect((await ask(other.receiptNumber, other.ending)).statusCode).toBe(200)
  })

  test('is refused alike for a receipt that does not exist', async () => {
    const { receiptNumber, ending } = await register()
    const unknown = unusedReceipt()
    for (let i = 1; i <= 10; i++) {
      expect((await ask(receiptNumber, otherThan(ending, i))).statusCode).toBe(404)
      expect((await ask(unknown, otherThan(ending, i))).statusCode).toBe(404)
    }
    const known = await ask(receiptNumber, ending)
    expect(known.headers['retry-after']).toBe('86400')
    const locked = await answerOf(Promise.resolve(known))
    expect(locked).toMatchObject({ statusCode: 429, code: 'receipt_locked' })
    expect(await answerOf(ask(unknown, ending))).toEqual(locked)
  })

  test('is shared by the page and the API', async () => {
    const { receiptNumber, ending } = await register()
    for (let i = 1; i <= 10; i++) await ask(receiptNumber, otherThan(ending, i))
    const page = await askPage({ receiptNumber, phoneLast4: ending })
    expect(page.statusCode).toBe(429)
    expect(page.headers['retry-after']).toBe('86400')
    expect(page.body).toContain('Coba lagi besok')
  })

  test('may begin again a day after the first wrong one', async () => {
    const { receiptNumber, ending } = await register()
    for (let i = 1; i <= 11; i++) await ask(receiptNumber, otherThan(ending, i))
    fixture.clock.advance(DAY_MS - 1000)
    const early = await ask(receiptNumber, ending)
    expect([early.statusCode, early.headers['retry-after']]).toEqual([429, '1'])
    fixture.clock.advance(1000)
    expect((await ask(receiptNumber, ending)).statusCode).toBe(200)
  })

  test('is not what a resident does who looks often', async () => {
    const { receiptNumber, ending } = await register()
    for (let i = 0; i < 30; i++) expect((await ask(receiptNumber, ending)).statusCode).toBe(200)
  })

  test('is forgotten when its day is over', async () => {
    await ask(unusedReceipt(), '0000')
    const counted = async () => (await fixture.database.owner.selectFrom('status_guard').selectAll().execute()).length
    const before = await counted()
    await fixture.intake.forgetStatusGuesses()
    expect(await counted()).toBeGreaterThan(0)
    expect(await counted()).toBeLessThanOrEqual(before)
    fixture.clock.advance(DAY_MS)
    await fixture.intake.forgetStatusGuesses()
    expect(await counted()).toBe(0)
  })
})

describe('the audit log', () => {
  test('knows which receipt was asked for and with what outcome, no digits', async () => {
    const { receiptNumber, ending } = await register()
    await ask(receiptNumber, ending)
    await ask(receiptNumber, otherThan(ending))
    const unknown = unusedReceipt()
    await ask(unknown, '4321')
    const entry = { actorRole: 'anonymous', action: 'public_status', subjectType: 'receipt', regionCode: '32.74' }
    expect(told(receiptNumber)).toMatchObject([
      { ...entry, details: { outcome: 'shown' } },
      { ...entry, details: { outcome: 'refused' } },
    ])
    expect(told(unknown)).toMatchObject([{ ...entry, details: { outcome: 'refused' } }])
    expect(JSON.stringify([...told(receiptNumber), ...told(unknown)].map(({ details }) => details))).not.toMatch(
      /\d{4}/,
    )
  })

  test('takes eleven entries of a thousand guesses at one receipt', async () => {
    const receiptNumber = unusedReceipt()
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 100 }, () => ask(receiptNumber, '0000')))
    const outcomes = told(receiptNumber).map(({ details }) => details?.outcome)
    expect(outcomes.sort()).toEqual(['locked', ...Array(10).fill('refused')])
  })
})

describe('the status page', () => {
  test('works without scripts, and says the label and what to do next', async () => {
    const { receiptNumber, ending } = await register(
      makeIntakeBody({ confirmWarnings: ['nik_missing_not_newborn'], members: [makeMember({ nik: null })] }),
    )
    const page = await askPage({ receiptNumber, phoneLast4: ending })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('Perlu dilengkapi')
    expect(page.body).toContain('Datang ke puskesmas')
    expect(page.body).not.toContain('SITI')
    expect(page.body).not.toContain('<script')
  })

  test('says the same for whatever does not match, and keeps what was typed as text', async () => {
    const { receiptNumber } = await register()
    const wrong = await askPage({ receiptNumber, phoneLast4: 'abcd' })
    const hostile = await askPage({ receiptNumber: '"><script>1</script>', phoneLast4: '1234' })
    expect([wrong.statusCode, hostile.statusCode]).toEqual([404, 404])
    expect(hostile.body).toContain('Tidak ditemukan, atau datanya tidak cocok')
    expect(hostile.body).not.toContain('<script')
    expect((await fixture.app.inject({ url: '/status' })).body).toContain('name="phoneLast4"')
  })
})
