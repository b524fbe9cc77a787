import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { unpackTestChromium } from '../../support/chromium.ts'
import { writeDyingBrowser } from './dying-browser.ts'
import {
  createEngineWorld,
  type EngineWorld,
  findRenderer,
  listBrowserProcesses,
  type Run,
  SOON,
} from './engine-world.ts'

const PHONE = '6281200000001'
const kinds = (run: Run) => run.events.map(({ kind }) => kind)
const codes = (run: Run) => run.events.flatMap((event) => (event.kind === 'qr' ? [event.code] : []))
const send = (run: Run, reference: string) =>
  run.engine.send({ to: PHONE, text: `Halo\nRef ${reference}`, reference, notAfter: new Date(Date.now() + 30_000) })

async function inWorld(page: Parameters<typeof createEngineWorld>[0], work: (world: EngineWorld) => Promise<void>) {
  const world = await createEngineWorld(page)
  try {
    await work(world)
  } finally {
    await world.close()
  }
}

describe('a session', () => {
  let world: EngineWorld
  let run: Run
  let device: string | null | undefined
  beforeAll(async () => {
    world = await createEngineWorld({ autoPair: false })
    run = world.run()
  })
  afterAll(() => world.close())

  test('begins with a code to scan', async () => {
    await expect(run.engine.requestPairingCode('6281234567890')).rejects.toThrow('no code is asked for')
    await run.untilEvent('qr')
    expect(codes(run)).toEqual([expect.stringMatching(/^2@.+,.+,.+,.+,1$/)])
  })

  test('shows a new code when it is asked to, and when the old one has expired', async () => {
    await run.engine.refreshQr()
    await vi.waitFor(() => expect(new Set(codes(run)).size).toBe(2), SOON)
    await world.standIn.qrIdle()
    await vi.waitFor(() => expect(new Set(codes(run)).size).toBe(3), SOON)
  })

  test('gives a code to type instead, for a number in digits', async () => {
    await expect(run.engine.requestPairingCode('+62 812')).rejects.toThrow('digits')
    expect(await run.engine.requestPairingCode('6281234567890')).toBe(world.standIn.pairingCode)
    expect(world.standIn.askedForCode()).toEqual(['6281234567890'])
  })

  test('sends nothing and asks nothing before it is ready', async () => {
    expect(await send(run, '0000000000')).toEqual({ kind: 'refused', code: 'gateway_busy', retryable: true })
    expect(await run.engine.resolve(PHONE)).toEqual({ kind: 'unknown' })
    expect(await run.engine.lookUp('0000000000', null)).toEqual({ kind: 'cannot_tell' })
    await expect(run.engine.readChatSince({ phone: PHONE, alias: null }, new Date(0))).rejects.toThrow()
  })

  test('is ready when it was scanned', async () => {
    await world.standIn.pair()
    await run.untilEvent('ready')
    expect(kinds(run).filter((kind) => kind !== 'qr')).toEqual(['authenticated', 'ready'])
    await expect(run.engine.requestPairingCode('6281234567890')).rejects.toThrow('no code is asked for')
    device = world.standIn.openPages()[0]?.device
  })

  test('keeps its profile to its owner, and shows itself as a browser with a window', async () => {
    expect(statSync(world.dataPath).mode & 0o777).toBe(0o700)
    expect(statSync(path.join(world.dataPath, 'session-main')).mode & 0o777).toBe(0o700)
    expect(world.standIn.openPages()[0]?.userAgent).toMatch(/ Chrome\/\d+\.0\.0\.0 Safari\/537\.36$/)
    const commands = (await listBrowserProcesses(world.dataPath)).map(({ command }) => command).join('\n')
    expect(commands).not.toMatch(
      /--disable-web-security|--single-process|--no-zygote\s|--allow-running-insecure-content/,
    )
  })

  test('keeps none of the photos, voices and documents that residents send', async () => {
    const none = { Photos: false, Videos: false, Audio: false, Documents: false }
    await vi.waitFor(async () => expect(await world.standIn.downloads()).toEqual([none]), SOON)
  })

  test('tells a probe what the page and the system say', async () => {
    const { rssBytes, ...page } = await run.engine.probe(10_000)
    const told = { state: 'CONNECTED', hasSynced: true, webVersion: '2.3000.9999999999', keyShape: 'serialized' }
    expect(page).toEqual(told)
    expect(rssBytes).toBeGreaterThan(50_000_000)
  })

  test.each([
    ['Escape', { closesOnEscape: true, buttons: 2 }],
    ['its only button', { closesOnEscape: false, buttons: 1 }],
  ])('closes what stands in front of the page by %s', async (_, dialog) => {
    expect(await world.standIn.openDialog(dialog)).toEqual([1])
    await vi.waitFor(async () => {
      await run.engine.probe(10_000)
      expect(await world.standIn.countDialogs()).toEqual([0])
    }, SOON)
  })

  test('leaves a choice between several buttons to a person, and works behind it', async () => {
    await world.standIn.openDialog({ closesOnEscape: false, buttons: 2 })
    for (let look = 0; look < 3; look++) await run.engine.probe(10_000)
    expect(await run.engine.resolve(PHONE)).toMatchObject({ kind: 'registered' })
    expect(await world.standIn.countDialogs()).toEqual([1])
    await world.standIn.closeDialogs()
  })

  test('reports a state that passes, and goes on', async () => {
    for (const state of ['TIMEOUT', 'OPENING', 'CONNECTED']) await world.standIn.setState(state)
    const states = () => run.events.flatMap((event) => (event.kind === 'state' ? [event.state] : []))
    await vi.waitFor(() => expect(states()).toEqual(['TIMEOUT', 'OPENING', 'CONNECTED']), SOON)
    expect(await run.engine.probe(10_000)).toMatchObject({ state: 'CONNECTED' })
  })

  test('goes on after an error of the page itself', async () => {
    await world.standIn.throwUncaught()
    expect(await run.engine.resolve(PHONE)).toMatchObject({ kind: 'registered' })
  })

  test('hears after a reload what happened in between, sends again, and is ready only once', async () => {
    await world.standIn.resync()
    await world.standIn.reload()
    world.standIn.write(PHONE, 'di antara')
    // Perhaps twice, with one id: once by the page that was on its way out.
    await vi.waitFor(() => expect(new Set(run.inbound.map(({ body }) => body))).toEqual(new Set(['di antara'])), SOON)
    expect(new Set(run.inbound.map(({ gatewayMessageId }) => gatewayMessageId)).size).toBe(1)
    await vi.waitFor(async () => expect(await send(run, '0000000001')).toMatchObject({ kind: 'accepted' }), SOON)
    expect(world.standIn.textsOn(PHONE)).toHaveLength(1)
    await vi.waitFor(() => expect(run.receipts.map(({ status }) => status)).toEqual(['sent', 'delivered']), SOON)
    expect(run.receipts[0]?.reference).toBe('0000000001')
    expect(kinds(run).filter((kind) => kind === 'ready')).toHaveLength(1)
  })

  test('tells what it has heard before it ends, also when the page can no longer say who wrote it', async () => {
    world.standIn.behave('6281200000002', { lid: '7702', isHidden: true, hidesFromLookUp: true })
    world.standIn.write('6281200000002', 'BERHENTI')
    await vi.waitFor(() => expect(world.standIn.lookedUp()).toContain('7702@lid'), SOON)
    await run.engine.stop()
    expect(run.inbound.at(-1)).toMatchObject({
      body: 'BERHENTI',
      from: { phone: null, alias: { kind: 'lid', value: '7702@lid' } },
    })
  })

  test('ends with its browser when it is stopped, and says nothing afterwards', async () => {
    await run.engine.stop()
    expect(run.events.at(-1)).toEqual({ kind: 'ended', reason: 'stopped', detail: null })
    expect(await listBrowserProcesses(world.dataPath)).toEqual([])
    await expect(run.engine.probe(100)).rejects.toThrow('no page')
    expect(await send(run, '0000000002')).toMatchObject({ kind: 'refused', retryable: true })
  })

  test('pairs nothing again in the next run, hears what it missed, and is ready although nobody said so', async () => {
    world.standIn.write(PHONE, 'selagi mati')
    world.standIn.configure({ eagerSync: true })
    const before = run
    run = await world.runUntilReady()
    expect(kinds(run)).toEqual(['authenticated', 'ready'])
    expect(world.standIn.openPages()[0]?.device).toBe(device)
    await vi.waitFor(() => expect(run.inbound.map(({ body }) => body)).toEqual(['selagi mati']), SOON)
    expect(await send(run, '0000000003')).toMatchObject({ kind: 'accepted' })
    expect(before.inbound.map(({ body }) => body)).not.toContain('selagi mati')
  })

  test('is over when it was unlinked on the phone, and what is left of it is removed', async () => {
    await world.standIn.unlink()
    expect(await run.untilEnded()).toMatchObject({ reason: 'logged_out' })
    expect(codes(run)).toEqual([])
    expect(existsSync(path.join(world.dataPath, 'session-main'))).toBe(false)
  })

  test('starts from nothing afterwards', async () => {
    world.standIn.configure({ eagerSync: false, autoPair: true })
    run = await world.runUntilReady()
    expect(kinds(run)).toEqual(['qr', 'authenticated', 'ready'])
  })

  test('ends when another browser has taken over, without trouble of the account', async () => {
    await world.standIn.setState('CONFLICT')
    expect(await run.untilEnded()).toMatchObject({ reason: 'conflict', detail: 'CONFLICT' })
    expect(run.troubles).toEqual([])
  })

  test('is trouble of the account when WhatsApp has restricted it', async () => {
    run = await world.runUntilReady()
    await world.standIn.setState('TOS_BLOCK')
    expect(await run.untilEnded()).toMatchObject({ reason: 'restricted', detail: 'TOS_BLOCK' })
    expect(run.troubles).toEqual([{ scope: 'account', code: 'TOS_BLOCK', at: expect.any(Date) }])
  })
})

