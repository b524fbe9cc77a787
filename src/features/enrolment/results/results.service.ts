import {
  type BatchResult,
  type BatchResultApproval,
  type BatchResultRow,
  type BatchResultRowQuery,
  RESULT_ROWS_MAX,
} from '../../../contracts/api/batch-results.ts'
import type { AuditAction, AuditEvent } from '../../../contracts/audit-actions.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Language } from '../../../contracts/text/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import { TableError } from '../../../platform/files/table-error.ts'
import type { TableFacts } from '../../../platform/files/table-reader.ts'
import { readRecords } from '../../../platform/files/table-records.ts'
import { refusalOf } from '../../../platform/files/table-refusal.ts'
import type { SpooledFile } from '../../../platform/files/upload-spool.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db, Tx } from '../../database.ts'
import type { StoredBatch } from '../batches/batch.repository.ts'
import type { BatchAccess } from '../batches/batch-access.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import {
  changeResult,
  countUnanswered,
  findResult,
  findSameFile,
  insertResult,
  listResults,
  lockResult,
  type ResultFile,
  type StoredResult,
} from './result.repository.ts'
import type { ResultProfiles } from './result-profiles.service.ts'
import { createResultReader, tableProfileOf } from './result-row.ts'
import { countResultRows, forgetIdentity, listResultRows, type StagedRow, stageRows } from './result-rows.repository.ts'
import { toResultRowView, toResultView } from './result-view.ts'

export type ResultsDeps = {
  db: Db
  access: BatchAccess
  profiles: Pick<ResultProfiles, 'definitionOf'>
  sealer: Sealer
  clock: Clock
  ids: Ids
  ports: Pick<EnrolmentPorts, 'regions' | 'accounts' | 'audit' | 'work'>
}

const STAGED_AT_ONCE = 2_000
const RESULTS_SHOWN = 100
const ABORTABLE = ['uploaded', 'parsing', 'dry_run_ready'] as const

export function resultEvent(
  { actor, requestId }: Caller,
  action: AuditAction,
  result: Pick<StoredResult, 'id' | 'batchId'>,
  regionCode: string,
  details: Record<string, unknown> = {},
): AuditEvent {
  return {
    actorId: actor.userId,
    actorRole: actor.role,
    action,
    subjectType: 'enrolment_result',
    subjectId: result.id,
    requestId,
    officeId: actor.officeId,
    regionCode,
    details: { batchId: result.batchId, ...details },
  }
}

