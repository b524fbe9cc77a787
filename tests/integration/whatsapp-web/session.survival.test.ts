import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import { openWebGateway, type WebGateway } from '../../../src/features/whatsapp/index.ts'
import { sealContext } from '../../../src/features/whatsapp/seal-context.ts'
import { addRequest, getSession } from '../../../src/features/whatsapp/web/session/session.repository.ts'
import type { InboundText, OwnText, Receipt } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { unpackTestChromium } from '../../support/chromium.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type StandIn, startStandIn } from '../../support/whatsapp-web/index.ts'
import { writeDyingBrowser } from './dying-browser.ts'
import { findBrowser, listBrowserProcesses } from './engine-world.ts'
import { rememberWriter } from './remember-writer.ts'

// A start of Chromium and a pause before it, on a machine that runs other tests.
const SOON = { timeout: 30_000, interval: 20 }
const PHONE = '6281200000001'
const HIDDEN_PHONE = '6281200000077'
const sealer = createSealer(parseKeyRing(`1:${randomBytes(32).toString('base64')}`))
const logLines: string[] = []
const logger = pino({ level: 'trace' }, { write: (line: string) => void logLines.push(line) })

let database: TestDatabase<DB>
let standIn: StandIn
let dataDirectory: string
const gateways: WebGateway[] = []
let receipts: Receipt[] = []
let inbound: InboundText[] = []
let ownTexts: OwnText[] = []
let newAccounts = 0
beforeAll(async () => {
  database = await createTestDatabase<DB>()
})
beforeEach(async () => {
  // What only a person ends would be left to the next test.
  await database.owner.updateTable('whatsapp_session').set({ state: 'offline', detail: null }).execute()
  standIn = await startStandIn()
  dataDirectory = mkdtempSync(path.join(tmpdir(), 'puntadewa-session-'))
  receipts = []
  inbound = []
  ownTexts = []
})
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()))
  const left = await listBrowserProcesses(profiles())
  if (left.length > 0) throw new Error(`${left.length} processes of a browser are left`)
  await standIn.close()
  rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 5 })
  await database.owner.deleteFrom('whatsapp_session_request').execute()
})
afterAll(() => database.close())

const profiles = (): string => path.join(dataDirectory, 'whatsapp-web')

async function start(chromium?: string): Promise<WebGateway> {
  const gateway = await openWebGateway({
    db: database.db,
    clock: systemClock,
    sealer,
    logger,
    holder: 'machine/1',
    dataDirectory,
    browser: {
      chromium: chromium ?? (await unpackTestChromium()),
      args: [],
      testPage: standIn.address,
      noSandbox: true,
      memoryLimitBytes: 4_000_000_000,
    },
  })
  gateway.onReceipt(async (receipt) => void receipts.push(receipt))
  gateway.onInbound(async (text) => void inbound.push(text))
  gateway.onOwnText(async (text) => void ownTexts.push(text))
  gateway.onNewAccount(async () => void newAccounts++)
  gateways.push(gateway)
  await gateway.start()
  return gateway
}

const untilState = (state: string, more: object = {}) =>
  vi.waitFor(async () => expect(await getSession(database.db)).toMatchObject({ state, ...more }), SOON)
const untilReady = (gateway: WebGateway) =>
  vi.waitFor(async () => expect(await gateway.health()).toEqual({ ready: true, detail: null }), SOON)

async function link(): Promise<WebGateway> {
  const gateway = await start()
  await untilState('awaiting_scan')
  await standIn.pair()
  await untilReady(gateway)
  return gateway
}

/** WhatsApp tells whole seconds: what stands in the second of a start may as well have been told live. */
async function startInALaterSecond(): Promise<WebGateway> {
  const written = Math.floor(Date.now() / 1_000)
  await vi.waitFor(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(written), SOON)
  return await start()
}

const ask = async (kind: 'show_qr' | 'restart' | 'log_out') =>
  await addRequest(database.db, { id: uuidIds.next(), kind, phone: null, at: systemClock.now() })

