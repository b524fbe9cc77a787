import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import type { WhatsAppGateway } from '../../../src/features/whatsapp/index.ts'
import { createWhatsappWebEngine, endOrphans } from '../../../src/features/whatsapp/web/engine/index.ts'
import { createWebGateway } from '../../../src/features/whatsapp/web/web.gateway.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { createSealer, parseKeyRing, type Sealer } from '../../../src/platform/crypto/sealer.ts'
import { unpackTestChromium } from '../../support/chromium.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type StandIn, startStandIn } from '../../support/whatsapp-web/index.ts'
import { TELLS_NOTHING, WEB_BEHAVIOURS } from '../../support/whatsapp-web/phone-modes.ts'
import { WELL_BEHAVED } from '../../support/whatsapp-web/phones.ts'
import { describeGatewayContract } from './gateway-contract.ts'

const CONNECTED_SOON = { timeout: 20_000, interval: 10 }
/** A hand-over that hangs is waited for so long, several times in the suite; answered ones take some 10 ms, with a picture 30. */
const SEND_MS = 3_000

let database: TestDatabase<DB>
let sealer: Sealer
let standIn: StandIn
let executablePath: string
let dataPath: string
let phones = 0
/** One browser for all tests but those that stop their gateway themselves. */
let live: WhatsAppGateway | undefined

beforeAll(async () => {
  executablePath = await unpackTestChromium()
  database = await createTestDatabase<DB>()
  sealer = createSealer(parseKeyRing(`1:${randomBytes(32).toString('base64')}`))
  standIn = await startStandIn({ autoPair: true })
  dataPath = mkdtempSync(path.join(tmpdir(), 'puntadewa-web-contract-'))
})
afterAll(async () => {
  await live?.stop()
  await standIn.close()
  await rm(dataPath, { recursive: true, force: true, maxRetries: 5 })
  await database.close()
})

/** As the stand-in knows it. */
const idIn = ({ gatewayMessageId }: { gatewayMessageId: string }): string => gatewayMessageId.split('_').at(-1) ?? ''

const untilReady = async (gateway: WhatsAppGateway): Promise<void> =>
  await vi.waitFor(async () => expect(await gateway.health()).toMatchObject({ ready: true }), CONNECTED_SOON)

function createLiveGateway(): WhatsAppGateway {
  const logger = pino({ level: 'silent' })
  const profile = { dataPath, clientId: 'main' }
  return createWebGateway({
    db: database.db,
    clock: systemClock,
    sealer,
    logger,
    holder: 'machine/1',
    createEngine: createWhatsappWebEngine({
      ...profile,
      executablePath,
      clock: systemClock,
      logger,
      // Chromium's sandbox does not work as root.
      noSandbox: true,
      testPage: standIn.address,
      deadlines: { sendMs: SEND_MS, pollMs: 20 },
    }),
    endOrphans: () => endOrphans(profile),
    forgetProfile: () => rm(dataPath, { recursive: true, force: true, maxRetries: 5 }),
    memoryLimitBytes: 4_000_000_000,
  })
}

describeGatewayContract(
  'WhatsApp Web',
  async () => {
    // What is still said about texts of the tests before is nothing to this one.
    const old = new Set(standIn.messages().map(({ id }) => id))
    const ifNew =
      <Report extends { gatewayMessageId: string }>(handle: (report: Report) => Promise<void>) =>
      async (report: Report): Promise<void> => {
        if (!old.has(idIn(report))) await handle(report)
      }
    const repeats = new Map<string, number>()
    const pictures = new Set<string>()
    return {
      createGateway() {
        const isRunning = live !== undefined
        const gateway = (live ??= createLiveGateway())
        return {
          ...gateway,
          // Linked and in sync takes a moment; until then everything is refused for now.
          async start() {
            if (isRunning) return
            await gateway.start()
            await untilReady(gateway)
          },
          async stop() {
            if (live === gateway) live = undefined
            await gateway.stop()
          },
          onReceipt: (handle) => gateway.onReceipt(ifNew(handle)),
          onInbound: (handle) => gateway.onInbound(ifNew(handle)),
          onOwnText: (handle) => gateway.onOwnText(ifNew(handle)),
        }
      },
      newPhone: () => `62814${String(++phones).padStart(8, '0')}`,
      async behave(phone, { mode, repeatReports = 1, answersLookUp = true }) {
        repeats.set(phone, repeatReports)
        if (mode === 'sends_pictures') pictures.add(phone)
        standIn.uploads(mode === 'takes_no_pictures' ? 'error' : 'ok')
        standIn.behave(phone, {
          ...WELL_BEHAVED,
          lid: mode === 'hides_number' ? `9${phone}` : null,
          repeatAcks: repeatReports,
          ...WEB_BEHAVIOURS[mode],
          ...(answersLookUp ? {} : TELLS_NOTHING),
        })
      },
      picturesOn: async (phone) =>
        standIn
          .arrivals()
          .filter((arrival) => arrival.phone === phone)
          .map(({ picture }) => picture),
      textsOn: async (phone) => standIn.textsOn(phone),
      async write(phone, body) {
        const picture = { type: 'image', body: 'a thumbnail', extra: { caption: body } }
        const { id } = standIn.write(phone, body, pictures.has(phone) ? picture : {})
        for (let time = 1; time < (repeats.get(phone) ?? 1); time++) standIn.write(phone, body, { id })
      },
      async typeOnOwnPhone(phone, body) {
        standIn.typeOnPhone(phone, body)
      },
      // The browser stays for the next test.
      async close() {
        standIn.uploads('ok')
      },
    }
  },
  {
    knows_opt_outs: 'WhatsApp Web does not say who has blocked us: their texts stay at "sent"',
    needs_templates: 'WhatsApp Web sends free texts to everybody and knows no templates',
    hands_over_unheard: 'a gateway that has stopped has no browser any more; it refuses for now',
  },
)

test('WhatsApp Web reports receipts after a restart when they came while it was down', async () => {
  const phone = '6281400009999'
  standIn.behave(phone, { acks: [] })
  await live?.stop()
  live = createLiveGateway()
  await live.start()
  await untilReady(live)
  const result = await live.send({
    to: `${phone}@c.us`,
    text: 'Halo',
    reference: 'REF0009999',
    notAfter: new Date(Date.now() + 30_000),
    template: null,
    lastInboundAt: null,
  })
  if (result.kind !== 'accepted') throw new Error('not accepted')
  await live.stop()
  standIn.ack(idIn(result), 2)

  const heard: string[] = []
  live = createLiveGateway()
  live.onReceipt(async ({ gatewayMessageId, status }) => {
    if (gatewayMessageId === result.gatewayMessageId) heard.push(status)
  })
  await live.start()
  await vi.waitFor(() => expect(heard).toEqual(['delivered']), CONNECTED_SOON)
})

test('WhatsApp Web leaves no browser behind, and asks the page for nothing that the stand-in does not have', async () => {
  await live?.stop()
  live = undefined
  expect(await endOrphans({ dataPath, clientId: 'main' })).toBe(0)
  expect(standIn.unknownModules()).toEqual([])
})
