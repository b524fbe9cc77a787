import type { Actor } from '../../../contracts/access.ts'
import { RESULT_FAULT_SHARE_MAX } from '../../../contracts/api/batch-results.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Db, Tx } from '../../database.ts'
import { type Intake, type Move, SYSTEM } from '../../intake/index.ts'
import { RECHECK_HOUR } from '../activation/recheck-times.ts'
import { findBatch, type StoredBatch } from '../batches/batch.repository.ts'
import { batchEvent, batchRegionsOf } from '../batches/batch-access.ts'
import type { EnrolmentPorts } from '../enrolment.ports.ts'
import type { Rules } from '../rules/rules.service.ts'
import { type Answered, lockAnswerable, writeAnswered } from './answered-rows.repository.ts'
import { changeResult, findResult, lockResult, type StoredResult } from './result.repository.ts'
import { judgeResult } from './result-judgement.domain.ts'
import {
  countResultRows,
  forgetIdentity,
  listToApply,
  listToJudge,
  markApplied,
  markRepeated,
  type RowToApply,
  writeJudged,
} from './result-rows.repository.ts'
import { resultEvent } from './results.service.ts'

export type ResultRunDeps = {
  db: Db
  intake: Pick<Intake, 'moveMany'>
  rules: Pick<Rules, 'activeOn'>
  clock: Clock
  ports: Pick<EnrolmentPorts, 'regions' | 'accounts' | 'audit'>
}

/** Rows that are looked at, and that are applied, in one transaction. */
const JUDGED_AT_ONCE = 500
const APPLIED_AT_ONCE = 100
const NOTE_MAX = 400

/** How a returned case says in its history what BPJS wrote. */
function reasonOf({ reason, answerCode, answerText }: RowToApply): { code: string; note?: string } {
  const said = [answerCode, answerText].filter(Boolean).join(': ').slice(0, NOTE_MAX)
  return { code: reason ?? 'LAINNYA', ...(said && { note: `BPJS: ${said}` }) }
}

function moveOf(row: RowToApply, actor: Actor): Move {
  const { proposalId } = row
  if (row.outcome === 'accepted') {
    return { proposalId, action: 'record_flags', mover: SYSTEM, data: { addFlags: ['pending_effective'] } }
  }
  const mover = { id: actor.userId, role: actor.role }
  return { proposalId, action: 'return_from_bpjs', mover, reasons: [reasonOf(row)] }
}

