import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'

const PATIENCE_MS = 30_000
const CLOCK_READINGS = 300

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** What to add to this machine's monotonic clock to get the database's, in ms: by the quickest of some hundred questions. */
async function readClockOffset(client: Client): Promise<number> {
  let best = { took: Number.POSITIVE_INFINITY, offset: 0 }
  for (let reading = 0; reading < CLOCK_READINGS; reading += 1) {
    const before = nowMs()
    const { rows } = await client.query<{ at: string }>({
      name: 'clock',
      text: 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::text AS at',
    })
    const took = nowMs() - before
    if (took < best.took) best = { took, offset: Number(rows[0]?.at) - (before + took / 2) }
  }
  return best.offset
}

export type StartReader = {
  /** Waits until so many checks have begun since the last reading, and tells how long after its commit each did, in ms. */
  read(expected: number): Promise<number[]>
}

/**
 * Compares when the database committed a proposal (track_commit_timestamp) with when `note-starts.ts` saw its check begin in the product. The
 * two clocks are compared at each reading; the error is a part of one empty round trip.
 */
export function createStartReader(file: string, client: Client): StartReader {
  let seen = 0
  return {
    async read(expected) {
      let lines: string[] = []
      for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await delay(100)) {
        lines = readFileSync(file, 'utf8').split('\n').slice(seen, -1)
        if (lines.length >= expected) break
      }
      if (lines.length < expected) throw new Error(`fewer than ${expected} checks were started`)
      seen += lines.length
      const offset = await readClockOffset(client)
      const begunAt = new Map(
        lines.map((line) => line.split(' ')).map(([id = '', at]) => [id, Number(at) / 1e6 + offset]),
      )
      const { rows } = await client.query<{ id: string; at: string }>(
        'SELECT id, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::text AS at FROM proposal WHERE id = ANY($1::uuid[])',
        [[...begunAt.keys()]],
      )
      return rows.map(({ id, at }) => (begunAt.get(id) ?? Number.NaN) - Number(at))
    },
  }
}