async function send(gateway: WebGateway, reference: string): Promise<void> {
  const resolved = await gateway.resolve(PHONE)
  if (resolved.kind !== 'registered') throw new Error(`the number is ${resolved.kind}`)
  const result = await gateway.send({
    to: resolved.address,
    text: `Pendaftaran Anda sudah kami terima. Ref ${reference}`,
    reference,
    notAfter: new Date(Date.now() + 30_000),
    template: null,
    lastInboundAt: null,
  })
  expect(result.kind).toBe('accepted')
}

describe('linking', () => {
  test('shows the QR in the database, sealed; linked it sends, hears, and after a restart is linked still', async () => {
    const first = await start()
    await untilState('awaiting_scan')
    const { qr } = await getSession(database.db)
    expect(sealer.open(qr?.sealed ?? Buffer.from(''), sealContext.sessionQr())).toMatch(/^2@/)
    await standIn.pair()
    await untilReady(first)
    await send(first, 'REF0000001')
    expect(standIn.textsOn(PHONE)).toEqual(['Pendaftaran Anda sudah kami terima. Ref REF0000001'])
    await vi.waitFor(() => expect(receipts.map(({ status }) => status)).toContain('delivered'), SOON)
    standIn.write(PHONE, 'Terima kasih')
    await vi.waitFor(() => expect(inbound.map(({ body }) => body)).toContain('Terima kasih'), SOON)
    await untilState('connected', { webVersion: '2.3000.9999999999', keyShape: 'serialized', qr: null })
    await first.stop()
    expect(await getSession(database.db)).toMatchObject({ state: 'offline', holder: null })

    const second = await start()
    await untilReady(second)
    // The first number of this installation; after the restart it is the same one.
    expect(newAccounts).toBe(1)
    await send(second, 'REF0000002')
    expect(standIn.textsOn(PHONE)).toHaveLength(2)
    expect(logLines.join('')).not.toMatch(/2@|Terima kasih|REF000000|6281200000001/)
  })

  test('works by a code that an admin asked for', async () => {
    const gateway = await start()
    const id = uuidIds.next()
    const phone = sealer.seal('6281234567890', sealContext.sessionRequestPhone(id))
    await addRequest(database.db, { id, kind: 'pairing_code', phone, at: systemClock.now() })
    const code = await vi.waitFor(async () => {
      const { pairingCode } = await getSession(database.db)
      return sealer.open(pairingCode?.sealed ?? expect.unreachable(), sealContext.sessionPairingCode())
    }, SOON)
    expect(code).toBe(standIn.pairingCode)
    expect(standIn.askedForCode()).toEqual(['6281234567890'])
    await standIn.pair()
    await untilReady(gateway)
    expect(logLines.join('')).not.toContain(standIn.pairingCode)
  })
})

