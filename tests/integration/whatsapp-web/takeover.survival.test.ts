import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import { getSession } from '../../../src/features/whatsapp/web/session/session.repository.ts'
import { unpackTestChromium } from '../../support/chromium.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type StandIn, startStandIn } from '../../support/whatsapp-web/index.ts'
import { listBrowserProcesses } from './engine-world.ts'

// Of 20 s in the product: nobody waits that long here.
const LEASE_MS = 6_000
const SOON = { timeout: 45_000, interval: 20 }
const TO = '6281200000001@c.us'
const PHONE = '6281200000001'
const SCRIPT = path.join(import.meta.dirname, 'session-holder.ts')

type Said = { started?: boolean; canSend?: boolean; ended?: boolean; reference?: string; kind?: string }
type Holder = {
  pid: number
  process: ChildProcessWithoutNullStreams
  said: Said[]
  /** Whether the last thing it said about it was that it can. */
  canSend(): boolean
  send(reference: string): void
  untilSent(reference: string): Promise<string | undefined>
}

let database: TestDatabase<DB>
let standIn: StandIn
let dataDirectory: string
let chromium: string
const holders: Holder[] = []
const dataKeys = `1:${randomBytes(32).toString('base64')}`

beforeAll(async () => {
  database = await createTestDatabase<DB>()
  chromium = await unpackTestChromium()
})
beforeEach(async () => {
  standIn = await startStandIn({ autoPair: true })
  dataDirectory = mkdtempSync(path.join(tmpdir(), 'puntadewa-takeover-'))
})
afterEach(async () => {
  for (const { process: child } of holders.splice(0)) {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }
  await vi.waitFor(async () => {
    const left = await listBrowserProcesses(path.join(dataDirectory, 'whatsapp-web'))
    if (left.length > 0) throw new Error(`${left.length} processes of a browser are left`)
  }, SOON)
  await standIn.close()
  rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 5 })
  await database.owner.updateTable('whatsapp_session').set({ holder: null, lease_until: null }).execute()
})
afterAll(() => database.close())

async function startHolder(): Promise<Holder> {
  const child = spawn(process.execPath, [
    SCRIPT,
    database.url,
    dataKeys,
    dataDirectory,
    standIn.address,
    chromium,
    String(LEASE_MS),
  ])
  child.stderr.resume()
  const said: Said[] = []
  createInterface({ input: child.stdout }).on('line', (line) => void said.push(JSON.parse(line) as Said))
  const holder: Holder = {
    pid: child.pid ?? 0,
    process: child,
    said,
    canSend: () => said.findLast((one) => one.canSend !== undefined)?.canSend === true,
    send: (reference) => void child.stdin.write(`${JSON.stringify({ to: TO, reference })}\n`),
    async untilSent(reference) {
      await vi.waitFor(() => expect(said.map((one) => one.reference)).toContain(reference), SOON)
      return said.find((one) => one.reference === reference)?.kind
    },
  }
  holders.push(holder)
  await vi.waitFor(() => expect(said[0]).toEqual({ started: true }), SOON)
  return holder
}

const until = (check: () => boolean) => vi.waitFor(() => expect(check()).toBe(true), SOON)
const holderPid = async () => (await getSession(database.db)).holder

test('two processes: one sends, the other one takes over when it is killed, and links nothing again', async () => {
  const first = await startHolder()
  await until(first.canSend)
  const second = await startHolder()
  second.send('REF0000001')
  expect(await second.untilSent('REF0000001')).toBe('refused')
  first.send('REF0000002')
  expect(await first.untilSent('REF0000002')).toBe('accepted')
  const device = standIn.openPages()[0]?.device

  process.kill(first.pid, 'SIGKILL')
  await until(second.canSend)
  expect(await holderPid()).toBe(String(second.pid))
  second.send('REF0000003')
  expect(await second.untilSent('REF0000003')).toBe('accepted')
  expect(standIn.textsOn(PHONE)).toEqual(['Halo. Ref REF0000002', 'Halo. Ref REF0000003'])
  await vi.waitFor(() => expect(standIn.openPages().map((page) => page.device)).toEqual([device]), SOON)
})

test('a holder that stands still for longer than its lease sends nothing when it wakes up, whatever it was told', async () => {
  const paused = await startHolder()
  await until(paused.canSend)
  const other = await startHolder()
  process.kill(paused.pid, 'SIGSTOP')
  paused.send('REF0000004')
  await until(other.canSend)
  expect(await holderPid()).toBe(String(other.pid))
  const pages = standIn.openPages().map(({ id }) => id)

  process.kill(paused.pid, 'SIGCONT')
  expect(await paused.untilSent('REF0000004')).not.toBe('accepted')
  await until(() => !paused.canSend())
  paused.send('REF0000005')
  expect(await paused.untilSent('REF0000005')).toBe('refused')
  other.send('REF0000006')
  expect(await other.untilSent('REF0000006')).toBe('accepted')
  expect(standIn.textsOn(PHONE)).toEqual(['Halo. Ref REF0000006'])
  expect(await holderPid()).toBe(String(other.pid))
  // What it ends is its own browser, not the one that took its place on the profile.
  await until(() => paused.said.some(({ ended }) => ended === true))
  expect(other.said).not.toContainEqual({ ended: true })
  expect(standIn.openPages().map(({ id }) => id)).toEqual(pages)
})
