import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import { registerCase } from '../../support/console/cases.ts'
import { type ConsoleWorld, DEMO_PASSWORD, openConsoleWorld } from '../../support/console/console.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

/** Of the page's own time, beyond what the stream takes to say it (a reading of the database every half second). */
const PAGE_TIME_MS = 1_500

test('another reviewer sees a claim by the stream alone, within moments of the own clock: no asking again is waited for', async () => {
  const { id } = await registerCase(world.address)
  const watcher = await world.open({ as: 'supervisor' })
  await watcher.addInitScript(`
    window.heard = []
    const Stream = window.EventSource
    window.EventSource = class extends Stream {
      constructor(...given) {
        super(...given)
        for (const name of ['ready', 'proposals']) this.addEventListener(name, () => window.heard.push(name))
      }
    }`)
  const heard = (name: string): Promise<number> =>
    watcher.evaluate(`window.heard.filter((one) => one === '${name}').length`) as Promise<number>
  await watcher.clock.install()
  await watcher.goto('/antrean/new_review')
  await watcher.getByRole('table').waitFor()
  await expect.poll(() => heard('ready')).toBe(1)
  // From here on the page's time stands still: it asks again of itself after five seconds of it, or a minute.
  await watcher.clock.pauseAt(Date.now() + 10_000)
  const held = watcher.getByText(/^Dipegang oleh /)
  let passed = 0
  const showsHeld = async (): Promise<boolean> => {
    if (passed < PAGE_TIME_MS) {
      await watcher.clock.runFor(50)
      passed += 50
    }
    return held.isVisible()
  }
  const reviewer = await signIn(world.address, 'verifikator', DEMO_PASSWORD)
  for (const [act, isHeld] of [
    ['claim', true],
    ['release', false],
  ] as const) {
    const before = await heard('proposals')
    await reviewer.must('POST', `/api/v1/proposals/${id}/${act}`, {})
    await expect.poll(() => heard('proposals')).toBeGreaterThan(before)
    passed = 0
    await expect.poll(showsHeld).toBe(isHeld)
  }
})