describe('a linked browser', () => {
  test('that is killed is followed by another one, which nobody has to link', async () => {
    const gateway = await link()
    const { generation } = await getSession(database.db)
    process.kill(await findBrowser(profiles()), 'SIGKILL')
    await untilState('connected', { generation: generation + 1 })
    await untilReady(gateway)
    await send(gateway, 'REF0000003')
    expect(standIn.textsOn(PHONE)).toHaveLength(1)
  })

  test('that dies within its own launch is followed by one other at once, and nothing of it is left', async () => {
    await (await link()).stop()
    const { generation } = await getSession(database.db)
    const gateway = await start(await writeDyingBrowser(dataDirectory, await unpackTestChromium()))
    // Its time to start would be two minutes.
    await untilState('connected', { generation: generation + 2 })
    await untilReady(gateway)
    expect(logLines.join('')).toContain('"reason":"browser_gone","detail":"SIGKILL"')
    const browsers = (await listBrowserProcesses(profiles())).filter(({ command }) =>
      command.includes('--puntadewa-session='),
    )
    expect(browsers).toHaveLength(1)
  })

  test('that is unlinked on the phone waits for a person without a browser, and is linked again by a new QR', async () => {
    const gateway = await link()
    await standIn.unlink()
    await untilState('action_required', { detail: 'logged_out' })
    expect(await gateway.health()).toEqual({ ready: false, detail: 'logged_out' })
    expect(await listBrowserProcesses(profiles())).toEqual([])
    await ask('show_qr')
    await untilState('awaiting_scan')
    await standIn.pair()
    await untilReady(gateway)
  })

  test.each([['TOS_BLOCK', 'restricted']])(
    'that WhatsApp answers with %s waits for a person',
    async (state, detail) => {
      const gateway = await link()
      await standIn.setState(state)
      await untilState('action_required', { detail })
      expect((await gateway.health()).ready).toBe(false)
    },
  )

  test('is logged out by an admin: no browser, no profile, and a QR when it is asked for', async () => {
    await link()
    expect(standIn.linkedDevices()).toBe(1)
    await ask('log_out')
    await untilState('action_required', { detail: 'unlinked_here' })
    expect(standIn.linkedDevices()).toBe(0)
    await vi.waitFor(() => expect(existsSync(profiles())).toBe(false), SOON)
    expect(await listBrowserProcesses(profiles())).toEqual([])
    await ask('show_qr')
    await untilState('awaiting_scan')
  })

  test('that was away finds also who wrote for the first time, what officers typed on the phone, and what was edited into a wish', async () => {
    const gateway = await link()
    const edited = standIn.write(PHONE, 'CEK')
    const deleted = standIn.write(PHONE, 'Salah kirim')
    await vi.waitFor(() => expect(inbound).toHaveLength(2), SOON)
    await gateway.stop()
    standIn.configure({ backlog: 'history' })
    await standIn.edit(edited, 'BERHENTI')
    standIn.revoke(deleted)
    standIn.typeOnPhone(PHONE, 'Selamat pagi, dengan petugas')
    const reference = 'R000000042'
    const sent = standIn.typeOnPhone(PHONE, `Pendaftaran Anda sudah kami terima.\nRef ${reference}`)
    standIn.ack(sent.id, 2)
    standIn.write('6281200000099', 'Saya mau daftar')
    inbound = []
    ownTexts = []
    receipts = []
    await untilReady(await startInALaterSecond())
    // Nothing is sent before it has caught up: it is all there.
    expect(inbound.toSorted((a, b) => a.body.localeCompare(b.body))).toEqual([
      expect.objectContaining({ body: 'BERHENTI', gatewayMessageId: expect.stringContaining(`${edited.id}_edited_`) }),
      expect.objectContaining({ body: 'Saya mau daftar', from: { phone: '6281200000099', alias: null } }),
    ])
    expect(inbound.map(({ backfilled }) => backfilled)).toEqual([true, true])
    expect(ownTexts.toSorted((a, b) => b.body.localeCompare(a.body))).toMatchObject([
      { body: 'Selamat pagi, dengan petugas', to: { phone: PHONE }, backfilled: true },
      { reference, to: { phone: PHONE }, backfilled: true },
    ])
    expect(receipts).toMatchObject([{ status: 'delivered', reference, readInChat: { phone: PHONE } }])
  })

  test('that was away finds what residents wrote meanwhile, and says that it is old', async () => {
    const gateway = await link()
    standIn.write(PHONE, 'Halo')
    await vi.waitFor(() => expect(inbound).toHaveLength(1), SOON)
    await rememberWriter({ database, sealer }, { phone: PHONE, at: systemClock.now() })
    standIn.behave(HIDDEN_PHONE, { lid: '7700', isHidden: true })
    const aliases = [{ kind: 'lid' as const, value: '7700@lid' }]
    await rememberWriter({ database, sealer }, { aliases, at: systemClock.now() })
    await gateway.stop()
    standIn.configure({ backlog: 'history' })
    standIn.write(PHONE, 'Apakah sudah selesai?')
    standIn.write(HIDDEN_PHONE, 'Saya juga menunggu')
    inbound = []
    await untilReady(await startInALaterSecond())
    const found = (body: string, from: object) =>
      expect.objectContaining({ body, backfilled: true, from: expect.objectContaining(from) })
    await vi.waitFor(() => {
      expect(inbound).toContainEqual(found('Apakah sudah selesai?', { phone: PHONE }))
      expect(inbound).toContainEqual(
        found('Saya juga menunggu', { phone: null, alias: { kind: 'lid', value: '7700@lid' } }),
      )
    }, SOON)
  })
})
