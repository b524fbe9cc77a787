import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { intakeBody } from './people.ts'

const PATIENCE_MS = 30_000

type Range = { from: number; count: number }

/** One after the other, over HTTP; each must be accepted. */
export async function register(
  address: string,
  cookie: string,
  range: Range,
  pause: () => Promise<void>,
): Promise<void> {
  for (let number = range.from; number < range.from + range.count; number += 1) {
    const response = await fetch(`${address}/api/v1/intakes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, 'idempotency-key': randomUUID() },
      body: intakeBody(number),
    })
    if (response.status !== 201) throw new Error(`registration refused: ${response.status} ${await response.text()}`)
    await response.arrayBuffer()
    await pause()
  }
}

/** Until nothing that is due is left to do. */
export async function waitUntilDone(client: Client): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await delay(20)) {
    const { rows } = await client.query(
      "SELECT FROM outbox WHERE state = 'open' AND (handed_at IS NOT NULL OR due_at <= now()) LIMIT 1",
    )
    if (rows.length === 0) return
  }
  throw new Error('the work of a registration does not end')
}
