import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { findFreePort } from '../../scripts/lib/free-port.ts'
import { type Json, type Session, signIn, until } from '../../scripts/lib/session.ts'
import { inventFamily } from '../../scripts/lib/synthetic-family.ts'
import { createWebProduct, PASSWORD } from '../support/web-product.ts'

/** What the product promises after `kill -9`. */
const TAKE_OVER_SECONDS = 60

async function query(databaseUrl: string, sql: string): Promise<Json[]> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const statusOf = (port: number, path: string): Promise<number> =>
  fetch(`http://127.0.0.1:${port}${path}`).then(
    (answer) => answer.status,
    () => 0,
  )

/** The figures about WhatsApp that one process tells, by name and labels. */
async function scrape(origin: string): Promise<Record<string, number>> {
  const text = await (await fetch(new URL('/metrics', origin))).text()
  const lines = text.split('\n').filter((line) => line.startsWith('puntadewa_whatsapp_'))
  return Object.fromEntries(
    lines
      .map((line) => line.replace('puntadewa_whatsapp_', '').split(/ (?=\S+$)/u))
      .map(([name, value]) => [name, Number(value)]),
  )
}

/** Registers a family and waits until its first message stands on its phone. Returns what the proposals' messages say. */
async function register(petugas: Session, arrived: (phone: string) => string[]): Promise<Json> {
  const family = inventFamily()
  const intake = await petugas.must('POST', '/api/v1/intakes', family.intake(family.whatsappNumber), {
    'idempotency-key': randomUUID(),
  })
  const phone = family.whatsappNumber.replace(/^0/, '62')
  await until(
    async () => arrived(phone),
    (texts) => texts.some((text) => text.includes(intake.receiptNumber)),
    60,
  )
  const { id } = intake.proposals[0]
  return await until(
    () => petugas.must('GET', `/api/v1/proposals/${id}/messages`),
    (page: Json) => page.items.some((item: Json) => ['delivered', 'read'].includes(item.state)),
    60,
  )
}

test('an admin links WhatsApp Web, families are told by it, and another process takes over from one that is killed', async () => {
  const { standIn, databaseUrl, run } = await createWebProduct()
  const main = run({ PROCESS_ROLES: 'api,worker', PORT: '0' })
  onTestFinished(async () => expect(await main.end('SIGTERM'), main.output()).toBe(0))
  const address = await main.ready()
  const holders = await Promise.all(
    [1, 2].map(async () => {
      const port = await findFreePort()
      const product = run({ PROCESS_ROLES: 'whatsapp', HEALTH_PORT: String(port) })
      onTestFinished(async () => void (await product.end('SIGTERM')))
      return { port, product }
    }),
  )
  const readiness = () => Promise.all(holders.map(({ port }) => statusOf(port, '/readyz')))
  const admin = await signIn(address, 'admin', PASSWORD)
  const look = (): Promise<Json> => admin.must('GET', '/api/v1/whatsapp/session')

  const unlinked = await until(look, ({ state }: Json) => state === 'awaiting_scan', 60)
  expect(unlinked).toMatchObject({ gateway: 'web', ready: false, pairing: true })
  await until(readiness, (codes) => codes.every((code) => code === 503))
  expect(await Promise.all(holders.map(({ port }) => statusOf(port, '/livez')))).toEqual([200, 200])
  expect((await admin.request('GET', '/readyz')).status).toBe(200)
  const { qr } = await admin.must('GET', '/api/v1/whatsapp/session/qr')
  expect(qr).toMatchObject({ text: expect.stringMatching(/^2@/), svg: expect.stringMatching(/^<svg/) })

  // Another number was in use here for long: the one that is linked now begins anew.
  await query(databaseUrl, `INSERT INTO whatsapp_account (gateway, since) VALUES ('web', now() - interval '90 days')`)
  await standIn.pair()
  await until(look, ({ ready }: Json) => ready, 60)
  await until(readiness, (codes) => codes.every((code) => code === 200))
  const isNew = `SELECT since > now() - interval '1 day' AS new FROM whatsapp_account WHERE gateway = 'web'`
  expect(await query(databaseUrl, isNew)).toEqual([{ new: true }])
  const petugas = await signIn(address, 'petugas', PASSWORD)
  await register(petugas, standIn.textsOn)

  for (const origin of [address, ...holders.map(({ port }) => `http://127.0.0.1:${port}`)]) {
    await expect
      .poll(() => scrape(origin), { timeout: 30_000 })
      .toMatchObject({
        'session_state{state="connected"}': 1,
        generations_total: 1,
        chromium_rss_bytes: expect.toSatisfy((bytes: number) => bytes > 50_000_000),
        'web_info{version="2.3000.9999999999",key_shape="serialized"}': 1,
        'breaker_open{scope="account"}': 0,
        'held_messages{reason="quiet_hours"}': 0,
      })
  }

  const { holder } = await look()
  const killed = holders.find(({ product }) => String(holder).endsWith(`/${product.child.pid}`))
  await killed?.product.end('SIGKILL')
  const waiting = register(petugas, standIn.textsOn)
  const taken = await until(look, (session: Json) => session.ready && session.holder !== holder, TAKE_OVER_SECONDS)
  expect(taken.generation).toBeGreaterThan(1)
  await waiting

  const survivor = holders.find(({ product }) => product !== killed?.product)
  expect(await survivor?.product.end('SIGTERM'), survivor?.product.output()).toBe(0)
  expect(await look()).toMatchObject({ state: 'offline', ready: false, holder: null })
  expect((await admin.request('GET', '/readyz')).status).toBe(200)
  expect(holders.map(({ product }) => product.output()).join('')).not.toContain(qr.text)
})