describe.concurrent('getting ready', () => {
  test('ends when nobody scans', () =>
    inWorld({ autoPair: false, qrRefreshMs: 20 }, async (world) => {
      const run = world.run({ qrMaxRetries: 3 })
      expect(await run.untilEnded()).toMatchObject({ reason: 'qr_expired' })
      expect(codes(run)).toHaveLength(4)
    }))

  test('ends when the page never comes into sync', () =>
    inWorld({ neverSync: true }, async (world) => {
      const run = world.run({ deadlines: { readyMs: 200 } })
      expect(await run.untilEnded()).toMatchObject({ reason: 'never_ready', detail: 'CONNECTED' })
      expect(kinds(run)).toEqual(['qr', 'authenticated', 'ended'])
    }))

  test('hears a bad state before the page is in sync', () =>
    inWorld({ neverSync: true }, async (world) => {
      const run = world.run()
      await run.untilEvent('authenticated')
      await world.standIn.setState('DEPRECATED_VERSION')
      expect(await run.untilEnded()).toMatchObject({ reason: 'deprecated_version' })
    }))

  test.each([
    ['a page that stays OPENING', { stuckOpening: true }, 'ok'],
    ['a page that never answers', {}, 'hang'],
    ['a page that does not load', { noDebug: true }, 'ok'],
    ['a server with an error', {}, '503'],
    ['a build without a module that is needed', { withoutModules: ['WAWebSocketModel'] }, 'ok'],
  ] as const)('fails on %s', (_, page, mode) =>
    inWorld(
      { ...page, ...('withoutModules' in page && { withoutModules: [...page.withoutModules] }) },
      async (world) => {
        world.standIn.serve(mode)
        const run = world.run({ deadlines: { startMs: 2_000 } })
        expect(await run.untilEnded()).toMatchObject({ reason: 'start_failed', detail: expect.any(String) })
        expect(await listBrowserProcesses(world.dataPath)).toEqual([])
      },
    ),
  )

  test('fails when there is no browser to start', () =>
    inWorld({}, async (world) => {
      const run = world.run({ executablePath: '/nowhere/chromium' })
      expect(await run.untilEnded()).toMatchObject({
        reason: 'start_failed',
        detail: expect.stringContaining('ENOENT'),
      })
    }))

  test('fails at once when the browser dies within its own launch, and is stopped as quickly', () =>
    inWorld({}, async (world) => {
      const executablePath = await writeDyingBrowser(world.dataPath, await unpackTestChromium())
      const run = world.run({ executablePath, deadlines: { startMs: 600_000 } })
      expect(await run.untilEnded()).toEqual({ kind: 'ended', reason: 'browser_gone', detail: 'SIGKILL' })
      await run.engine.stop()
      expect(await listBrowserProcesses(world.dataPath)).toEqual([])
    }))

  test('can be stopped at any moment of it', () =>
    inWorld({ stuckOpening: true }, async (world) => {
      const run = world.run()
      await vi.waitFor(async () => expect(await listBrowserProcesses(world.dataPath)).not.toEqual([]), SOON)
      await Promise.all([run.engine.stop(), run.engine.stop()])
      expect(run.events).toEqual([{ kind: 'ended', reason: 'stopped', detail: null }])
      const atOnce = world.run()
      await atOnce.engine.stop()
      expect(atOnce.events).toEqual([{ kind: 'ended', reason: 'stopped', detail: null }])
    }))
})

