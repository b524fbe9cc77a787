import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { type Json, signIn, until } from '../../scripts/lib/session.ts'
import { inspectNotices, NO_HARM, type Notified, registerHouseholds } from '../support/gateway-chaos.ts'
import { createWebProduct, PASSWORD } from '../support/web-product.ts'
import type { Arrival } from '../support/whatsapp-web/index.ts'

const RUN_MS = 60_000
const EVERY_MS = 400
// Longer than a lease of 20 s: the one that stands still finds it taken.
const PAUSE_MS = 21_000

/** The pages that sent, one after the other: a page that sends again after another one stands twice. */
function listReigns(arrivals: readonly Arrival[]): string[] {
  return arrivals.map(({ page }) => page).filter((page, index, all) => page !== all[index - 1])
}

test('two processes on one session of WhatsApp Web for a minute, each standing still in turn for longer than the lease: one sends at a time, no text leaves twice, and sending goes on', async () => {
  const product = await createWebProduct({ autoPair: true })
  const { standIn } = product
  const address = await product.run({ PROCESS_ROLES: 'api,worker', PORT: '0' }).ready()
  const gateways = [1, 2].map(() => product.run({ PROCESS_ROLES: 'whatsapp', WHATSAPP_SEND_TIMEOUT_MS: '8000' }))
  const admin = await signIn(address, 'admin', PASSWORD)
  const look = (): Promise<Json> => admin.must('GET', '/api/v1/whatsapp/session')
  await until(look, ({ ready }: Json) => ready, 60)

  const began = performance.now()
  const registered: Notified[] = []
  const registering = (async () => {
    while (performance.now() - began < RUN_MS) {
      registered.push(...(await registerHouseholds(address, 1)))
      await delay(EVERY_MS)
    }
  })()
  let pauses = 0
  while (performance.now() - began < RUN_MS - PAUSE_MS) {
    const { holder } = await until(look, (session: Json) => session.ready, 60)
    const paused = gateways.find(({ child }) => String(holder).endsWith(`/${child.pid}`))
    const reigning = standIn.arrivals().at(-1)?.page
    const sentBefore = standIn.arrivals().length
    await until(
      async () => standIn.arrivals().length,
      (count) => count > sentBefore,
    )
    paused?.child.kill('SIGSTOP')
    onTestFinished(() => void paused?.child.kill('SIGCONT'))
    pauses += 1
    const stopped = performance.now()
    await until(look, (session: Json) => session.ready && session.holder !== holder, 60)
    await until(
      async () => standIn.arrivals().at(-1)?.page,
      (page) => page !== reigning,
      60,
    )
    await delay(Math.max(0, PAUSE_MS - (performance.now() - stopped)))
    paused?.child.kill('SIGCONT')
  }
  await registering

  const reader = await signIn(address, 'petugas', PASSWORD)
  expect(
    await inspectNotices(reader, registered, async (phone) => standIn.textsOn(phone), { mayStayUnknown: true }),
  ).toEqual(NO_HARM)
  const reigns = listReigns(standIn.arrivals())
  expect(reigns.length).toBe(new Set(reigns).size)
  expect(pauses).toBeGreaterThanOrEqual(2)
  // One page each: nobody ends the browser of the one that took over.
  expect(reigns).toHaveLength(pauses + 1)
  expect(new Set(standIn.arrivals().map(({ device }) => device)).size).toBe(1)
  for (const gateway of gateways) expect(await gateway.end('SIGTERM'), gateway.output()).toBe(0)
  await product.expectNoBrowserLeft()
}, 240_000)
