import { sql } from 'kysely'
import readXlsxFile from 'read-excel-file/node'
import { expect } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { AuditEvent } from '../../../src/contracts/audit-actions.ts'
import { createIntakeFixture, type IntakeFixture } from '../intake/fixture.ts'
import { eventually } from '../outbox/fixture.ts'

export type ExportWorld = {
  fixture: IntakeFixture
  address: string
  download(actor: Actor, wish: object, signal?: AbortSignal): Promise<Response>
  /** Entries about exports, oldest first. */
  audited(actor: Actor): AuditEvent[]
  /** What the entry about the end of this person's last export says. */
  endOf(actor: Actor): Promise<Record<string, unknown>>
  /** More members of one household, written directly: by the door a hundred thousand would take minutes. */
  addMany(registrar: Actor, count: number): Promise<void>
}

export async function readXlsx(reply: Response): Promise<unknown[][]> {
  expect(reply.status).toBe(200)
  const sheets = await readXlsxFile(Buffer.from(await reply.arrayBuffer()), { trim: false })
  return sheets[0]?.data ?? []
}

/** The intake feature behind a real socket, so that downloads can stand still and break off. */
export async function createExportWorld(): Promise<ExportWorld> {
  const fixture = await createIntakeFixture()
  const address = await fixture.app.listen({ host: '127.0.0.1', port: 0 })
  const audited: ExportWorld['audited'] = (actor) =>
    fixture.audited.filter(({ actorId, subjectType }) => actorId === actor.userId && subjectType === 'export')
  return {
    fixture,
    address,
    audited,
    async endOf(actor) {
      await eventually(() => expect(audited(actor).at(-1)?.details?.['outcome']).not.toBe('started'), 30_000)
      return audited(actor).at(-1)?.details ?? {}
    },
    download: (actor, wish, signal) =>
      fetch(`${address}/api/v1/exports`, {
        method: 'POST',
        headers: { ...fixture.as(actor), 'content-type': 'application/json', 'accept-language': 'id' },
        body: JSON.stringify({ filters: {}, format: 'csv', ...wish }),
        ...(signal && { signal }),
      }),
    async addMany(registrar, count) {
      const reply = await fixture.register(registrar)
      const intakeId: string = reply.json().id
      await sql`
        WITH added AS (
          INSERT INTO proposal (id, intake_id, region_code, office_id, full_name, nik_masked, birth_place, birth_date, sex, relationship, marital_status, warnings)
          SELECT gen_random_uuid(), i.id, i.region_code, i.office_id, 'WARGA ' || n, '••••' || n, 'CIREBON', '1990-01-01', 'male', 'anak', 'kawin', '{}'
          FROM intake i, generate_series(1, ${count}::int) AS n WHERE i.id = ${intakeId}
          RETURNING id, intake_id, region_code, office_id
        )
        INSERT INTO proposal_status (proposal_id, intake_id, region_code, office_id, created_by, submitted_at, state, version, sequence, flags, state_since, village_code, channel)
        SELECT id, intake_id, region_code, office_id, ${registrar.userId}, date_trunc('milliseconds', now() - interval '1 day'), 'rejected', 1, 1, '{}', now(), '32.74.01.1001', 'puskesmas' FROM added
      `.execute(fixture.database.owner)
      await sql`ANALYZE proposal, proposal_status, intake`.execute(fixture.database.owner)
    },
  }
}
