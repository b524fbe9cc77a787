import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { ownEnvironment } from '../../../scripts/lib/own-environment.ts'
import { makeLargeWorkbook, piecesOf } from '../../support/large-workbook.ts'
import { createListsWorld, HEADER, type ListsWorld, nikOf } from './lists-world.ts'

const ROWS = 1_000_000
const MEGABYTES_MAX = 512
const WORKER = path.join(import.meta.dirname, 'list-worker.ts')

let world: ListsWorld
beforeAll(async () => {
  world = await createListsWorld()
})
afterAll(() => world?.close())

/** In a process of its own, as a worker of the product is; the most memory that it ever had. */
async function goOnApart(listId: string): Promise<number> {
  const { config, database } = world.whole
  const child = fork(WORKER, [listId], {
    env: ownEnvironment({
      DATABASE_URL: database.url,
      DATA_DIR: config.dataDirectory,
      DATA_KEYS: config.secrets.dataKeys ?? '',
      AUTH_SECRET: config.secrets.authSecret ?? '',
      BPJS_SOURCE: 'list',
      DEMO: 'true',
    }),
  })
  const ended = once(child, 'exit')
  const [said] = await Promise.race([once(child, 'message'), ended])
  await ended
  return z.object({ megabytes: z.number() }).parse(said).megabytes
}

const ownOf = (row: number): string[] => [String(row).padStart(13, '0'), nikOf(row), `WARGA ${row}`]
const COMMON = ['05/05/1990', 'AKTIF', 'PBI (APBD)', 'KEJAKSAN', 'KEJAKSAN']
const makeCsv = (): Buffer =>
  Buffer.from([...piecesOf(ROWS, (row) => `${[...ownOf(row), ...COMMON].join(',')}\n`, `${HEADER}\n`)].join(''))

test.each([
  ['CSV', '2026-09', makeCsv],
  ['workbook', '2026-10', () => makeLargeWorkbook({ rows: ROWS, header: HEADER.split(','), ownOf, common: COMMON })],
])('a %s of a million members is read and applied within 512 MB', async (_name, month, make) => {
  const id = await world.upload(await make(), { month })
  await world.ok('supervisor', 'POST', `/api/v1/lists/${id}/start`)
  const read = await goOnApart(id)
  expect(await world.get(id)).toMatchObject({ state: 'dry_run_ready', counts: { read: ROWS, usable: ROWS } })
  await world.ok('supervisor', 'POST', `/api/v1/lists/${id}/approve`, {})
  const applied = await goOnApart(id)
  expect(await world.get(id)).toMatchObject({ state: 'applied', isComplete: true })
  const { rows } = await sql<{ members: number }>`
    SELECT count(*)::int AS members FROM list_member WHERE list_id = ${id}`.execute(world.whole.database.owner)
  expect(rows[0]?.members).toBe(ROWS)
  console.log(`peak: ${read.toFixed(0)} MB reading, ${applied.toFixed(0)} MB applying`)
  expect(Math.max(read, applied)).toBeLessThanOrEqual(MEGABYTES_MAX)
})