/** Matches and applies the rows of a file, group by group. Each group commits with what it has done, so that any run goes on behind it. */
export function createResultRun({ db, intake, rules, clock, ports }: ResultRunDeps) {
  const inState = (
    id: string,
    states: readonly StoredResult['state'][],
    work: (tx: Tx, result: StoredResult) => Promise<boolean>,
  ): Promise<boolean> =>
    db.transaction().execute(async (tx) => {
      const result = await lockResult(tx, id)
      // Somebody ended it, or another worker has done it.
      if (!result || !states.includes(result.state)) return true
      return await work(tx, result)
    })

  const finishParsing = async (tx: Tx, result: StoredResult): Promise<void> => {
    await forgetIdentity(tx, result.id)
    const faulty = (await countResultRows(tx, [result.id])).get(result.id)?.faulty ?? 0
    if (faulty >= result.rows * RESULT_FAULT_SHARE_MAX) {
      await changeResult(tx, result.id, { state: 'aborted', problem: 'too_many_faults', finishedAt: clock.now() })
    } else await changeResult(tx, result.id, { state: 'dry_run_ready' })
  }

  const parseGroup = (id: string): Promise<boolean> =>
    inState(id, ['uploaded', 'parsing'], async (tx, result) => {
      if (result.state === 'uploaded') {
        await markRepeated(tx, id)
        await changeResult(tx, id, { state: 'parsing' })
      }
      const rows = await listToJudge(tx, id, result.batchId, JUDGED_AT_ONCE)
      if (rows.length === 0) {
        await finishParsing(tx, result)
        return true
      }
      await writeJudged(
        tx,
        id,
        rows.map((row) => {
          const { line, proposalId, sentName, rowState } = row
          const person = sentName !== null && rowState !== null ? { fullName: sentName, rowState } : null
          return { line, proposalId, ...judgeResult(row, person) }
        }),
      )
      return false
    })

  const applyRows = async (tx: Tx, batch: StoredBatch, rows: readonly RowToApply[], actor: Actor, approvedAt: Date) => {
    const states = await lockAnswerable(
      tx,
      batch.id,
      rows.map(({ proposalId }) => proposalId),
    )
    const open = rows.filter(({ proposalId }) => states.get(proposalId) === 'sealed')
    const results = await intake.moveMany(
      tx,
      open.map((row) => moveOf(row, actor)),
    )
    const sequences = new Map(
      results.flatMap((result) => (result.moved ? [[result.proposalId, result.after.sequence] as const] : [])),
    )
    const applied = open.filter(({ proposalId }) => sequences.has(proposalId))
    const timeZone = ports.regions.timeZoneOf(batch.regionCode)
    const approvedOn = dayInZone(approvedAt, timeZone)
    // Many rows, few days.
    const days = new Map<string, string | null>()
    const activeOn = async (acceptedOn: string): Promise<string | null> => {
      const known = days.get(acceptedOn)
      if (known !== undefined) return known
      const day = await rules.activeOn(tx, batch.regionCode, acceptedOn)
      days.set(acceptedOn, day)
      return day
    }
    const answered: Answered[] = []
    for (const { proposalId, outcome, answerCode, answerText, effectiveOn, answeredOn } of applied) {
      answered.push({
        proposalId,
        state: outcome,
        code: answerCode,
        text: answerText,
        effectiveOn: outcome === 'accepted' ? (effectiveOn ?? (await activeOn(answeredOn ?? approvedOn))) : null,
      })
    }
    const now = clock.now()
    const at = { now, today: dayInZone(now, timeZone), timeZone, nightHour: RECHECK_HOUR }
    await writeAnswered(tx, batch.id, answered, at)
    return { applied, sequences }
  }

  const applyGroup = (id: string, actor: Actor, batch: StoredBatch): Promise<boolean> =>
    inState(id, ['approved', 'applying'], async (tx, result) => {
      if (result.state === 'approved') await changeResult(tx, id, { state: 'applying' })
      const rows = await listToApply(tx, id, APPLIED_AT_ONCE)
      const caller = { actor, requestId: id }
      if (rows.length === 0) {
        const { applied, leftOut } = (await countResultRows(tx, [id])).get(id) ?? { applied: 0, leftOut: 0 }
        const state = leftOut > 0 ? 'partly_applied' : 'applied'
        await changeResult(tx, id, { state, finishedAt: clock.now() })
        await ports.audit.record(tx, [
          resultEvent(caller, 'apply_results', result, batch.regionCode, { applied, leftOut }),
        ])
        return true
      }
      const { applied, sequences } = await applyRows(tx, batch, rows, actor, result.approvedAt ?? clock.now())
      await markApplied(
        tx,
        id,
        rows.map(({ line, proposalId }) => {
          const sequence = sequences.get(proposalId) ?? null
          return { line, applied: sequence !== null, sequence }
        }),
      )
      await ports.audit.record(
        tx,
        applied.map(({ proposalId, outcome }) => ({
          ...batchEvent(caller, 'record_bpjs_answer', batch, { batchId: batch.id, resultId: id, outcome }),
          subjectType: 'proposal',
          subjectId: proposalId,
        })),
      )
      return false
    })

  const untilDone = async (signal: AbortSignal, group: () => Promise<boolean>): Promise<void> => {
    do signal.throwIfAborted()
    while (!(await group()))
  }

  return {
    /**
     * Goes on with an import until it waits for a person or has ended. May be repeated and run by two at once. Stops between groups when
     * `signal` is aborted, and throws then.
     */
    async goOn(id: string, signal: AbortSignal): Promise<void> {
      await untilDone(signal, () => parseGroup(id))
      const result = await findResult(db, id)
      if (!result || (result.state !== 'approved' && result.state !== 'applying')) return
      const batch = await findBatch(db, null, result.batchId)
      const actor = result.approvedBy === null ? null : await ports.accounts.findActor(db, result.approvedBy)
      // Their rights as they are now: for somebody who was switched off meanwhile nothing goes on.
      const may =
        actor?.role === 'penyetuju' && batch && batchRegionsOf(actor, ports.regions).includes(batch.regionCode)
      if (!may) {
        await inState(id, ['approved', 'applying'], async (tx) => {
          await changeResult(tx, id, { state: 'dry_run_ready', problem: 'forbidden' })
          return true
        })
        return
      }
      await untilDone(signal, () => applyGroup(id, actor, batch))
    },
  }
}
export type ResultRun = ReturnType<typeof createResultRun>