/** What BPJS has answered about a batch: sent in, looked at, approved. Matching and applying are done by the job (`result-run.service.ts`). */
export function createResults({ db, access, profiles, sealer, clock, ids, ports }: ResultsDeps) {
  const readFile = async (
    file: SpooledFile,
    regionCode: string,
    sheet: string | undefined,
  ): Promise<Pick<ResultFile, 'kind' | 'sheet'> & { rows: StagedRow[] }> => {
    const definition = await profiles.definitionOf(regionCode)
    const read = createResultReader(definition, dayInZone(clock.now(), ports.regions.timeZoneOf(regionCode)))
    const rows: StagedRow[] = []
    let found: Pick<ResultFile, 'kind' | 'sheet'> = { kind: 'csv', sheet: null }
    const options = {
      ...(sheet !== undefined && { sheet }),
      limits: { rows: RESULT_ROWS_MAX },
      onRead: (facts: TableFacts) => {
        found = { kind: facts.kind, sheet: facts.kind === 'xlsx' ? facts.sheet : null }
      },
    }
    try {
      for await (const records of readRecords({ path: file.path }, tableProfileOf(definition), options)) {
        for (const record of records) {
          const { nik, ...row } = read(record)
          rows.push({ ...row, nikIndex: nik === null ? null : sealer.blindIndex('nik', nik) })
        }
      }
    } catch (error) {
      if (!(error instanceof TableError)) throw error
      throw refusalOf(error, error.code === 'too_many_rows' ? RESULT_ROWS_MAX : undefined)
    }
    return { rows, ...found }
  }

  const requireResult = async (
    executor: Db,
    caller: Caller,
    id: string,
  ): Promise<{ result: StoredResult; batch: StoredBatch }> => {
    const result = await findResult(executor, id)
    if (!result) throw new AppError('not_found')
    return { result, batch: await access.require(executor, caller, result.batchId) }
  }

  const lockOwn = async (tx: Tx, caller: Caller, id: string): Promise<{ result: StoredResult; batch: StoredBatch }> => {
    const { batch } = await requireResult(tx, caller, id)
    const result = await lockResult(tx, id)
    if (!result) throw new AppError('not_found')
    return { result, batch }
  }

  const showAll = async (results: readonly StoredResult[]): Promise<BatchResult[]> => {
    const counts = await countResultRows(
      db,
      results.map(({ id }) => id),
    )
    const unanswered = await countUnanswered(db, [...new Set(results.map(({ batchId }) => batchId))])
    const people = results.flatMap(({ createdBy, approvedBy, undoneBy }) => [createdBy, approvedBy, undoneBy])
    const names = await ports.accounts.listNames(db, [...new Set(people.filter((id) => id !== null))])
    return results.flatMap((result) => {
      const counted = counts.get(result.id)
      return counted ? [toResultView(result, counted, unanswered.get(result.batchId) ?? 0, names)] : []
    })
  }

  const show = async (caller: Caller, id: string): Promise<BatchResult> => {
    const { result } = await requireResult(db, caller, id)
    const [view] = await showAll([result])
    if (!view) throw new AppError('not_found')
    return view
  }

  return {
    /**
     * Takes a file of results of a sealed batch and stages its rows; the job looks at them then. The same file again, of a workbook the same
     * sheet, answers with the import that it made. Throws `batch_not_sealed`, and `table_refused` for a file that cannot be read; nothing of it is kept then.
     */
    async upload(caller: Caller, batchId: string, file: SpooledFile, sheet: string | undefined): Promise<BatchResult> {
      const batch = await access.require(db, caller, batchId)
      if (!batch.seal) throw new AppError('batch_not_sealed')
      const hash = Buffer.from(file.sha256, 'hex')
      const { rows, ...found } = await readFile(file, batch.regionCode, sheet)
      const known = { hash, bytes: file.bytes, ...found }
      const same = await findSameFile(db, batchId, known)
      if (same) return await show(caller, same.id)
      const result = {
        id: ids.next(),
        batchId,
        file: known,
        rows: rows.length,
        createdBy: caller.actor.userId,
        createdAt: clock.now(),
      }
      const isNew = await db.transaction().execute(async (tx) => {
        if (!(await insertResult(tx, result))) return false
        for (let from = 0; from < rows.length; from += STAGED_AT_ONCE) {
          await stageRows(tx, result.id, rows.slice(from, from + STAGED_AT_ONCE))
        }
        const details = { rows: rows.length, sha256: file.sha256 }
        await ports.audit.record(tx, [resultEvent(caller, 'upload_results', result, batch.regionCode, details)])
        await ports.work.addResults(tx, result.id)
        return true
      })
      // Somebody sent it at the same moment.
      const other = isNew ? undefined : await findSameFile(db, batchId, known)
      return await show(caller, other?.id ?? result.id)
    },

    get: show,

    /** Of a batch, the newest first. */
    async list(caller: Caller, batchId: string): Promise<BatchResult[]> {
      await access.require(db, caller, batchId)
      return showAll(await listResults(db, batchId, RESULTS_SHOWN))
    },

    /** Rows in the order of the file, with what they are and why. Audited as a reading of people. */
    async listRows(
      caller: Caller,
      id: string,
      query: BatchResultRowQuery,
      language: Language,
    ): Promise<{ items: BatchResultRow[]; nextAfter: number | null }> {
      const { result, batch } = await requireResult(db, caller, id)
      const rows = await listResultRows(db, id, { ...query, limit: query.limit + 1 })
      const page = rows.slice(0, query.limit)
      await ports.audit.write(resultEvent(caller, 'read_results', result, batch.regionCode, { rows: page.length }))
      return {
        items: page.map((row) => toResultRowView(row, language)),
        nextAfter: rows.length > query.limit ? (page.at(-1)?.line ?? null) : null,
      }
    },

    /**
     * Has what the dry run found applied. Throws `batch_changed` when another number of rows is to be applied than the caller has read, and
     * `action_not_allowed` unless the dry run is ready.
     */
    async approve(caller: Caller, id: string, input: BatchResultApproval): Promise<BatchResult> {
      await db.transaction().execute(async (tx) => {
        const { result, batch } = await lockOwn(tx, caller, id)
        if (result.state !== 'dry_run_ready') throw new AppError('action_not_allowed')
        const rows = (await countResultRows(tx, [id])).get(id)?.to_apply ?? 0
        if (rows !== input.rows) throw new AppError('batch_changed', { details: { rows } })
        const approved = { approvedBy: caller.actor.userId, approvedAt: clock.now() }
        await changeResult(tx, id, { state: 'approved', problem: null, ...approved })
        await ports.audit.record(tx, [resultEvent(caller, 'approve_results', result, batch.regionCode, { rows })])
        await ports.work.addResults(tx, id)
      })
      return show(caller, id)
    },

    /**
     * Ends an import that is not approved. Throws `action_not_allowed` for others, and `results_half_applied` for one that was given back with
     * rows applied: its rest is applied, or all of it undone.
     */
    async abort(caller: Caller, id: string): Promise<BatchResult> {
      await db.transaction().execute(async (tx) => {
        const { result, batch } = await lockOwn(tx, caller, id)
        if (!ABORTABLE.some((state) => state === result.state)) throw new AppError('action_not_allowed')
        const rows = (await countResultRows(tx, [id])).get(id)?.applied ?? 0
        if (rows > 0) throw new AppError('results_half_applied', { details: { rows } })
        await changeResult(tx, id, { state: 'aborted', finishedAt: clock.now() })
        await forgetIdentity(tx, id)
        await ports.audit.record(tx, [resultEvent(caller, 'abort_results', result, batch.regionCode)])
      })
      return show(caller, id)
    },

    /** For the undo: the import, locked, with its batch. */
    lockOwn,
  }
}
export type Results = ReturnType<typeof createResults>
