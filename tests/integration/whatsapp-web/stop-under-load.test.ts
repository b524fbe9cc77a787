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
import { createWorld, received, type World } from '../whatsapp/world.ts'

// As tests/integration/whatsapp/stop-under-load.test.ts, on the real library.

const SOON = { timeout: 120_000, interval: 20 }
const RECEIPTS = 2_000
/** The page is asked who writes for five seconds each. */
const NAMELESS = 20

let world: World
let standIn: StandIn
let dataDirectory: string
let gateway: WebGateway | undefined
const stopHolds = Promise.withResolvers<void>()
beforeAll(async () => {
  world = await createWorld()
  standIn = await startStandIn()
  dataDirectory = mkdtempSync(path.join(tmpdir(), 'puntadewa-load-'))
})
afterAll(async () => {
  stopHolds.resolve()
  await gateway?.stop()
  await standIn?.close()
  rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 5 })
  await world?.close()
})

test('on WhatsApp Web BERHENTI holds before any of thousands of receipts, and before texts whose writers the page is slow to name', async () => {
  const opened = await openWebGateway({
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
  gateway = opened
  let heard = 0
  const worker = world.createWorker({
    gateway: {
      ...opened,
      send: async () => ({ kind: 'refused', code: 'gateway_busy', retryable: true }),
      onReceipt: () =>
        opened.onReceipt(async () => {
          await stopHolds.promise
          heard += 1
        }),
    },
  })
  await opened.start()
  await vi.waitFor(
    async () => expect(await getSession(world.database.db)).toMatchObject({ state: 'awaiting_scan' }),
    SOON,
  )
  await standIn.pair()
  await vi.waitFor(async () => expect(await opened.health()).toMatchObject({ ready: true }), SOON)
  world.clock.set(new Date())
  const household = world.newHousehold()
  await world.record([received(household)])
  await worker.drain()
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued' })

  const sent = standIn.typeOnPhone(world.newPhone(), 'Selamat pagi')
  for (let receipt = 0; receipt < RECEIPTS; receipt++) standIn.ack(sent.id, 1 + (receipt % 3))
  for (let writer = 0; writer < NAMELESS; writer++) {
    const nameless = world.newPhone()
    standIn.behave(nameless, { hidesFromLookUp: true })
    standIn.write(nameless, 'Halo')
  }
  standIn.write(household.phone, 'BERHENTI')
  const { owner } = world.database
  await vi.waitFor(async () => {
    world.clock.set(new Date())
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
  }, SOON)
  expect(heard).toBe(0)
  const before = await owner.selectFrom('inbound_message').select('id').where('kind', '=', 'text').execute()
  expect(before.length).toBeLessThan(NAMELESS)
  stopHolds.resolve()
  await vi.waitFor(() => expect(heard).toBe(RECEIPTS), SOON)
}, 400_000)
