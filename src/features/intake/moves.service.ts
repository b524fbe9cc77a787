import type { ErrorCode } from '../../contracts/errors.ts'
import { refusal } from '../../contracts/lifecycle/allowed.ts'
import { applyEntry, type JournalEntry } from '../../contracts/lifecycle/journal.ts'
import { queueOf } from '../../contracts/lifecycle/queues.ts'
import { isOpen } from '../../contracts/lifecycle/states.ts'
import type { Clock } from '../../platform/clock.ts'
import { isUniqueViolation } from '../../platform/db/violations.ts'
import { AppError } from '../../platform/errors.ts'
import type { Tx } from '../database.ts'
import { dueAtOf } from './due-at.domain.ts'
import type { Move, MoveResult } from './move.ts'
import { standingOf } from './standing.domain.ts'
import { lockStatuses, type StatusChange, type StatusRow, writeStatusChanges } from './status.repository.ts'

type MovesDeps = { clock: Clock; timeZoneOf(regionCode: string): string }

const isoOf = (move: Move, now: Date): string => (move.at ?? now).toISOString()

function refuse(move: Move, row: StatusRow, now: Date): ErrorCode | null {
  if (move.version !== undefined && move.version !== row.snapshot.version) return 'version_conflict'
  return refusal(move.action, row.snapshot, standingOf(move.mover, row, now))
}

/** Several moves of one proposal may stand in one batch: each sees what the one before it made. */
export function createMoves(deps: MovesDeps) {
  const plan = (move: Move, row: StatusRow, now: Date): StatusChange => {
    const entry: JournalEntry = {
      sequence: row.snapshot.sequence + 1,
      action: move.action,
      actorId: move.mover.id,
      at: isoOf(move, now),
      data: move.data ?? {},
    }
    const snapshot = applyEntry(row.snapshot, entry)
    return {
      proposalId: row.proposalId,
      snapshot,
      open: isOpen(snapshot.state),
      queue: queueOf(snapshot),
      dueAt: dueAtOf(snapshot, row.submittedAt, deps.timeZoneOf(row.regionCode)),
      keepLease: snapshot.state === 'in_review',
      duplicateOf: move.duplicateOf ?? null,
      entry: {
        action: entry.action,
        actorId: entry.actorId,
        actorRole: move.mover.role,
        at: move.at ?? now,
        data: entry.data,
        reasons: move.reasons ?? null,
      },
    }
  }

  return {
    /**
     * Moves proposals inside the caller's transaction: locks the rows, asks the lifecycle, writes status and journal in one
     * statement for all. Refusals come back as results. Several moves of one proposal follow each other in their order:
     * each has its entry, the status is written once.
     * Throws `nik_already_proposed` when reopening a case whose NIK another open proposal holds now.
     */
    async moveMany(tx: Tx, moves: readonly Move[]): Promise<MoveResult[]> {
      if (moves.length === 0) return []
      const now = deps.clock.now()
      const rows = new Map(
        (
          await lockStatuses(
            tx,
            moves.map((move) => move.proposalId),
          )
        ).map((row) => [row.proposalId, row]),
      )
      const changes: StatusChange[] = []
      const results = moves.map((move): MoveResult => {
        const row = rows.get(move.proposalId)
        if (!row) return { proposalId: move.proposalId, moved: false, refusal: 'not_found' }
        const code = refuse(move, row, now)
        if (code) {
          const holder = code === 'already_claimed' && row.leaseHolder ? { holderId: row.leaseHolder } : {}
          return { proposalId: move.proposalId, moved: false, refusal: code, ...holder }
        }
        const change = plan(move, row, now)
        changes.push(change)
        const { leaseHolder, leaseUntil } = change.keepLease ? row : { leaseHolder: null, leaseUntil: null }
        rows.set(row.proposalId, { ...row, snapshot: change.snapshot, leaseHolder, leaseUntil })
        return {
          proposalId: move.proposalId,
          moved: true,
          intakeId: row.intakeId,
          before: row.snapshot,
          after: change.snapshot,
        }
      })
      try {
        if (changes.length > 0) await writeStatusChanges(tx, changes)
      } catch (cause) {
        if (isUniqueViolation(cause, 'proposal_open_nik_key')) throw new AppError('nik_already_proposed', { cause })
        throw cause
      }
      return results
    },
  }
}
export type Moves = ReturnType<typeof createMoves>
