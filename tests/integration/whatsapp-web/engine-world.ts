import { mkdtempSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { expect, vi } from 'vitest'
import {
  createWhatsappWebEngine,
  type EngineDeadlines,
  type WhatsappWebEngineOptions,
} from '../../../src/features/whatsapp/web/engine/index.ts'
import type { Engine, EngineEvent } from '../../../src/features/whatsapp/web/engine.ports.ts'
import type { AccountTrouble, InboundText, OwnText, Receipt } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { unpackTestChromium } from '../../support/chromium.ts'
import { type PageConfig, type StandIn, startStandIn } from '../../support/whatsapp-web/index.ts'

export const SOON = { timeout: 20_000, interval: 10 }

// A 2-core machine with other test files on it: generous where nothing waits for the deadline itself.
const DEADLINES: EngineDeadlines = {
  startMs: 20_000,
  readyMs: 20_000,
  sendMs: 10_000,
  callMs: 10_000,
  closeMs: 5_000,
  protocolMs: 30_000,
  pollMs: 20,
}

export type Run = {
  engine: Engine
  events: EngineEvent[]
  receipts: Receipt[]
  inbound: InboundText[]
  ownTexts: OwnText[]
  troubles: AccountTrouble[]
  untilEvent(kind: EngineEvent['kind']): Promise<void>
  untilEnded(): Promise<Extract<EngineEvent, { kind: 'ended' }>>
}

export type EngineWorld = {
  standIn: StandIn
  dataPath: string
  /** A run that has been started, on the profile of this world unless told otherwise. */
  run(changes?: Partial<Omit<WhatsappWebEngineOptions, 'deadlines'>> & { deadlines?: Partial<EngineDeadlines> }): Run
  /** The same, paired and in sync. */
  runUntilReady(changes?: Parameters<EngineWorld['run']>[0]): Promise<Run>
  /** Nothing was rejected unheard, and no browser is left. */
  close(): Promise<void>
}

/** A stand-in page and runs of the engine on it. Chromium as root needs `--no-sandbox`. */
export async function createEngineWorld(page: Partial<PageConfig> = {}): Promise<EngineWorld> {
  const rejected: unknown[] = []
  const onRejection = (reason: unknown): void => void rejected.push(reason)
  process.on('unhandledRejection', onRejection)
  const executablePath = await unpackTestChromium()
  const standIn = await startStandIn({ autoPair: true, ...page })
  const dataPath = mkdtempSync(path.join(tmpdir(), 'puntadewa-engine-'))
  const engines: Engine[] = []

  const run: EngineWorld['run'] = ({ deadlines, ...changes } = {}) => {
    const made: Omit<Run, 'engine'> = {
      events: [],
      receipts: [],
      inbound: [],
      ownTexts: [],
      troubles: [],
      async untilEvent(kind) {
        await vi.waitFor(() => expect(made.events.map((event) => event.kind)).toContain(kind), SOON)
      },
      async untilEnded() {
        await made.untilEvent('ended')
        return made.events.find((event) => event.kind === 'ended') ?? expect.unreachable()
      },
    }
    const engine = createWhatsappWebEngine({
      executablePath,
      dataPath,
      clientId: 'main',
      clock: systemClock,
      logger: pino({ level: 'silent' }),
      noSandbox: true,
      testPage: standIn.address,
      ...changes,
      deadlines: { ...DEADLINES, ...deadlines },
    })({
      onEvent: (event) => void made.events.push(event),
      onReceipt: (receipt) => void made.receipts.push(receipt),
      onInbound: (text) => void made.inbound.push(text),
      onOwnText: (text) => void made.ownTexts.push(text),
      onTrouble: (trouble) => void made.troubles.push(trouble),
    })
    engines.push(engine)
    void engine.start()
    return { ...made, engine }
  }

  return {
    standIn,
    dataPath,
    run,
    async runUntilReady(changes) {
      const started = run(changes)
      await started.untilEvent('ready')
      return started
    },
    async close() {
      await Promise.all(engines.map((engine) => engine.stop()))
      await standIn.close()
      await rm(dataPath, { recursive: true, force: true, maxRetries: 5 })
      process.off('unhandledRejection', onRejection)
      expect(rejected).toEqual([])
      expect(standIn.unknownModules().filter((name) => !page.withoutModules?.includes(name))).toEqual([])
      expect(await listBrowserProcesses(dataPath)).toEqual([])
    },
  }
}

type BrowserProcess = { pid: number; group: number; command: string }

async function listProcesses(): Promise<BrowserProcess[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number)
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z 0 0')
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return { pid, group: Number(group), command: command.replaceAll('\0', ' '), isAlive: state !== 'Z' }
    }),
  )
  return found.filter(({ isAlive }) => isAlive)
}

/** What lives of a browser, also when the browser itself is dead. */
export async function listGroup(browser: number): Promise<BrowserProcess[]> {
  return (await listProcesses()).filter(({ group }) => group === browser)
}

/** The browsers on the profiles in a directory, with all their children. */
export async function listBrowserProcesses(dataPath: string): Promise<BrowserProcess[]> {
  const all = await listProcesses()
  const browsers = all.filter(({ command }) => command.includes(`--user-data-dir=${dataPath}/session-`))
  return all.filter(({ group }) => browsers.some((browser) => browser.group === group))
}

/** The part of the browser that shows the page. */
export async function findRenderer(dataPath: string): Promise<number> {
  const renderers = (await listBrowserProcesses(dataPath)).filter(({ command }) => command.includes('--type=renderer'))
  return renderers.at(-1)?.pid ?? expect.unreachable('no renderer')
}

/** The browser itself. */
export async function findBrowser(dataPath: string): Promise<number> {
  const browsers = (await listBrowserProcesses(dataPath)).filter(({ command }) =>
    command.includes('--puntadewa-session='),
  )
  return browsers[0]?.pid ?? expect.unreachable('no browser')
}
