import type { ErrorCode } from '../../contracts/errors.ts'
import { ACTIONS, type Action } from '../../contracts/lifecycle/actions.ts'
import { refusal } from '../../contracts/lifecycle/allowed.ts'
import { applyEntry, type JournalEntry } from '../../contracts/lifecycle/journal.ts'
import { queueOf } from '../../contracts/lifecycle/queues.ts'
import { isOpen } from '../../contracts/lifecycle/states.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import type { Clock } from '../../platform/clock.ts'
import { isUniqueViolation } from '../../platform/db/violations.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db, Tx } from '../database.ts'
import { type Calendar, dueAtOf } from './due-at.domain.ts'
import type { HolidayCalendar, IntakePorts, SeatChange } from './intake.ports.ts'
import type { Move, MoveResult } from './move.ts'
import { reservationAfter } from './reservation.domain.ts'
import { standingOf } from './standing.domain.ts'
import {
  listBarred,
  lockStatuses,
  readStatuses,
  type StatusChange,
  type StatusRow,
  writeStatusChanges,
} from './status.repository.ts'

type MovesDeps = {
  clock: Clock
  holidays: HolidayCalendar
  timeZoneOf(regionCode: string): string
  accounts: IntakePorts['accounts']
  seats: Pick<IntakePorts['seats'], 'follow'>
}

const LEAVES_HANDS: ReadonlySet<Action> = new Set(['propose_rejection', 'assign'])

const isoOf = (move: Move, now: Date): string => (move.at ?? now).toISOString()

function refuse(move: Move, row: StatusRow, now: Date): ErrorCode | null {
  if (move.version !== undefined && move.version !== row.snapshot.version) return 'version_conflict'
  const standing = standingOf(move.mover, row, now)
  if (!needsClaim(move, row, now)) return refusal(move.action, row.snapshot, standing)
  return refusal('claim', row.snapshot, standing) ?? refusal(move.action, row.snapshot, { ...standing, lease: 'mine' })
}

const needsClaim = (move: Move, row: StatusRow, now: Date): boolean =>
  move.claims === true && standingOf(move.mover, row, now).lease !== 'mine'

const claimOf = ({ proposalId, mover }: Move): Move => ({ proposalId, mover, action: 'claim' })

