import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerCase } from '../../support/console/cases.ts'
import { type ConsoleWorld, openConsoleWorld } from '../../support/console/console.ts'
import { answerField, conversationLine, phoneOf } from '../../support/console/conversations.ts'
import { onServer } from '../../support/database.ts'
import { messageChange, sign, wrap } from '../../support/whatsapp-cloud/graph-calls.ts'

const APP_SECRET = randomBytes(16).toString('hex')
const BUSINESS = { phoneNumberId: '106540352242922', accountId: '102290129340398', displayNumber: '6281100000000' }

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld({
    WHATSAPP_GATEWAY: 'cloud',
    WHATSAPP_CLOUD_PHONE_NUMBER_ID: BUSINESS.phoneNumberId,
    WHATSAPP_CLOUD_TOKEN: 'EAAG-invented',
    WHATSAPP_CLOUD_APP_SECRET: APP_SECRET,
    WHATSAPP_CLOUD_VERIFY_TOKEN: 'invented-verify-token',
    WHATSAPP_CLOUD_API_VERSION: 'v23.0',
    // Nobody listens there: no answer is to leave.
    WHATSAPP_CLOUD_BASE_URL: 'http://127.0.0.1:9',
  })
})
afterAll(() => world.close())

/** A resident writes, as Meta tells it. */
async function write(phone: string, body: string): Promise<void> {
  const from = { phone: `62${phone.slice(1)}` }
  const message = { id: `wamid.${randomBytes(8).toString('hex')}`, at: new Date() }
  const call = JSON.stringify(
    wrap(BUSINESS, [messageChange(BUSINESS, from, { type: 'text', text: { body } }, message)]),
  )
  const answer = await fetch(new URL('/api/public/whatsapp/webhook', world.address), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(APP_SECRET, call) },
    body: call,
  })
  expect(answer.status).toBe(200)
}

test('an answer that Meta would no longer take is refused in plain words, and what was typed stays', async () => {
  const one = await registerCase(world.address)
  await write(phoneOf(one), 'PETUGAS')
  const page = await world.open({ as: 'petugas' })
  await page.goto('/kotak-masuk')
  await conversationLine(page, one).click()
  await page.getByRole('button', { name: 'Ambil percakapan' }).click()
  await page.getByText(/Dapat dijawab sampai/).waitFor()
  await answerField(page).fill('Silakan datang besok pagi.')
  // The page hears that a day has gone by only after it has sent: what it asks for meanwhile waits.
  const reads = /\/api\/v1\/conversations/
  const sent = Promise.withResolvers<void>()
  await page.route(reads, async (route) => {
    if (route.request().method() === 'GET') await sent.promise
    // A page that has gone on asks no more.
    await route.continue().catch(() => undefined)
  })
  await onServer(
    world.databaseUrl,
    `UPDATE whatsapp_contact SET last_inbound_at = last_inbound_at - interval '25 hours'`,
  )
  await page.getByRole('button', { name: 'Kirim', exact: true }).click()
  sent.resolve()
  await page.getByText('WhatsApp tidak menerima balasan sekarang').waitFor()
  await page.getByText(/terakhir menulis lebih dari 24 jam yang lalu/).waitFor()
  expect(await answerField(page).inputValue()).toBe('Silakan datang besok pagi.')

  await page.unroute(reads)

  // Who comes later is told before anything is sent.
  await page.reload()
  await page.getByText(/WhatsApp hanya menerima jawaban sampai/).waitFor()
  await answerField(page).fill('Silakan datang besok pagi.')
  expect(await page.getByRole('button', { name: 'Kirim', exact: true }).isDisabled()).toBe(true)
})
