import type { NextCase } from '../../contracts/api/proposals.ts'
import type { QueueKey } from '../../contracts/lifecycle/queues.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import type { Intake } from '../intake/index.ts'
import { caseEvent, moverOf } from './case-access.ts'
import type { ProposalDetail, ProposalViews } from './proposal-view.service.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type NextCaseDeps = {
  db: Db
  intake: Pick<Intake, 'findNext' | 'claim' | 'getProposal'>
  views: Pick<ProposalViews, 'compose'>
  ports: Pick<VerificationPorts, 'audit'>
}

export function createNextCase({ db, intake, views, ports }: NextCaseDeps) {
  return {
    /**
     * Claims the first case of a queue that the caller may have and shows it; null when none is left. Of any number of callers at once
     * each gets another one. What waits for a certain reviewer goes to nobody else. Not repeatable: every call takes a case. Throws
     * `forbidden` and `action_not_allowed` as `Intake.findNext`.
     */
    async claimNext(caller: Caller, queue: QueueKey): Promise<ProposalDetail | null> {
      const proposalId = await db.transaction().execute(async (tx) => {
        const found = await intake.findNext(tx, caller.actor, queue, true)
        if (found === undefined) return undefined
        const claimed = await intake.claim(tx, found, moverOf(caller), false)
        if (!claimed.claimed) throw new AppError('internal_error')
        await ports.audit.record(tx, [caseEvent(caller, 'claim', found, { queue })])
        return found
      })
      return proposalId === undefined ? null : views.compose(caller, proposalId)
    },

    /** What `claimNext` would take now, without taking it. Somebody else may be quicker. Audited as a search. */
    async peek(caller: Caller, queue: QueueKey): Promise<NextCase> {
      const proposalId = await intake.findNext(db, caller.actor, queue, false)
      const row = proposalId === undefined ? undefined : await intake.getProposal(db, caller.actor, proposalId)
      const { subjectId: _, ...event } = caseEvent(caller, 'search', proposalId ?? '', { by: 'next', queue })
      await ports.audit.write({ ...event, subjectId: proposalId ?? null })
      if (!row) return { next: null }
      const { intakeId, receiptNumber, fullName, nikMasked, snapshot, submittedAt, dueAt } = row
      return {
        next: {
          id: row.proposalId,
          intakeId,
          receiptNumber,
          fullName,
          nikMasked,
          state: snapshot.state,
          version: snapshot.version,
          flags: [...snapshot.flags],
          queue: row.queue,
          submittedAt: submittedAt.toISOString(),
          dueAt: dueAt?.toISOString() ?? null,
        },
      }
    },
  }
}
export type NextCases = ReturnType<typeof createNextCase>
