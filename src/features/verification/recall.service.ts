import type { AuditEvent } from '../../contracts/audit-actions.ts'
import { translate } from '../../contracts/text/index.ts'
import type { Db, Tx } from '../database.ts'
import { type CheckSubject, type Intake, SYSTEM } from '../intake/index.ts'
import { lockCases } from './checks.repository.ts'
import { withdrawnNotice } from './decision-notice.domain.ts'
import { listWithOpenPair } from './duplicates.repository.ts'
import type { VerificationPorts } from './verification.ports.ts'

type RecallDeps = {
  intake: Pick<Intake, 'moveMany'>
  ports: Pick<VerificationPorts, 'audit' | 'notices' | 'reactivation'>
}

export type RecalledCase = Pick<CheckSubject, 'proposalId' | 'intakeId' | 'regionCode' | 'officeId' | 'fullName'>

/** Approvals that the product itself takes back. */
export function createRecalls({ intake, ports }: RecallDeps) {
  return {
    /** Of these cases those that nobody may propose as new, by the newest answer and the reason that follows from it. */
    listPaidElsewhere: (
      executor: Db,
      cases: readonly Pick<RecalledCase, 'proposalId' | 'regionCode'>[],
    ): Promise<ReadonlySet<string>> => ports.reactivation.listPaidElsewhere(executor, cases),

    /**
     * Takes back the approvals of people whom another segment pays for: the cases are in review again, and the families hear that it is
     * looked at anew. One that is not approved any more stays where it is. The last locks that the caller's transaction takes.
     */
    async recallPaidElsewhere(tx: Tx, cases: readonly RecalledCase[], requestId: string): Promise<void> {
      if (cases.length === 0) return
      const ids = cases.map(({ proposalId }) => proposalId)
      await lockCases(tx, ids)
      const open = await listWithOpenPair(tx, ids)
      const moves = await intake.moveMany(
        tx,
        ids.map((proposalId) => ({
          proposalId,
          action: 'recall',
          mover: SYSTEM,
          // As of a decision that a person takes back: whose it was has no first claim on the case.
          data: open.has(proposalId)
            ? { addFlags: ['potential_duplicate'], removeFlags: ['resubmitted'] }
            : { removeFlags: ['potential_duplicate', 'resubmitted'] },
          reasons: [{ code: 'NOTE', note: translate('id', 'verification', 'recall.other_segment_pays') }],
        })),
      )
      const moved = new Map(moves.flatMap((move) => (move.moved ? [[move.proposalId, move.after] as const] : [])))
      const recalled = cases.flatMap((one) => {
        const after = moved.get(one.proposalId)
        return after === undefined ? [] : [{ ...one, version: after.version, sequence: after.sequence }]
      })
      await ports.notices.record(tx, recalled.map(withdrawnNotice))
      await ports.audit.record(
        tx,
        recalled.map(
          ({ proposalId, officeId, regionCode }): AuditEvent => ({
            actorId: null,
            actorRole: 'system',
            action: 'recall',
            subjectType: 'proposal',
            subjectId: proposalId,
            requestId,
            officeId,
            regionCode,
            details: { why: 'other_segment_pays' },
          }),
        ),
      )
    },
  }
}
export type Recalls = ReturnType<typeof createRecalls>
