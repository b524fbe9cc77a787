import { noticeName } from '../../contracts/events/notices.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'
import { SYSTEM } from './move.ts'
import type { Moves } from './moves.service.ts'
import { listProposalsByIds } from './proposal.repository.ts'

/** Keys outlive any realistic time without a network. */
const IDEMPOTENCY_DAYS = 180
const EXPIRY_BATCH = 200

/** What happens by the calendar alone. Each may run anywhere, any number of times. */
export function createMaintenance(deps: { db: Db; clock: Clock; moves: Moves; ports: Pick<IntakePorts, 'notices'> }) {
  const { db, clock, moves, ports } = deps
  return {
    /** Forgets idempotency keys older than 180 days. */
    async purgeIdempotencyKeys(): Promise<void> {
      const before = new Date(clock.now().getTime() - IDEMPOTENCY_DAYS * 24 * 60 * 60 * 1000)
      await db.deleteFrom('idempotency_key').where('created_at', '<', before).execute()
    },

    /** Closes returned cases whose time to answer has passed, and tells the resident. */
    async expireCorrections(): Promise<number> {
      return db.transaction().execute(async (tx) => {
        const due = await tx
          .selectFrom('proposal_status')
          .select('proposal_id')
          .where('correction_due_at', '<', clock.now())
          .where('state', '=', 'needs_correction')
          .orderBy('correction_due_at')
          .limit(EXPIRY_BATCH)
          .execute()
        const results = await moves.moveMany(
          tx,
          due.map((row) => ({
            proposalId: row.proposal_id,
            action: 'expire',
            mover: SYSTEM,
            data: { closedAs: 'expired' },
          })),
        )
        const expired = results.filter((result) => result.moved)
        const rows = await listProposalsByIds(
          tx,
          expired.map((result) => result.proposalId),
        )
        await ports.notices.record(
          tx,
          rows.map((row) => ({
            intakeId: row.intakeId,
            proposalId: row.proposalId,
            version: row.snapshot.version,
            template: 'closed',
            variables: { name: noticeName(row.fullName), closedAs: 'expired' },
          })),
        )
        return expired.length
      })
    },
  }
}
