import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { EXPORT_COLUMNS } from '../../../src/contracts/api/exports.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { eventually } from '../outbox/fixture.ts'
import { createExportWorld, type ExportWorld, readXlsx } from './export-world.ts'

const nameColumn = EXPORT_COLUMNS.indexOf('fullName')

describe('a long list', () => {
  let world: ExportWorld
  const COUNT = 100_000
  let holder: Actor
  beforeAll(async () => {
    const officeId = DEMO_OFFICES.healthOffice
    world = await createExportWorld()
    holder = world.fixture.actor('petugas', { officeId, officeIds: [officeId] })
    await world.addMany(holder, COUNT)
  }, 120_000)
  afterAll(() => world?.fixture.close())

  test('arrives whole as CSV, and as XLSX', async () => {
    let lines = 0
    const csv = await world.download(holder, {})
    for await (const chunk of csv.body ?? []) lines += Buffer.from(chunk).toString('latin1').split('\n').length - 1
    // The header and every row but the last end a line.
    expect(lines).toBe(COUNT + 1)
    expect(await world.endOf(holder)).toMatchObject({ outcome: 'completed', rows: COUNT + 1 })
    const other = world.fixture.actor('petugas', { officeId: holder.officeId, officeIds: holder.officeIds })
    const rows = await readXlsx(await world.download(other, { format: 'xlsx' }))
    expect(rows).toHaveLength(COUNT + 2)
    expect(new Set(rows.map((row) => row[nameColumn])).size).toBe(COUNT + 2)
  }, 180_000)

  test('that is broken off is told so, and until then nothing else goes out', async () => {
    const actor = world.fixture.actor('petugas', { officeId: holder.officeId, officeIds: holder.officeIds })
    const breaking = new AbortController()
    const standing = await world.download(actor, {}, breaking.signal)
    expect(standing.status).toBe(200)
    const second = await world.download(actor, {})
    expect([second.status, await second.json()]).toMatchObject([409, { code: 'export_running' }])
    breaking.abort()
    const { outcome, rows } = await world.endOf(actor)
    expect(outcome).toBe('aborted')
    expect(rows).toBeLessThan(COUNT)
    await eventually(async () => {
      const reply = await world.download(actor, { filters: { channel: ['campaign'] } })
      await reply.arrayBuffer()
      expect(reply.status).toBe(200)
    }, 30_000)
  }, 60_000)

  test('that we cannot go on with breaks off instead of ending short, and is told so', async () => {
    const actor = world.fixture.actor('petugas', { officeId: holder.officeId, officeIds: holder.officeIds })
    const standing = await world.download(actor, {})
    await world.fixture.database.owner.deleteFrom('export_hold').where('user_id', '=', actor.userId).execute()
    await expect(standing.arrayBuffer()).rejects.toThrow()
    expect(await world.endOf(actor)).toMatchObject({ outcome: 'failed' })
  }, 60_000)
})
