import { HOLD_REASONS, type PacingState } from '../../../contracts/api/whatsapp-pacing.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Db } from '../../database.ts'
import { accountDay, countsHandOvers, DAY_MS, type PacingRules, warmUpLimit } from './pacing.domain.ts'
import { countHandOvers, countHeld, findAccount } from './pacing.repository.ts'

const MINUTES_PER_HOUR = 60
const MS_PER_SECOND = 1_000

const timeOfDay = (minutes: number): string =>
  [Math.floor(minutes / MINUTES_PER_HOUR), minutes % MINUTES_PER_HOUR]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')

/** By which rules messages are spread over time, and how much of the limits is used: for operators to look at. */
export function createPacingState(deps: { db: Db; clock: Clock; gateway: string; rules: PacingRules }) {
  const { db, clock, gateway, rules } = deps
  const { quietHours, jitter, contactHourLimit, contactDayLimit, warmUp, coldDayLimit, coldNotices } = rules
  const settings: PacingState['settings'] = {
    quietHours: quietHours && { from: timeOfDay(quietHours.from), to: timeOfDay(quietHours.to) },
    distance: jitter && { minSeconds: jitter.minMs / MS_PER_SECOND, maxSeconds: jitter.maxMs / MS_PER_SECOND },
    contactHourLimit,
    contactDayLimit,
    warmUp: warmUp && warmUp.map(({ day, limit }) => ({ day, limit })),
    coldDayLimit,
    coldNotices,
  }
  return {
    async read(): Promise<PacingState> {
      const now = clock.now()
      const [account, held, used] = await Promise.all([
        findAccount(db, gateway),
        countHeld(db),
        countsHandOvers(rules) ? countHandOvers(db, gateway, new Date(now.getTime() - DAY_MS)) : null,
      ])
      // What is sent first begins the account.
      const since = account?.since ?? now
      return {
        gateway,
        settings,
        account: { since: account?.since.toISOString() ?? null, day: accountDay(since, now) },
        use: used && { ...used, limit: warmUp && warmUpLimit(warmUp, since, now) },
        held: HOLD_REASONS.flatMap((reason) => {
          const count = held[reason] ?? 0
          return count > 0 ? { reason, count } : []
        }),
      }
    },
  }
}

export type PacingStateReader = ReturnType<typeof createPacingState>
