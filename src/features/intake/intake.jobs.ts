import { noticeName } from '../../contracts/events/notices.ts'
import type { JobHandlers } from '../../platform/outbox/handlers.ts'
import type { Db } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'

export type IntakeJobs = JobHandlers<'intake'>

/** Names of those proposed in each intake, in the order they were entered. */
async function listProposedNames(db: Db, intakeIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('proposal')
    .select(['intake_id', 'full_name'])
    .where('intake_id', 'in', [...intakeIds])
    .orderBy('id')
    .execute()
  const names = new Map<string, string[]>()
  for (const row of rows) names.set(row.intake_id, [...(names.get(row.intake_id) ?? []), row.full_name])
  return names
}

/** Tells each household that its papers have arrived. */
export function createIntakeJobs(deps: { db: Db; notices: IntakePorts['notices'] }): IntakeJobs {
  const { db, notices } = deps
  return {
    'intake.received': async (items, context) => {
      await db.transaction().execute(async (tx) => {
        const names = await listProposedNames(
          tx,
          items.map((item) => item.payload.intakeId),
        )
        await notices.record(
          tx,
          items.flatMap(({ payload: { intakeId } }) => {
            const proposed = names.get(intakeId) ?? []
            if (proposed.length === 0) return []
            return [
              {
                intakeId,
                proposalId: null,
                version: 1,
                template: 'received',
                variables: { names: proposed.map(noticeName) },
              },
            ]
          }),
        )
        await context.settle(
          tx,
          items.map((item) => item.id),
        )
      })
    },
  }
}