/** Several moves of one proposal may stand in one batch: each sees what the one before it made. */
export function createMoves(deps: MovesDeps) {
  const calendarsOf = async (tx: Tx, rows: Iterable<StatusRow>): Promise<(row: StatusRow) => Calendar> => {
    const calendars = new Map<string, Calendar>()
    for (const { regionCode } of rows) {
      if (calendars.has(regionCode)) continue
      const holidays = await deps.holidays.of(tx, regionCode)
      calendars.set(regionCode, { timeZone: deps.timeZoneOf(regionCode), holidays })
    }
    return ({ regionCode }) => {
      const calendar = calendars.get(regionCode)
      if (!calendar) throw new Error('a row of a region whose calendar was not read')
      return calendar
    }
  }

  const plan = (move: Move, row: StatusRow, now: Date, calendar: Calendar): StatusChange => {
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
      dueAt: dueAtOf(snapshot, row.submittedAt, calendar),
      reservation: reservationAfter(row, move, snapshot, calendar, now),
      // A proposed rejection, and what is given to somebody, wait for another person.
      keepLease: snapshot.state === 'in_review' && !LEAVES_HANDS.has(move.action),
      duplicateOf: move.duplicateOf ?? null,
      undoUntil: move.undoUntil ?? null,
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

  /** A case is kept for nobody who could not take it: switched off, in another role, or gone to another region. */
  const withoutEmptyReservations = async (
    tx: Tx,
    changes: readonly StatusChange[],
    rows: ReadonlyMap<string, StatusRow>,
  ): Promise<readonly StatusChange[]> => {
    const reviewers = changes.flatMap(({ reservation }) => reservation?.for ?? [])
    if (reviewers.length === 0) return changes
    const reviewing = await deps.accounts.listReviewing(tx, [...new Set(reviewers)])
    return changes.map((change) => {
      const own = reviewing.get(change.reservation?.for ?? '')?.regionCode
      const region = rows.get(change.proposalId)?.regionCode ?? ''
      const isThere = own !== undefined && (isInSubtree(region, own) || isInSubtree(own, region))
      return isThere ? change : { ...change, reservation: null }
    })
  }

  return {
    /**
     * What `moveMany` would answer to each move now, null when it would go ahead. Nothing is locked or changed; each is judged
     * by itself.
     */
    async judgeMoves(db: Db, moves: readonly Move[]): Promise<(ErrorCode | null)[]> {
      if (moves.length === 0) return []
      const now = deps.clock.now()
      const ids = moves.map((move) => move.proposalId)
      const rows = new Map((await readStatuses(db, ids)).map((row) => [row.proposalId, row]))
      const barred = await listBarred(db, ids)
      return moves.map((move) => {
        const row = rows.get(move.proposalId)
        if (!row) return 'not_found'
        const opens = !isOpen(row.snapshot.state) && isOpen(ACTIONS[move.action].to ?? row.snapshot.state)
        return refuse(move, row, now) ?? (opens && barred.has(move.proposalId) ? 'nik_already_proposed' : null)
      })
    },

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
      const calendarOf = await calendarsOf(tx, rows.values())
      const found = new Map(rows)
      const changes: StatusChange[] = []
      const results = moves.map((move): MoveResult => {
        const row = rows.get(move.proposalId)
        if (!row) return { proposalId: move.proposalId, moved: false, refusal: 'not_found' }
        const code = refuse(move, row, now)
        if (code) {
          const holder = code === 'already_claimed' && row.leaseHolder ? { holderId: row.leaseHolder } : {}
          return { proposalId: move.proposalId, moved: false, refusal: code, ...holder }
        }
        const calendar = calendarOf(row)
        const claim = needsClaim(move, row, now) ? plan(claimOf(move), row, now, calendar) : undefined
        const change = plan(move, claim ? { ...row, snapshot: claim.snapshot } : row, now, calendar)
        if (claim && change.keepLease) throw new AppError('internal_error')
        changes.push(...(claim ? [claim] : []), change)
        const { leaseHolder, leaseUntil } = change.keepLease ? row : { leaseHolder: null, leaseUntil: null }
        const { undoUntil, reservation } = change
        const reserved = { reservedFor: reservation?.for ?? null, reservedUntil: reservation?.until ?? null }
        rows.set(row.proposalId, { ...row, ...reserved, snapshot: change.snapshot, leaseHolder, leaseUntil, undoUntil })
        return {
          proposalId: move.proposalId,
          moved: true,
          intakeId: row.intakeId,
          before: row.snapshot,
          after: change.snapshot,
        }
      })
      try {
        if (changes.length > 0) await writeStatusChanges(tx, await withoutEmptyReservations(tx, changes, rows))
      } catch (cause) {
        if (isUniqueViolation(cause, 'proposal_open_nik_key')) throw new AppError('nik_already_proposed', { cause })
        throw cause
      }
      // Last, and once: whoever waits for a budget holds the rows of the proposals, and nobody who holds a budget waits for those.
      await deps.seats.follow(tx, seatChanges(found, rows))
      return results
    },
  }
}

/** Of every proposal whose state is another one now, whatever moved it. */
function seatChanges(found: ReadonlyMap<string, StatusRow>, rows: ReadonlyMap<string, StatusRow>): SeatChange[] {
  return [...rows.values()].flatMap(({ proposalId, regionCode, snapshot }) => {
    const before = found.get(proposalId)?.snapshot.state
    if (before === undefined || before === snapshot.state) return []
    return [{ proposalId, regionCode, before, after: snapshot.state, at: new Date(snapshot.stateSince) }]
  })
}

export type Moves = ReturnType<typeof createMoves>
