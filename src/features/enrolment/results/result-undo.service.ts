import type { BatchResult } from '../../../contracts/api/batch-results.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db, Tx } from '../../database.ts'
import { type Intake, type Move, SYSTEM } from '../../intake/index.ts'
import { batchEvent } from '../batches/batch-access.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import { forgetAnswers, lockAnswerable, lockStandings } from './answered-rows.repository.ts'
import { changeResult } from './result.repository.ts'
import { type AppliedRow, listApplied } from './result-rows.repository.ts'
import { type Results, resultEvent } from './results.service.ts'

export type ResultUndoDeps = {
  db: Db
  intake: Pick<Intake, 'moveMany'>
  results: Pick<Results, 'lockOwn' | 'get'>
  clock: Clock
  ports: Pick<EnrolmentPorts, 'audit'>
}

const UNDOABLE = ['applied', 'partly_applied', 'dry_run_ready'] as const

const movedOn = (rows: number): AppError => new AppError('results_moved_on', { details: { rows } })

/** The seats that the file freed are sealed for others by now. */
const asSeatsGone = (error: unknown): never => {
  if (!(error instanceof AppError) || error.code !== 'quota_short') throw error
  throw new AppError('results_seats_gone', { details: { rows: error.details['count'] ?? 0 }, cause: error })
}

export function createResultUndo({ db, intake, results, clock, ports }: ResultUndoDeps) {
  /** Nobody active, and nobody in review for whom anything has happened since. */
  const countMovedOn = async (tx: Tx, batchId: string, applied: readonly AppliedRow[]): Promise<number> => {
    const ids = applied.map(({ proposalId }) => proposalId)
    const states = await lockAnswerable(tx, batchId, ids)
    const standings = await lockStandings(tx, ids)
    const stands = ({ proposalId, outcome, sequence }: AppliedRow): boolean => {
      const standing = standings.get(proposalId)
      if (states.get(proposalId) !== outcome) return false
      return outcome === 'accepted' ? standing?.state === 'submitted_to_bpjs' : standing?.sequence === sequence
    }
    return applied.filter((row) => !stands(row)).length
  }

  return {
    /**
     * Takes back all that a file has done, in one transaction, as if BPJS had not answered; the file may be sent again then. Throws
     * `results_moved_on` with the number of rows that somebody has worked on since, `results_seats_gone` with how many find their seat sealed for
     * somebody else, and `action_not_allowed` unless something was applied.
     */
    async undo(caller: Caller, id: string): Promise<BatchResult> {
      const { actor } = caller
      await db.transaction().execute(async (tx) => {
        const { result, batch } = await results.lockOwn(tx, caller, id)
        if (!UNDOABLE.some((state) => state === result.state)) throw new AppError('action_not_allowed')
        const applied = await listApplied(tx, id)
        // A dry run that waits has done nothing, unless it was given back half-applied.
        if (result.state === 'dry_run_ready' && applied.length === 0) throw new AppError('action_not_allowed')
        const gone = await countMovedOn(tx, batch.id, applied)
        if (gone > 0) throw movedOn(gone)
        const moves = await intake
          .moveMany(
            tx,
            applied.map(({ proposalId, outcome }): Move => {
              if (outcome === 'refused') {
                return { proposalId, action: 'retract_return', mover: { id: actor.userId, role: actor.role } }
              }
              const data = { removeFlags: ['pending_effective', 'not_yet_active'] as const }
              return { proposalId, action: 'record_flags', mover: SYSTEM, data }
            }),
          )
          .catch(asSeatsGone)
        const refused = moves.filter(({ moved }) => !moved).length
        if (refused > 0) throw movedOn(refused)
        await forgetAnswers(
          tx,
          batch.id,
          applied.map(({ proposalId }) => proposalId),
        )
        await changeResult(tx, id, { state: 'undone', problem: null, undone: { by: actor.userId, at: clock.now() } })
        await ports.audit.record(tx, [
          resultEvent(caller, 'undo_results', result, batch.regionCode, { rows: applied.length }),
          ...applied.map(({ proposalId, outcome }) => ({
            ...batchEvent(caller, 'undo_results', batch, { batchId: batch.id, resultId: id, outcome }),
            subjectType: 'proposal',
            subjectId: proposalId,
          })),
        ])
      })
      return results.get(caller, id)
    },
  }
}
export type ResultUndo = ReturnType<typeof createResultUndo>
