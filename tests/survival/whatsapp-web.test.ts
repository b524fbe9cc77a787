import { expect, test } from 'vitest'
import { type Json, signIn } from '../../scripts/lib/session.ts'
import { JOBS } from '../../src/contracts/jobs/jobs.ts'
import { inspectNotices, killWhileSending, NO_HARM, registerHouseholds } from '../support/gateway-chaos.ts'
import { createWebProduct, PASSWORD } from '../support/web-product.ts'

const NOTICES = 200
const BLOWS = 5
const HAND_OVERS_AT_ONCE = JOBS['whatsapp.send'].concurrency
const SLOWEST_ANSWER_MS = 300

test('200 notices by WhatsApp Web while the process with the browser is killed at random moments: each phone got each text once at most, every state is true, none is lost', async () => {
  const product = await createWebProduct({ autoPair: true })
  const { standIn } = product
  const address = await product.run({ PROCESS_ROLES: 'api,worker', PORT: '0' }).ready()
  const admin = await signIn(address, 'admin', PASSWORD)

  const killing = killWhileSending({
    start: () => product.run({ PROCESS_ROLES: 'whatsapp', WHATSAPP_SEND_TIMEOUT_MS: '8000' }),
    processes: 2,
    async findSender() {
      const { holder }: Json = await admin.must('GET', '/api/v1/whatsapp/session')
      return holder === null ? undefined : Number(String(holder).split('/').at(-1))
    },
    blows: BLOWS,
    total: NOTICES,
    countArrived: async () => standIn.arrivals().length,
  })
  const registered = await registerHouseholds(address, NOTICES, (phone) => {
    // The text has arrived and the hand-over is not answered yet: most blows fall in between.
    standIn.behave(phone, { answerMs: Math.random() * SLOWEST_ANSWER_MS })
  })
  const gateways = await killing
  const reader = await signIn(address, 'petugas', PASSWORD)
  expect(
    await inspectNotices(reader, registered, async (phone) => standIn.textsOn(phone), { mayStayUnknown: true }),
  ).toEqual(NO_HARM)
  // What nobody knows of can only be what was being handed over when a blow fell.
  expect(standIn.arrivals().length).toBeGreaterThanOrEqual(NOTICES - BLOWS * HAND_OVERS_AT_ONCE)
  // Every one that took over had a page of its own.
  expect(new Set(standIn.arrivals().map(({ page }) => page)).size).toBeGreaterThan(1)
  expect(standIn.unknownModules()).toEqual([])
  for (const gateway of gateways) expect(await gateway.end('SIGTERM'), gateway.output()).toBe(0)
  await product.expectNoBrowserLeft()
}, 300_000)
