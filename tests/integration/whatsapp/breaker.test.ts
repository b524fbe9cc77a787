import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import type { BreakerState } from '../../../src/contracts/api/whatsapp-pacing.ts'
import type { AccountTrouble, OutgoingText, SendResult } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { createTestServer } from '../../support/test-server.ts'
import { createWorld, eligible, type Household, OPEN_MS, received, type Worker, type World } from './world.ts'

const MINUTE = 60_000

let world: World
let app: App
let caller: Actor | null = null
let logged: Record<string, unknown>[] = []

beforeAll(async () => {
  world = await createWorld()
  app = await createTestServer(() => caller)
  world.worker.whatsapp.registerRoutes(app)
  await app.ready()
})
beforeEach(async () => {
  await world.reset()
  caller = null
  logged = []
})
afterAll(async () => {
  await app.close()
  await world.close()
})

/** The simulator with an account that can be in trouble. */
type Troubled = {
  worker: Worker
  /** Numbers handed over, in order. */
  handedOver: string[]
  report(trouble: Pick<AccountTrouble, 'scope' | 'code'> & Partial<AccountTrouble>): Promise<void>
  /** What a hand-over meets instead of a phone; null: all is well. */
  meet: ((message: OutgoingText) => Promise<SendResult> | null) | null
}

function createTroubled(): Troubled {
  let onTrouble = async (_: AccountTrouble): Promise<void> => {}
  const lines = new Writable({
    write(chunk: Buffer, _, done) {
      logged.push(JSON.parse(chunk.toString()))
      done()
    },
  })
  const troubled: Troubled = {
    handedOver: [],
    meet: null,
    report: (trouble) => onTrouble({ at: world.clock.now(), ...trouble }),
    worker: world.createWorker({
      logger: pino({ level: 'warn' }, lines),
      gateway: {
        ...world.simulator.gateway,
        onTrouble(handler) {
          onTrouble = handler
        },
        async send(message) {
          troubled.handedOver.push(message.to)
          return (await troubled.meet?.(message)) ?? (await world.simulator.gateway.send(message))
        },
      },
    }),
  }
  return troubled
}

async function tell(worker: Worker, household: Household): Promise<void> {
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await worker.drain()
}

/** A household that has written to us before. */
async function established(worker: Worker): Promise<Household> {
  const household = world.newHousehold()
  await world.simulator.phones.write(household.phone, 'Halo')
  await world.simulator.gateway.reportDue()
  await worker.drain()
  return household
}

const held = async (household: Household) =>
  await world.database.owner
    .selectFrom('message')
    .select(['state', 'held_for', 'attempts'])
    .where('intake_id', '=', household.intakeId)
    .executeTakeFirstOrThrow()
const WAITS = { state: 'queued', held_for: 'breaker' }

function signIn(role: Role): void {
  const who = {
    username: role,
    displayName: role,
    role,
    regionCode: '32.74',
    officeId: null,
    officeIds: [],
    scopes: null,
  }
  caller = { userId: randomUUID(), ...who }
}
const read = async (): Promise<BreakerState> => (await app.inject('/api/v1/whatsapp/breaker')).json()
const close = async () => await app.inject({ method: 'POST', url: '/api/v1/whatsapp/breaker/close' })
const actions = () => world.audited.map((event) => event.action).filter((action) => action.includes('breaker'))

