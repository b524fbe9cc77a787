import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { endOrphans } from '../../../src/features/whatsapp/web/engine/index.ts'
import { unpackTestChromium } from '../../support/chromium.ts'
import {
  createEngineWorld,
  type EngineWorld,
  findBrowser,
  findRenderer,
  listBrowserProcesses,
  listGroup,
  type Run,
  SOON,
} from './engine-world.ts'

let world: EngineWorld
beforeAll(async () => {
  world = await createEngineWorld()
})
afterAll(() => world.close())

const browserOf = async (): Promise<number> => await vi.waitFor(() => findBrowser(world.dataPath), SOON)

/** Each gets a run that has begun, ends it by force and answers how it may end. */
const DEATHS: Record<string, (run: Run) => Promise<string[]>> = {
  async 'the browser is killed while it starts'() {
    process.kill(await browserOf(), 'SIGKILL')
    return ['start_failed', 'browser_gone']
  },
  async 'the browser is killed when it is ready'(run) {
    await run.untilEvent('ready')
    process.kill(await browserOf(), 'SIGKILL')
    return ['browser_gone']
  },
  async 'the page crashes'(run) {
    await run.untilEvent('ready')
    process.kill(await findRenderer(world.dataPath), 'SIGKILL')
    return ['page_gone']
  },
  async 'the browser stands still and is stopped'(run) {
    await run.untilEvent('ready')
    process.kill(await browserOf(), 'SIGSTOP')
    await run.engine.stop()
    return ['stopped']
  },
  async 'it is stopped while it starts'(run) {
    await browserOf()
    await run.engine.stop()
    return ['stopped']
  },
}

test('twenty forced deaths leave no process of the browser behind', async () => {
  for (let round = 0; round < 4; round++) {
    for (const [name, die] of Object.entries(DEATHS)) {
      // Longer than anybody waits here: also one that dies before the library has it is noticed at once.
      const run = world.run({ deadlines: { closeMs: 300, startMs: 600_000 } })
      const browser = await browserOf()
      const reasons = await die(run)
      expect(reasons, name).toContain((await run.untilEnded()).reason)
      expect(
        run.events.filter(({ kind }) => kind === 'ended'),
        name,
      ).toHaveLength(1)
      expect(await listBrowserProcesses(world.dataPath), name).toEqual([])
      // What a browser forks in its first moments bears no mark of ours; without its parent it ends by itself.
      await vi.waitFor(async () => expect(await listGroup(browser), name).toEqual([]), SOON)
    }
  }
  const last = await world.runUntilReady()
  expect(last.events.map(({ kind }) => kind)).toEqual(['authenticated', 'ready'])
  await last.engine.stop()
}, 120_000)

test('a second start on the profile ends the browser of the first, which notices', async () => {
  const first = await world.runUntilReady()
  const browser = await browserOf()
  const second = await world.runUntilReady()
  expect(await first.untilEnded()).toMatchObject({ reason: 'browser_gone' })
  expect(await listGroup(browser)).toEqual([])
  expect(await second.engine.probe(10_000)).toMatchObject({ state: 'CONNECTED' })
  await second.engine.stop()
})

async function startOwner() {
  const args = [await unpackTestChromium(), world.dataPath, world.standIn.address]
  const owner = spawn(process.execPath, [path.join(import.meta.dirname, 'owner-process.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  owner.stdout.on('data', (chunk) => (told += String(chunk)))
  await vi.waitFor(() => expect(told).toContain('ready'), SOON)
  return owner
}

test('the browser ends by itself when its owner is killed', async () => {
  const owner = await startOwner()
  const browser = await browserOf()
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  await vi.waitFor(async () => expect(await listGroup(browser)).toEqual([]), SOON)
})

test('a browser that cannot end by itself is ended by whoever comes next', async () => {
  const owner = await startOwner()
  const browser = await browserOf()
  process.kill(browser, 'SIGSTOP')
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  expect(await listGroup(browser)).not.toEqual([])
  // Not that of another session.
  expect(await endOrphans({ dataPath: world.dataPath, clientId: 'other' })).toBe(0)
  expect(await endOrphans({ dataPath: world.dataPath, clientId: 'main' })).toBeGreaterThan(0)
  expect(await listGroup(browser)).toEqual([])
  expect(await endOrphans({ dataPath: world.dataPath, clientId: 'main' })).toBe(0)
})

test('logging out unlinks on WhatsApp’s side and ends the run; a page that does not answer is not said to have done it', async () => {
  const frozen = await world.runUntilReady({ deadlines: { callMs: 300, closeMs: 300 } })
  const linked = world.standIn.linkedDevices()
  process.kill(await findRenderer(world.dataPath), 'SIGSTOP')
  expect(await frozen.engine.logOut()).toBe(false)
  expect(world.standIn.linkedDevices()).toBe(linked)
  await frozen.engine.stop()
  expect(await frozen.engine.logOut()).toBe(false)

  const run = await world.runUntilReady()
  expect(await run.engine.logOut()).toBe(true)
  await run.untilEnded()
  expect(world.standIn.linkedDevices()).toBe(linked - 1)
  expect(await listBrowserProcesses(world.dataPath)).toEqual([])

  world.standIn.configure({ autoPair: false })
  const unlinked = world.run()
  await unlinked.untilEvent('qr')
  expect(await unlinked.engine.logOut()).toBe(false)
  await unlinked.engine.stop()
})

test('logging out without a connection is not said to have reached WhatsApp', async () => {
  world.standIn.configure({ autoPair: true })
  const run = await world.runUntilReady()
  await world.standIn.setState('TIMEOUT')
  expect(await run.engine.logOut()).toBe(false)
  await run.engine.stop()
})
