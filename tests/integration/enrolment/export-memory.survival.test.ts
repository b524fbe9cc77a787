import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { sql } from 'kysely'
import readXlsxFile from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ownEnvironment } from '../../../scripts/lib/own-environment.ts'
import { createContentHash, type RowContent } from '../../../src/features/enrolment/batches/content.domain.ts'
import { sealContent } from '../../../src/features/enrolment/batches/row-sealing.ts'
import { sampleRows } from '../../../src/features/enrolment/profiles/sample-rows.domain.ts'
import { columnsOf } from '../../../src/platform/db/binary-array.ts'
import { createEnrolmentWorld, EDABU_LAYOUT, type EnrolmentWorld } from './enrolment-world.ts'
import { sealerOf } from './many-people.ts'

const ROWS = 100_000
const AT_ONCE = 10_000
const MEMORY_MAX = 512 * 1024 * 1024
const PROCESS = path.join(import.meta.dirname, 'enrolment-process.ts')
const PATIENCE_MS = 600_000
const [SAMPLE] = sampleRows(1)

describe('the file of a hundred thousand rows', () => {
  let world: EnrolmentWorld
  let batchId: string
  let cookie: string
  const running = new Set<ChildProcess>()
  beforeAll(async () => {
    world = await createEnrolmentWorld()
    const person = await world.approve()
    batchId = await world.openBatch([person])
    await world.askForSeal(batchId, 1)
    await world.goOn(batchId)
    await fill(await addMembers(person.intakeId))
    cookie = await world.whole.signIn('penyetuju')
  }, PATIENCE_MS)
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL')
    await world?.close()
  })

  /** Proposals for the rows to point to; nothing of them is read. */
  const addMembers = async (intakeId: string): Promise<string[]> => {
    const { rows } = await sql<{ id: string }>`
      INSERT INTO proposal (id, intake_id, region_code, office_id, full_name, nik_masked, birth_place, birth_date, sex, relationship, marital_status, warnings)
      SELECT gen_random_uuid(), i.id, i.region_code, i.office_id, 'WARGA ' || n, '••••' || n, 'CIREBON', '1990-01-01', 'male', 'anak', 'kawin', '{}'
      FROM intake i, generate_series(1, ${ROWS}::int) AS n WHERE i.id = ${intakeId} RETURNING id`.execute(
      world.whole.database.owner,
    )
    return rows.map(({ id }) => id)
  }

  /** The rows of a batch ten times as large as one may be, frozen as a sealing freezes them. */
  const fill = async (proposalIds: readonly string[]): Promise<void> => {
    const { owner } = world.whole.database
    const sealer = sealerOf(world.whole)
    const hash = createContentHash()
    await sql`DELETE FROM enrolment_batch_row WHERE batch_id = ${batchId}`.execute(owner)
    for (let from = 0; from < proposalIds.length; from += AT_ONCE) {
      const rows = proposalIds.slice(from, from + AT_ONCE).map((proposalId, index) => {
        const content: RowContent = { ...(SAMPLE as RowContent), proposalId, fullName: `WARGA ${from + index + 1}` }
        hash.add(content)
        return { proposalId, position: from + index + 1, content: sealContent(sealer, batchId, content) }
      })
      const column = columnsOf(rows)
      await sql`
        INSERT INTO enrolment_batch_row (batch_id, proposal_id, version, state, added_by, added_at, position, content)
        SELECT ${batchId}::uuid, r.id, 1, 'sealed', 'uji', now(), r.position, r.content FROM unnest(
          ${column('uuid', (row) => row.proposalId)}::uuid[], ${column('int4', (row) => row.position)}::integer[],
          ${column('bytea', (row) => row.content)}::bytea[]) AS r (id, position, content)`.execute(owner)
    }
    await sql`UPDATE enrolment_batch SET row_count = ${ROWS}, content_hash = ${hash.digest()} WHERE id = ${batchId}`.execute(
      owner,
    )
  }

  const serve = async (): Promise<{ child: ChildProcess; address: string }> => {
    const { database, config } = world.whole
    const child = fork(PROCESS, [], {
      // Half of what a small server has: what the product keeps would show.
      execArgv: ['--max-old-space-size=256'],
      env: ownEnvironment({
        DATABASE_URL: database.url,
        DEMO: 'true',
        BPJS_SOURCE: 'manual',
        RATE_LIMIT_FACTOR: '10000',
        DATA_KEYS: config.secrets.dataKeys ?? '',
        AUTH_SECRET: config.secrets.authSecret ?? '',
      }),
    })
    running.add(child)
    const [message] = await once(child, 'message')
    return { child, address: z.object({ address: z.string() }).parse(message).address }
  }

  const download = (address: string, format: 'csv' | 'xlsx'): Promise<Response> =>
    fetch(`${address}/api/v1/enrolment/batches/${batchId}/exports`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ format, profileId: EDABU_LAYOUT }),
    })

  const outcomes = async (): Promise<string[]> => {
    const { rows } = await sql<{ outcome: string }>`
      SELECT details ->> 'outcome' AS outcome FROM audit_event
      WHERE action = 'export_batch' AND subject_id = ${batchId} ORDER BY id`.execute(world.whole.database.owner)
    return rows.map(({ outcome }) => outcome)
  }

  it(
    'is written within 512 MB, breaks off with a killed process, and is whole when it is asked for again',
    async () => {
      const killed = await serve()
      const broken = await download(killed.address, 'csv')
      expect(broken.status).toBe(200)
      const reader = broken.body?.getReader()
      expect((await reader?.read())?.value?.length).toBeGreaterThan(0)
      killed.child.kill('SIGKILL')
      await expect(
        (async () => {
          while (!(await reader?.read())?.done) {}
        })(),
      ).rejects.toThrow()
      expect(await outcomes()).toEqual(['started'])

      const { child, address } = await serve()
      const csv = await download(address, 'csv')
      const lines = (await csv.text()).trimEnd().split(/\r?\n/u)
      expect(lines).toHaveLength(ROWS + 1)
      expect(lines.at(-1)).toContain(`"WARGA ${ROWS}"`)
      const xlsx = Buffer.from(await (await download(address, 'xlsx')).arrayBuffer())
      const answered = once(child, 'message')
      child.send('memory')
      const [memory] = await answered
      const { maxRssBytes } = z.object({ maxRssBytes: z.number() }).parse(memory)
      expect(maxRssBytes).toBeLessThan(MEMORY_MAX)
      await expect.poll(outcomes).toEqual(['started', 'started', 'completed', 'started', 'completed'])

      const [sheet] = await readXlsxFile(xlsx)
      expect(sheet?.data).toHaveLength(ROWS + 1)
      expect(sheet?.data.at(-1)?.slice(0, 4)).toEqual([
        String(ROWS),
        SAMPLE?.familyCardNumber,
        SAMPLE?.nik,
        `WARGA ${ROWS}`,
      ])
      // Nothing of a download is kept, so nothing of it can be there twice.
      expect(await world.batch(batchId)).toMatchObject({ seal: { profile: { id: EDABU_LAYOUT, version: 1 } } })
    },
    PATIENCE_MS,
  )
})