describe('trouble with cold contacts', () => {
  test('keeps back only those who never wrote, and says so once', async () => {
    const account = createTroubled()
    const known = await established(account.worker)
    const cold = world.newHousehold()
    await account.report({ scope: 'cold', code: '463' })
    await account.report({ scope: 'cold', code: '463' })
    await tell(account.worker, cold)
    await tell(account.worker, known)
    expect(await held(cold)).toMatchObject({ ...WAITS, attempts: 0 })
    expect(await held(known)).toMatchObject({ state: 'sent' })
    expect(actions()).toEqual(['open_breaker'])
    expect(world.audited.at(-1)).toMatchObject({ actorRole: 'system', details: { scope: 'cold', code: '463' } })
    expect(logged).toMatchObject([{ level: 50, scope: 'cold', code: '463' }])
  })

  test('lets a refused message wait, and sends it once when a person says that it is over', async () => {
    const account = createTroubled()
    const cold = world.newHousehold()
    account.meet = async () => {
      await account.report({ scope: 'cold', code: '463' })
      return { kind: 'refused', code: 'account_trouble', retryable: true }
    }
    await tell(account.worker, cold)
    expect(await held(cold)).toMatchObject({ ...WAITS, attempts: 1 })
    account.meet = null
    for (let hour = 0; hour < 60; hour++) {
      world.clock.advance(60 * MINUTE)
      await account.worker.drain()
    }
    expect(account.handedOver).toHaveLength(1)
    signIn('admin')
    expect(await read()).toMatchObject({ state: 'open', scope: 'cold', code: '463', waiting: 1 })
    expect(await account.worker.whatsapp.stats()).toEqual({ breaker: 'open', scope: 'cold', held: { breaker: 1 } })
    expect((await close()).json()).toMatchObject({ state: 'closed', scope: null, waiting: 0 })
    await account.worker.drain()
    expect(await held(cold)).toMatchObject({ state: 'sent', attempts: 2 })
    expect(account.handedOver).toHaveLength(2)
  })

  test('is not over because somebody who has written can be reached: nothing to a cold contact was tried', async () => {
    const account = createTroubled()
    const known = await established(account.worker)
    const cold = world.newHousehold()
    await account.report({ scope: 'cold', code: '463' })
    await tell(account.worker, cold)
    world.clock.advance(24 * 60 * MINUTE)
    await tell(account.worker, known)
    expect(await held(known)).toMatchObject({ state: 'sent' })
    signIn('supervisor')
    expect(await read()).toMatchObject({ state: 'open', scope: 'cold', probeAt: null })
    expect(await held(cold)).toMatchObject({ ...WAITS, attempts: 0 })
  })

  test('is trouble of the whole account when it meets somebody who has written: he is not tried again and again', async () => {
    const account = createTroubled()
    const known = await established(account.worker)
    const before = account.handedOver.length
    account.meet = async () => {
      await account.report({ scope: 'cold', code: '463' })
      return { kind: 'refused', code: 'account_trouble', retryable: false }
    }
    await tell(account.worker, known)
    for (let second = 0; second < 60; second++) {
      world.clock.advance(1_001)
      await account.worker.drain()
    }
    expect(account.handedOver).toHaveLength(before + 1)
    expect(await held(known)).toMatchObject({ ...WAITS, attempts: 1 })
    signIn('supervisor')
    expect(await read()).toMatchObject({ state: 'open', scope: 'account', code: '463', waiting: 1 })
    account.meet = null
    world.clock.advance(30 * MINUTE)
    await account.worker.drain()
    expect(await held(known)).toMatchObject({ state: 'sent', attempts: 2 })
  })

  test('keeps back also who wrote to another number of ours than the one that is linked today', async () => {
    const account = createTroubled()
    const former = await established(account.worker)
    world.clock.advance(MINUTE)
    await account.worker.connection.beginAccount()
    const known = await established(account.worker)
    await account.report({ scope: 'cold', code: '463' })
    await tell(account.worker, former)
    await tell(account.worker, known)
    expect(await held(former)).toMatchObject({ ...WAITS, attempts: 0 })
    expect(await held(known)).toMatchObject({ state: 'sent' })
  })

  test('that is told for the first time leaves those who wrote before it to be written to', async () => {
    const account = createTroubled()
    const known = await established(account.worker)
    world.clock.advance(24 * 60 * MINUTE)
    await account.report({ scope: 'cold', code: '463' })
    await tell(account.worker, known)
    expect(await held(known)).toMatchObject({ state: 'sent' })
  })

  test('never repeats a message that may have left', async () => {
    const account = createTroubled()
    const cold = world.newHousehold()
    account.meet = async () => {
      await account.report({ scope: 'cold', code: '463' })
      return { kind: 'unknown' }
    }
    await world.simulator.phones.behave('all', { mode: 'delivers', answersLookUp: false })
    await tell(account.worker, cold)
    account.meet = null
    signIn('admin')
    await close()
    for (let round = 0; round < 10; round++) {
      world.clock.advance(OPEN_MS)
      await account.worker.settle()
      await account.worker.drain()
    }
    expect(await held(cold)).toMatchObject({ state: 'unknown', attempts: 1 })
    expect(account.handedOver).toHaveLength(1)
  })
})

