import { expect, onTestFinished, test } from 'vitest'
import {
  expectUnharmed,
  inventHouseholds,
  inventRefused,
  openPlace,
  SURVIVAL_PATIENCE_MS,
} from '../support/survival-place.ts'

test(
  'product and database killed together, with jobs under way: one start recovers everything',
  async () => {
    const place = await openPlace()
    const { start, office, killDatabase, findPostmasterFile } = place
    const first = start()
    onTestFinished(async () => void (await first.end('SIGKILL')))
    await first.ready()
    const sent = inventHouseholds(60)
    const refused = inventRefused(6)
    const sending = office.sendAll(sent, refused, 8)
    const countAnswered = () => sent.filter((item) => item.created).length
    await expect.poll(countAnswered, { timeout: 60_000, interval: 5 }).toBeGreaterThan(20)

    const killed = findPostmasterFile()
    await Promise.all([killDatabase(), first.end('SIGKILL')])
    expect(killed).toBeDefined()
    expect(findPostmasterFile()).toEqual(killed)
    const second = start()
    onTestFinished(async () => void (await second.end('SIGTERM')))
    await second.ready()
    await sending
    await expectUnharmed(place, second, sent, refused)
  },
  SURVIVAL_PATIENCE_MS,
)
