import type { Actor } from '../../../contracts/access.ts'
import type { Evidence } from '../../../contracts/api/lists.ts'
import type { App } from '../../../platform/http/index.ts'
import type { Intake } from '../../intake/index.ts'
import { registerDriftRoutes } from './drift.routes.ts'
import { createTelling, type TellingDeps } from './telling.service.ts'

export type DriftTellingDeps = TellingDeps & { intake: Pick<Intake, 'getProposal'> }

/** What the product does about people whose membership changed: telling them, and showing a case what lists say. */
export function createDriftTelling(deps: DriftTellingDeps) {
  const { db, intake, drifts, audit } = deps
  const telling = createTelling(deps)

  /** Throws `not_found` unless the caller may see the proposal. Audited. */
  const findEvidence = async (actor: Actor, proposalId: string, requestId: string): Promise<Evidence> => {
    const row = await intake.getProposal(db, actor, proposalId)
    await db.transaction().execute((tx) =>
      audit.record(tx, [
        {
          actorId: actor.userId,
          actorRole: actor.role,
          action: 'read_proposal',
          subjectType: 'proposal',
          subjectId: proposalId,
          requestId,
          officeId: row.officeId,
          details: { part: 'evidence' },
        },
      ]),
    )
    return row.nikIndex === null ? { poor: [], membership: [] } : drifts.findEvidence(row.nikIndex)
  }

  return {
    registerRoutes(app: App): void {
      registerDriftRoutes(app, { tell: telling.tell, findEvidence })
    },
    /** See `createTelling`. */
    goOn: telling.goOn,
  }
}