describe('trouble of the whole account', () => {
  test('keeps everything back, also the confirmation of a wish, and loses nothing', async () => {
    const account = createTroubled()
    const known = await established(account.worker)
    await account.report({ scope: 'account', code: 'TOS_BLOCK' })
    const before = account.handedOver.length
    await tell(account.worker, known)
    const stranger = world.newPhone()
    await world.simulator.phones.write(stranger, 'STOP')
    await world.simulator.gateway.reportDue()
    await account.worker.drain()
    expect(account.handedOver).toHaveLength(before)
    expect(await held(known)).toMatchObject(WAITS)
    signIn('admin')
    await close()
    await account.worker.drain()
    expect(await held(known)).toMatchObject({ state: 'sent' })
    expect((await world.textsOn(stranger)).at(-1)).toContain('tidak akan mengirim pesan lagi')
  })

  test('is tried by one message to somebody who has written, and ends when that gets through', async () => {
    const account = createTroubled()
    const households = [await established(account.worker), await established(account.worker), world.newHousehold()]
    await account.report({ scope: 'account', code: 'PROXYBLOCK' })
    const before = account.handedOver.length
    for (const household of households) await tell(account.worker, household)
    world.clock.advance(30 * MINUTE - 1)
    await account.worker.drain(4)
    expect(account.handedOver).toHaveLength(before)
    world.clock.advance(1)
    await account.worker.drain(4)
    for (const household of households) expect(await held(household)).toMatchObject({ state: 'sent', attempts: 1 })
    expect(actions()).toEqual(['open_breaker', 'close_breaker'])
    expect(world.audited.at(-1)).toMatchObject({ actorId: null, details: { by: 'probe' } })
  })

  test('stays as it is when the probe meets trouble again, and the next one comes later', async () => {
    const account = createTroubled()
    const first = await established(account.worker)
    const second = await established(account.worker)
    await account.report({ scope: 'account', code: 'TOS_BLOCK' })
    await tell(account.worker, first)
    await tell(account.worker, second)
    const before = account.handedOver.length
    account.meet = async () => {
      await account.report({ scope: 'account', code: 'TOS_BLOCK' })
      return { kind: 'refused', code: 'account_trouble', retryable: true }
    }
    world.clock.advance(30 * MINUTE)
    await account.worker.drain(4)
    expect(account.handedOver).toHaveLength(before + 1)
    expect(await held(first)).toMatchObject(WAITS)
    expect(await held(second)).toMatchObject(WAITS)
    expect(logged.filter((line) => line.level === 50)).toHaveLength(2)
    world.clock.advance(60 * MINUTE - 1)
    await account.worker.drain(4)
    expect(account.handedOver).toHaveLength(before + 1)
    account.meet = null
    world.clock.advance(1)
    await account.worker.drain(4)
    expect(await held(first)).toMatchObject({ state: 'sent' })
    expect(await held(second)).toMatchObject({ state: 'sent' })
  })

  test('is not over because a probe may have left, until it is known that it did', async () => {
    const account = createTroubled()
    const known = await established(account.worker)
    const cold = world.newHousehold()
    await account.report({ scope: 'account', code: 'TOS_BLOCK' })
    await tell(account.worker, known)
    await tell(account.worker, cold)
    await world.simulator.phones.behave(known.phone, { mode: 'unknown_delivered', remaining: 1 })
    world.clock.advance(30 * MINUTE)
    await account.worker.drain()
    signIn('supervisor')
    expect(await held(known)).toMatchObject({ state: 'unknown' })
    expect(await read()).toMatchObject({ state: 'half_open' })
    expect(await held(cold)).toMatchObject(WAITS)
    world.clock.advance(OPEN_MS)
    await account.worker.settle()
    await account.worker.drain()
    expect(await read()).toMatchObject({ state: 'closed' })
    expect(await held(cold)).toMatchObject({ state: 'sent' })
  })

  test('is known to the next process', async () => {
    const account = createTroubled()
    await account.report({ scope: 'account', code: 'TOS_BLOCK' })
    const next = createTroubled()
    const household = world.newHousehold()
    await tell(next.worker, household)
    expect(next.handedOver).toEqual([])
    expect(await held(household)).toMatchObject(WAITS)
  })

  test('that only a refusal tells of opens the breaker as well', async () => {
    const account = createTroubled()
    account.meet = async () => ({ kind: 'refused', code: 'account_trouble', retryable: true })
    await tell(account.worker, world.newHousehold())
    await tell(account.worker, world.newHousehold())
    expect(account.handedOver).toHaveLength(1)
    signIn('admin')
    expect(await read()).toMatchObject({ state: 'open', scope: 'cold', code: 'account_trouble', waiting: 2 })
  })
})