describe.concurrent('a page that breaks', () => {
  test('is noticed when it stands still for several probes', () =>
    inWorld({}, async (world) => {
      const run = await world.runUntilReady({ frozenAfter: 2 })
      await world.standIn.spin(20_000)
      await expect(run.engine.probe(100)).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }))
      expect(kinds(run)).not.toContain('ended')
      await expect(run.engine.probe(100)).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }))
      expect(await run.untilEnded()).toMatchObject({ reason: 'frozen' })
    }))

  test('is noticed when the part that shows it has crashed, also by a send under way', () =>
    inWorld({}, async (world) => {
      const run = await world.runUntilReady()
      world.standIn.failNext('hang')
      const sent = send(run, '0000000004')
      await vi.waitFor(() => expect(world.standIn.textsOn(PHONE)).toHaveLength(1), SOON)
      process.kill(await findRenderer(world.dataPath), 'SIGKILL')
      expect(await run.untilEnded()).toMatchObject({ reason: 'page_gone' })
      expect(await sent).toEqual({ kind: 'unknown' })
    }))

  test('is noticed when it does not come back after a reload', () =>
    inWorld({}, async (world) => {
      const run = await world.runUntilReady({ deadlines: { startMs: 6_000 } })
      world.standIn.serve('503')
      await world.standIn.reload()
      expect(await run.untilEnded()).toMatchObject({ reason: 'page_gone', detail: 'auth timeout' })
    }))

  test('is noticed when it does not come into sync after a reload', () =>
    inWorld({}, async (world) => {
      const run = await world.runUntilReady({ deadlines: { readyMs: 6_000 } })
      world.standIn.configure({ stuckOpening: true })
      await world.standIn.reload()
      expect(await run.untilEnded()).toMatchObject({ reason: 'never_ready' })
    }))
})
