import type { PacingRules } from '../../../src/features/whatsapp/index.ts'
import type { World } from './world.ts'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const FREE: PacingRules = {
  quietHours: null,
  jitter: null,
  contactHourLimit: null,
  contactDayLimit: null,
  warmUp: null,
  coldDayLimit: null,
  coldNotices: true,
  timeZone: 'Asia/Jakarta',
}
export const NIGHT = { from: 20 * 60, to: 8 * 60 }

/** When something is due next; null: nothing is open. */
export async function nextDueAt(world: World): Promise<Date | null> {
  const row = await world.database.owner
    .selectFrom('outbox')
    .select((select) => select.fn.min('due_at').as('at'))
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return row.at
}
