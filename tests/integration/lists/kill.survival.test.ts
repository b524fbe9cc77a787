import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownEnvironment } from '../../../scripts/lib/own-environment.ts'
import { createListsWorld, HEADER, type ListsWorld, line, nikOf } from './lists-world.ts'

const WORKER = path.join(import.meta.dirname, 'list-worker.ts')
const PEOPLE = 150_000
const REPEATED = 500
const REFUSED = 300
const MOST_BLOWS = 4

let world: ListsWorld
beforeAll(async () => {
  world = await createListsWorld()
})
afterAll(() => world?.close())

function work(listId: string) {
  const { config, database } = world.whole
  const child = spawn(process.execPath, [WORKER, listId], {
    env: ownEnvironment({
      DATABASE_URL: database.url,
      DATA_DIR: config.dataDirectory,
      DATA_KEYS: config.secrets.dataKeys ?? '',
      AUTH_SECRET: config.secrets.authSecret ?? '',
      BPJS_SOURCE: 'list',
      DEMO: 'true',
    }),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return { child, ended: once(child, 'exit') }
}

const linesOf = async (id: string): Promise<number> => {
  const { rows } = await sql<{ line: number }>`SELECT line FROM list_import WHERE id = ${id}`.execute(
    world.whole.database.owner,
  )
  return rows[0]?.line ?? 0
}
const count = async (table: string, id: string): Promise<number> => {
  const { rows } = await sql<{ rows: number }>`
    SELECT count(*)::int AS rows FROM ${sql.table(table)} WHERE list_id = ${id}`.execute(world.whole.database.owner)
  return rows[0]?.rows ?? 0
}

function compose(): string {
  const lines = [HEADER]
  for (let number = 0; number < PEOPLE; number += 1) {
    const status = number % 10 === 0 ? 'NON AKTIF KARENA PREMI' : 'AKTIF'
    lines.push(line({ nik: nikOf(number), status }))
    if (number % (PEOPLE / REPEATED) === 1) lines.push(line({ nik: nikOf(number) }))
    if (number % (PEOPLE / REFUSED) === 2) lines.push(line({ nik: '3,27401E+15' }))
  }
  return lines.join('\n')
}

test('killed again and again while it reads and while it applies, an import loses nobody and doubles nobody', async () => {
  const id = await world.upload(compose(), { month: '2026-11' })
  await world.ok('supervisor', 'POST', `/api/v1/lists/${id}/start`)
  let blows = 0
  for (let reached = 0; blows < MOST_BLOWS; blows += 1) {
    const { child, ended } = work(id)
    let isOver = false
    const over = ended.then(() => {
      isOver = true
    })
    while (!isOver && (await linesOf(id)) === reached) await delay(20)
    if (isOver) break
    child.kill('SIGKILL')
    await over
    reached = await linesOf(id)
  }
  expect(blows).toBeGreaterThan(1)
  expect(await world.get(id)).toMatchObject({ state: 'parsing' })
  await work(id).ended
  const list = await world.get(id)
  expect(list).toMatchObject({
    state: 'dry_run_ready',
    counts: { read: PEOPLE + REPEATED + REFUSED, usable: PEOPLE, repeated: REPEATED, refused: REFUSED },
    segments: [{ label: 'PBI (APBD)', rows: PEOPLE }],
  })
  expect(await count('list_member', id)).toBe(PEOPLE)

  await world.ok('supervisor', 'POST', `/api/v1/lists/${id}/approve`, { acceptRefused: true })
  const { child, ended } = work(id)
  await expect.poll(async () => (await world.get(id)).state, { interval: 5 }).toMatch(/applying|applied/)
  child.kill('SIGKILL')
  await ended
  await work(id).ended
  expect(await world.get(id)).toMatchObject({ state: 'applied', isComplete: true, hasPeople: true })
  expect(await count('list_member', id)).toBe(PEOPLE)
  expect(await count('list_part', id)).toBe(0)

  const asked = [0, 1, 77_777, PEOPLE - 1].map((number) =>
    world.whole.features.bpjs.directory.lookUp({
      nik: nikOf(number),
      fullName: 'SITI AMINAH',
      birthDate: '1990-05-05',
    }),
  )
  expect((await Promise.all(asked)).map(({ outcome }) => outcome)).toEqual([
    'found_inactive',
    'found_active',
    'found_active',
    'found_active',
  ])
})