describe('closing the breaker', () => {
  test('is audited with who did it, and once', async () => {
    const account = createTroubled()
    await account.report({ scope: 'account', code: 'wrong 081234567890' })
    signIn('admin')
    expect(await read()).toMatchObject({ state: 'open', code: 'other' })
    const answers = await Promise.all([close(), close(), close()])
    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200])
    expect(actions()).toEqual(['open_breaker', 'close_breaker'])
    expect(world.audited.at(-1)).toMatchObject({ actorId: caller?.userId, details: { by: 'person', code: 'other' } })
  })

  test('is not undone by what is told late of the time before', async () => {
    const account = createTroubled()
    const at = world.clock.now()
    await account.report({ scope: 'cold', code: 'FLAGGED', at })
    world.clock.advance(MINUTE)
    signIn('admin')
    await close()
    await account.report({ scope: 'cold', code: 'FLAGGED', at })
    expect(await read()).toMatchObject({ state: 'closed' })
    await account.report({ scope: 'cold', code: 'FLAGGED' })
    expect(await read()).toMatchObject({ state: 'open' })
  })

  test('holds up no other message while what waited is woken', async () => {
    const account = createTroubled()
    const cold = world.newHousehold()
    await account.report({ scope: 'cold', code: '463' })
    await tell(account.worker, cold)
    signIn('admin')
    const { id } = await world.message(cold.intakeId)
    let closing: ReturnType<typeof close> | undefined
    await world.database.owner.transaction().execute(async (tx) => {
      await tx.selectFrom('outbox').select('id').where('key', '=', id).forUpdate().execute()
      closing = close()
      await expect.poll(() => world.countBlocked(), { interval: 5, timeout: 10_000 }).toBe(1)
      const free = await tx.selectFrom('whatsapp_account').select('gateway').forUpdate().skipLocked().execute()
      expect(free).toEqual([{ gateway: 'simulator' }])
    })
    expect((await closing)?.json()).toMatchObject({ state: 'closed' })
    await account.worker.drain()
    expect(await held(cold)).toMatchObject({ state: 'sent' })
  })

  test('is for those who answer for the whole installation; a supervisor may look', async () => {
    signIn('supervisor')
    expect(await read()).toMatchObject({ state: 'closed' })
    expect((await close()).statusCode).toBe(403)
  })

  test.each(['petugas', 'verifikator', 'auditor'] as const)('is not for a %s', async (role) => {
    signIn(role)
    expect((await close()).statusCode).toBe(403)
    expect((await app.inject('/api/v1/whatsapp/breaker')).statusCode).toBe(403)
  })
})

describe('a refusal', () => {
  test('of a resident who has stopped us on WhatsApp itself is a wish to stop', async () => {
    const account = createTroubled()
    const household = world.newHousehold()
    account.meet = async () => ({ kind: 'refused', code: 'recipient_opted_out', retryable: false })
    await world.record([received(household)])
    await tell(account.worker, household)
    account.meet = null
    const states = await world.database.owner.selectFrom('message').select(['state', 'outcome_code']).execute()
    expect(states).toEqual(Array.from({ length: 2 }, () => ({ state: 'suppressed', outcome_code: 'opted_out' })))
    expect(account.handedOver).toHaveLength(1)
    expect(world.audited).toMatchObject([{ action: 'opt_out', actorRole: 'system', details: { by: 'simulator' } }])
    expect(await world.textsOn(household.phone)).toEqual([])
  })

  test('for want of a template is final and named', async () => {
    const account = createTroubled()
    const household = world.newHousehold()
    account.meet = async () => ({ kind: 'refused', code: 'no_template', retryable: false })
    await tell(account.worker, household)
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'failed', outcome_code: 'no_template' })
  })
})
