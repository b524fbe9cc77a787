import { replay } from '../../contracts/lifecycle/journal.ts'
import type { Flag } from '../../contracts/lifecycle/states.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db, Tx } from '../database.ts'
import type { HistoryEntry, Intake, Move, MoveResult, ProposalRow } from '../intake/index.ts'
import { type CaseAccess, caseEvent, moverOf } from './case-access.ts'
import { isCheckWanted } from './check-plan.domain.ts'
import { lockCases } from './checks.repository.ts'
import { withdrawnNotice } from './decision-notice.domain.ts'
import { createDuplicateLinks } from './duplicate-links.ts'
import { listWithOpenPair } from './duplicates.repository.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type UndoDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal' | 'listHistories' | 'moveMany' | 'claim' | 'addCheck' | 'recordLikeness'>
  access: Pick<CaseAccess, 'requireMoved'>
  clock: Clock
  ports: Pick<VerificationPorts, 'audit' | 'notices'>
}

/** `sequence`: the journal entry that is meant, where another one by the same person would be a different decision. */
export type Undoing = { row: ProposalRow; version: number; sequence?: number }

const DUPLICATE: Flag = 'potential_duplicate'

export function createUndo({ db, intake, access, clock, ports }: UndoDeps) {
  const links = createDuplicateLinks({ intake, clock })

  const moveOf = (
    caller: Caller,
    { row, version, sequence }: Undoing,
    history: readonly HistoryEntry[],
    hasOpenPair: boolean,
  ): Move | undefined => {
    const last = history.at(-1)
    const isOpen = row.undoUntil !== null && row.undoUntil > clock.now()
    if (!last || !isOpen || last.actorId !== caller.actor.userId) return undefined
    if (sequence !== undefined && sequence !== last.sequence) return undefined
    const before = replay(history.slice(0, -1))
    // Pairs may have been found since: the flag goes by them, whatever stood before.
    const flags = [...before.flags.filter((flag) => flag !== DUPLICATE), ...(hasOpenPair ? [DUPLICATE] : [])]
    const restored = { flags, reviewerId: before.reviewerId, stateSince: before.stateSince }
    return { proposalId: row.proposalId, action: 'undo', mover: moverOf(caller), version, data: { restored } }
  }

  const undoRows = async (tx: Tx, caller: Caller, cases: readonly Undoing[]): Promise<MoveResult[]> => {
    const ids = cases.map(({ row }) => row.proposalId)
    await lockCases(tx, [...ids, ...cases.flatMap(({ row }) => row.duplicateOf ?? [])])
    const others: Move[] = []
    // Only a single decision links: a link that a row of many has come with another decision.
    for (const { row, sequence } of cases)
      if (sequence === undefined) others.push(...(await links.undo(tx, caller, row)))
    const open = await listWithOpenPair(tx, ids)
    const histories = await intake.listHistories(tx, ids)
    const moves = new Map(
      cases.flatMap((one) => {
        const { proposalId } = one.row
        const move = moveOf(caller, one, histories.get(proposalId) ?? [], open.has(proposalId))
        return move ? [[proposalId, move] as const] : []
      }),
    )
    const results = await intake.moveMany(tx, [...moves.values(), ...others])
    const byId = new Map(results.slice(0, moves.size).map((result) => [result.proposalId, result]))
    const undone = cases.flatMap(({ row }) => {
      const result = byId.get(row.proposalId)
      return result?.moved ? [{ row, after: result.after }] : []
    })
    for (const { row, after } of undone) {
      const { proposalId } = row
      if (isCheckWanted(after)) await intake.addCheck(tx, { proposalId, version: after.version })
    }
    await ports.notices.record(
      tx,
      undone.flatMap(({ row, after }) => {
        const { intakeId, proposalId, fullName, closedAs } = row
        const { version, sequence } = after
        // Of a death nobody was to be told.
        return closedAs === 'deceased' ? [] : [withdrawnNotice({ intakeId, proposalId, fullName, version, sequence })]
      }),
    )
    await ports.audit.record(
      tx,
      undone.map(({ row }) => caseEvent(caller, 'undo_decision', row.proposalId)),
    )
    return ids.map((proposalId) => byId.get(proposalId) ?? { proposalId, moved: false, refusal: 'undo_closed' })
  }

  return {
    /**
     * Takes back the caller's own decision while it may be undone and nothing has happened since: the case is as it was, and the
     * caller's again. The household hears of neither. `undo_closed` afterwards, for decisions of others, and when repeated;
     * `nik_already_proposed` when another proposal has taken the NIK meanwhile.
     */
    async undo(caller: Caller, proposalId: string, version: number): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const row = await intake.getProposal(tx, caller.actor, proposalId)
        const [result] = await undoRows(tx, caller, [{ row, version }])
        await access.requireMoved(result)
        const claimed = await intake.claim(tx, proposalId, moverOf(caller), false)
        if (!claimed.claimed) throw new AppError('internal_error')
      })
    },

    /** The same for many in the caller's transaction; nobody holds them afterwards. Refusals are results, in the order of the cases. */
    undoMany: undoRows,
  }
}
export type Undo = ReturnType<typeof createUndo>
