import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ownEnvironment } from '../../../scripts/lib/own-environment.ts'
import { bulkJobSchema, bulkRowPageSchema } from '../../../src/contracts/api/bulk-jobs.ts'
import { SYSTEM } from '../../../src/features/intake/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

const CASES = 10_000
const CONFLICTS_OF_A_KIND = 100
const CLEAN = CASES - 3 * CONFLICTS_OF_A_KIND
const WORKER = path.join(import.meta.dirname, 'bulk-worker.ts')
const PATIENCE_MS = 600_000

/** The same id for the same number, of a form that our contracts take for an id. */
const uuidOf = (kind: string) =>
  sql`overlay(overlay(md5(${sql.lit(kind)} || n) placing '4' from 13) placing '8' from 17)::uuid`

const createdSchema = z.object({ id: z.string(), proposals: z.tuple([z.object({ id: z.string() })]) })

describe('one decision on ten thousand cases', () => {
  let whole: WholeApp
  beforeAll(async () => {
    whole = await createWholeApp()
  })
  afterAll(() => whole.close())

  const send = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const reply = await whole.send({ as: 'verifikator', method, url, ...(payload ? { payload } : {}) })
    return { status: reply.statusCode, body: reply.body === '' ? null : (reply.json() as unknown) }
  }
  const jobAt = async (jobId: string) => {
    const { status, body } = await send('GET', `/api/v1/bulk-jobs/${jobId}`)
    return { status, job: bulkJobSchema.parse(body) }
  }
  const goOn = (jobId: string): Promise<void> =>
    whole.features.verification.goOnWithBulk({ payload: { jobId } }, { signal: new AbortController().signal })

  /** One checked case through the product, the others as rows like it: registering them all would test registration. */
  const prepareCases = async (): Promise<void> => {
    const reply = await whole.send({
      as: 'petugas',
      method: 'POST',
      url: '/api/v1/intakes',
      headers: { 'idempotency-key': uuidIds.next() },
      payload: makeIntakeBody({ members: [makeMember()] }),
    })
    const created = createdSchema.parse(reply.json())
    const proposalId = created.proposals[0].id
    await whole.database.db.transaction().execute((tx) =>
      whole.features.intake.moveMany(tx, [
        { proposalId, action: 'start_checks', mover: SYSTEM },
        {
          proposalId,
          action: 'complete_checks',
          mover: SYSTEM,
          data: { membership: 'not_found', membershipAt: new Date().toISOString() },
        },
      ]),
    )
    await sql`
      INSERT INTO check_result (proposal_id, version, kind, outcome, codes, details, checked_at)
      SELECT ${proposalId}, 1, kind, 'ok', '{}', '{}', now() FROM unnest(ARRAY['format', 'duplicates', 'membership']) AS kind
    `.execute(whole.database.owner)
    const copies: [string, string, ReturnType<typeof sql>][] = [
      ['intake', 'id', sql`jsonb_build_object('id', ${uuidOf('intake')}, 'receipt_number', 'PDW-3274-2611-T' || n)`],
      [
        'proposal',
        'id',
        sql`jsonb_build_object('id', ${uuidOf('proposal')}, 'intake_id', ${uuidOf('intake')}, 'nik_index', sha256(n::text::bytea)::text)`,
      ],
      [
        'proposal_status',
        'proposal_id',
        sql`jsonb_build_object('proposal_id', ${uuidOf('proposal')}, 'intake_id', ${uuidOf('intake')}, 'nik_slot', sha256(n::text::bytea)::text)`,
      ],
      ['journal', 'proposal_id', sql`jsonb_build_object('proposal_id', ${uuidOf('proposal')})`],
      ['check_result', 'proposal_id', sql`jsonb_build_object('proposal_id', ${uuidOf('proposal')})`],
    ]
    for (const [table, key, changes] of copies) {
      const id = table === 'intake' ? created.id : proposalId
      await sql`
        INSERT INTO ${sql.table(table)}
        SELECT copy.* FROM ${sql.table(table)} AS origin
        CROSS JOIN generate_series(2, ${sql.lit(CASES)}) AS n
        CROSS JOIN LATERAL jsonb_populate_record(origin, ${changes}) AS copy
        WHERE origin.${sql.ref(key)} = ${id}`.execute(whole.database.owner)
    }
    await sql`ANALYZE`.execute(whole.database.owner)
  }

  /** Everything stored about where the cases stand but the length of their journal, which only grows. */
  const standings = async (): Promise<Map<string, string>> => {
    const { rows } = await sql<{ id: string; standing: string }>`
      SELECT proposal_id AS id, (to_jsonb(s) - 'sequence')::text AS standing FROM proposal_status s`.execute(
      whole.database.owner,
    )
    return new Map(rows.map(({ id, standing }) => [id, standing]))
  }

  const refused = async (jobId: string, outcome: string): Promise<Record<string, number>> => {
    const codes: Record<string, number> = {}
    let after: number | null = 0
    while (after !== null) {
      const url: string = `/api/v1/bulk-jobs/${jobId}/rows?outcome=${outcome}&after=${after}&limit=100`
      const page = bulkRowPageSchema.parse((await send('GET', url)).body)
      for (const { code } of page.items) codes[code ?? 'none'] = (codes[code ?? 'none'] ?? 0) + 1
      after = page.nextAfter
    }
    return codes
  }

  const positionsOf = async (jobId: string): Promise<string[]> => {
    const { rows } = await sql<{ id: string }>`
      SELECT proposal_id AS id FROM bulk_row WHERE job_id = ${jobId} ORDER BY position`.execute(whole.database.owner)
    return rows.map(({ id }) => id)
  }

  /** Another process does the job until it stands before a row that somebody holds, and is killed there, in the middle of a batch. */
  const killInTheMiddle = async (jobId: string, blockedId: string): Promise<void> => {
    const { secrets } = whole.config
    const worker = spawn(process.execPath, [WORKER, jobId], {
      env: ownEnvironment({
        DATABASE_URL: whole.database.url,
        DEMO: 'true',
        BPJS_SOURCE: 'manual',
        DATA_KEYS: secrets.dataKeys ?? '',
        AUTH_SECRET: secrets.authSecret ?? '',
      }),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let complaint = ''
    worker.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString()
    })
    const ended = once(worker, 'close')
    await whole.database.owner.transaction().execute(async (tx) => {
      // The product ends transactions that stand still; this one stands for as long as the worker takes.
      await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(tx)
      await sql`SELECT FROM proposal_status WHERE proposal_id = ${blockedId} FOR UPDATE`.execute(tx)
      const isWaiting = async (): Promise<boolean> => {
        const { rows } = await sql`
          SELECT FROM pg_stat_activity
          WHERE application_name = 'bulk-worker' AND datname = current_database() AND wait_event_type = 'Lock'`.execute(
          // One transaction sees one picture of who waits.
          whole.database.owner,
        )
        return rows.length > 0
      }
      while (!(await isWaiting())) {
        if (worker.exitCode !== null) throw new Error(`the worker ended by itself: ${complaint}`)
        await delay(20)
      }
      worker.kill('SIGKILL')
      await ended
    })
  }

  it(
    'does what it can, lists the rest with its cause, survives a kill, and takes everything back',
    async () => {
      await prepareCases()
      const [flagged, taken, corrected] = await sql<{ id: string }>`
        SELECT proposal_id AS id FROM proposal_status ORDER BY md5(proposal_id::text)
        LIMIT ${3 * CONFLICTS_OF_A_KIND}`
        .execute(whole.database.owner)
        .then(({ rows }) =>
          [0, 1, 2].map((kind) =>
            rows.slice(kind * CONFLICTS_OF_A_KIND, (kind + 1) * CONFLICTS_OF_A_KIND).map(({ id }) => id),
          ),
        )
      await sql`UPDATE proposal_status SET flags = '{wa_unreachable}' WHERE proposal_id = ANY(${flagged}::uuid[])`.execute(
        whole.database.owner,
      )

      const begun = await send('POST', '/api/v1/bulk-jobs', { action: 'eligible', filter: { queue: 'new_review' } })
      expect(begun.status).toBe(202)
      const { id: jobId } = bulkJobSchema.parse(begun.body)
      expect(await send('POST', '/api/v1/bulk-jobs', { action: 'eligible', filter: {} })).toMatchObject({
        status: 409,
        body: { code: 'bulk_job_running' },
      })
      const before = await standings()
      await goOn(jobId)
      expect(await jobAt(jobId)).toMatchObject({
        status: 200,
        job: {
          state: 'ready',
          counts: { total: CASES, allowed: CASES - CONFLICTS_OF_A_KIND, refused: CONFLICTS_OF_A_KIND },
        },
      })
      expect(await standings()).toEqual(before)

      // What happens between the dry run and the run.
      const colleague = await whole.userIdOf('supervisor')
      await sql`
        UPDATE proposal_status SET lease_holder = ${colleague}, lease_until = now() + interval '1 hour'
        WHERE proposal_id = ANY(${taken}::uuid[])`.execute(whole.database.owner)
      await sql`UPDATE proposal_status SET version = 2 WHERE proposal_id = ANY(${corrected}::uuid[])`.execute(
        whole.database.owner,
      )
      const unchanged = await standings()
      expect((await send('POST', `/api/v1/bulk-jobs/${jobId}/run`)).status).toBe(202)
      const conflicting = new Set([flagged, taken, corrected].flatMap((ids) => ids ?? []))
      const order = await positionsOf(jobId)
      const blocked = order.slice(CASES / 2).find((id) => !conflicting.has(id)) ?? ''
      await killInTheMiddle(jobId, blocked)

      const { job: halfway } = await jobAt(jobId)
      expect(halfway.state).toBe('running')
      expect(halfway.counts.done).toBeGreaterThan(CASES / 4)
      expect(halfway.counts.allowed).toBeGreaterThan(CASES / 4)

      await goOn(jobId)

      expect(await jobAt(jobId)).toMatchObject({
        status: 207,
        job: {
          state: 'partly_done',
          counts: { total: CASES, done: CLEAN, refused: 3 * CONFLICTS_OF_A_KIND, pending: 0 },
        },
      })
      expect(await refused(jobId, 'refused')).toEqual({
        not_clean: CONFLICTS_OF_A_KIND,
        already_claimed: CONFLICTS_OF_A_KIND,
        version_conflict: CONFLICTS_OF_A_KIND,
      })
      const { rows: traces } = await sql<{ decided: number; audited: number; told: number }>`
        SELECT (SELECT count(*)::int FROM journal WHERE action = 'decide_eligible') AS decided,
          (SELECT count(*)::int FROM audit_event WHERE action = 'decide') AS audited,
          (SELECT count(*)::int FROM notice WHERE template = 'eligible' AND held_until > now() + interval '10 minutes') AS told
      `.execute(whole.database.owner)
      expect(traces).toEqual([{ decided: CLEAN, audited: CLEAN, told: CLEAN }])

      // A case that has moved on is left alone.
      const [touched = ''] = order.filter((id) => !conflicting.has(id))
      expect((await send('POST', `/api/v1/proposals/${touched}/notes`, { note: 'Warga menelepon' })).status).toBe(204)
      const moved = (await standings()).get(touched)
      expect((await send('POST', `/api/v1/bulk-jobs/${jobId}/undo`)).status).toBe(202)
      await goOn(jobId)

      expect(await jobAt(jobId)).toMatchObject({
        status: 207,
        job: { state: 'partly_undone', counts: { undone: CLEAN - 1, notUndone: 1, done: 0 } },
      })
      expect(await refused(jobId, 'not_undone')).toEqual({ undo_closed: 1 })
      const after = await standings()
      expect(after.get(touched)).toBe(moved)
      after.delete(touched)
      unchanged.delete(touched)
      expect(after).toEqual(unchanged)
      const { rows: untold } = await sql<{ total: number }>`
        SELECT count(*)::int AS total FROM notice WHERE template = 'correction_of_notice'`.execute(whole.database.owner)
      expect(untold).toEqual([{ total: CLEAN - 1 }])
    },
    PATIENCE_MS,
  )
})
