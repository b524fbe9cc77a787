import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openWebGateway, type WebGateway } from '../../../src/features/whatsapp/index.ts'
import { getSession } from '../../../src/features/whatsapp/web/session/session.repository.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { unpackTestChromium } from '../../support/chromium.ts'
import { type StandIn, startStandIn } from '../../support/whatsapp-web/index.ts'
import { createWorld, eligible, received, type Worker, type World } from '../whatsapp/world.ts'

const SOON = { timeout: 60_000, interval: 50 }

let world: World
let standIn: StandIn
let dataDirectory: string
let gateway: WebGateway | undefined
beforeAll(async () => {
  world = await createWorld()
  standIn = await startStandIn()
  dataDirectory = mkdtempSync(path.join(tmpdir(), 'puntadewa-catch-up-'))
})
afterAll(async () => {
  await gateway?.stop()
  await standIn.close()
  rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 5 })
  await world.close()
})

/** The whole feature with WhatsApp Web for its gateway, as the process that holds it. */
async function start(): Promise<Worker> {
  gateway = await openWebGateway({
    db: world.database.db,
    clock: systemClock,
    sealer: world.sealer,
    logger: pino({ level: 'silent' }),
    dataDirectory,
    browser: {
      chromium: await unpackTestChromium(),
      args: [],
      testPage: standIn.address,
      noSandbox: true,
      memoryLimitBytes: 4_000_000_000,
    },
  })
  const worker = world.createWorker({ gateway })
  await gateway.start()
  return worker
}

/** Works, by the time that the page goes by too, until something holds. */
const workUntil = (worker: Worker, check: () => unknown): Promise<void> =>
  vi.waitFor(async () => {
    world.clock.set(new Date())
    await worker.drain()
    await check()
  }, SOON)

test('what came while nobody listened counts before the next notice: a BERHENTI, an answer from the phone, a delivery', async () => {
  const household = world.newHousehold()
  const { phone } = household
  const messages = () =>
    world.database.owner.selectFrom('message').select(['kind', 'state', 'outcome_code']).orderBy('id').execute()

  const first = await start()
  await vi.waitFor(
    async () => expect(await getSession(world.database.db)).toMatchObject({ state: 'awaiting_scan' }),
    SOON,
  )
  await standIn.pair()
  world.clock.set(new Date())
  await world.record([received(household)])
  standIn.behave(phone, { acks: [] })
  standIn.failNext('hang', phone)
  await workUntil(first, () => expect(standIn.textsOn(phone)).toHaveLength(1))
  await gateway?.stop()
  expect((await messages()).map(({ state }) => state)).not.toContain('delivered')

  standIn.configure({ backlog: 'history' })
  standIn.ack(standIn.arrivals()[0]?.id ?? '', 2)
  standIn.write(phone, 'Apakah sudah jadi?')
  standIn.typeOnPhone(phone, 'Sebentar lagi ya, Bu.')
  standIn.write(phone, 'BERHENTI')
  standIn.behave(phone, { acks: [1, 2] })
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])

  // WhatsApp tells whole seconds: what stands in the second of the start may as well have been told live.
  const written = Math.floor(Date.now() / 1_000)
  await vi.waitFor(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(written), SOON)
  const second = await start()
  await workUntil(second, async () =>
    expect(await messages()).toEqual([
      { kind: 'notice', state: 'delivered', outcome_code: null },
      { kind: 'notice', state: 'suppressed', outcome_code: 'opted_out' },
      { kind: 'preference', state: 'delivered', outcome_code: null },
    ]),
  )
  expect(standIn.textsOn(phone)).toEqual([
    expect.stringContaining('Ref '),
    expect.stringContaining('tidak akan mengirim pesan lagi'),
  ])
  const { owner } = world.database
  const [talk] = await owner.selectFrom('whatsapp_conversation').selectAll().execute()
  expect(talk?.bot_paused_until?.getTime()).toBeGreaterThan(Date.now())
  const texts = await owner.selectFrom('inbound_message').select(['kind', 'meaning', 'backfilled']).execute()
  expect(texts.toSorted((a, b) => `${a.kind}${a.meaning}`.localeCompare(`${b.kind}${b.meaning}`))).toEqual([
    { kind: 'own', meaning: 'other', backfilled: true },
    { kind: 'text', meaning: 'other', backfilled: true },
    { kind: 'text', meaning: 'stop', backfilled: true },
  ])
}, 180_000)
