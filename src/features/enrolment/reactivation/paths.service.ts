import type {
  DatedReactivationPath,
  PutReactivationPath,
  ReactivationPath,
} from '../../../contracts/api/reactivation.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { ReactivationReason } from '../../../contracts/reactivation-terms.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db } from '../../database.ts'
import { pathOn } from './path.domain.ts'
import type { Caller, ReactivationPorts } from './reactivation.ports.ts'
import { listPaths, putPath } from './reactivation.repository.ts'

type PathsDeps = { db: Db; clock: Clock; ports: Pick<ReactivationPorts, 'regions' | 'audit'> }

/** The dated days and words of each path in a kab/kota. */
export function createReactivationPaths({ db, clock, ports }: PathsDeps) {
  const requireOwn = ({ actor }: Caller, regionCode: string): void => {
    if (!ports.regions.kabKotaIn(actor.regionCode).includes(regionCode)) throw new AppError('not_found')
  }

  const todayIn = (regionCode: string): string => dayInZone(clock.now(), ports.regions.timeZoneOf(regionCode))

  return {
    /** The paths of a kab/kota within the caller's region with the shipped ones behind them. Another one: `not_found`. */
    async list(caller: Caller, regionCode: string): Promise<DatedReactivationPath[]> {
      requireOwn(caller, regionCode)
      const paths = await listPaths(db, [regionCode])
      const today = todayIn(regionCode)
      return paths.map((path) => ({ ...path, countsToday: pathOn(paths, path.reason, today) === path }))
    },

    /**
     * Sets days and words of a path from today or a later day on; its steps stay those that count on that day. May be repeated. Refuses
     * days that are over (`invalid_input`): cases have been told by them.
     */
    async put(
      caller: Caller,
      { code, reason, validFrom }: { code: string; reason: ReactivationReason; validFrom: string },
      input: PutReactivationPath,
    ): Promise<ReactivationPath> {
      requireOwn(caller, code)
      const { actor, requestId } = caller
      if (validFrom < todayIn(code)) {
        throw new AppError('invalid_input', { issues: [{ path: 'validFrom', code: 'date_in_past' }] })
      }
      return db.transaction().execute(async (tx) => {
        const former = pathOn(await listPaths(tx, [code]), reason, validFrom)
        if (!former) throw new AppError('not_found')
        const path = { ...former, ...input, regionCode: code, validFrom }
        await putPath(tx, path, actor.userId, clock.now())
        await ports.audit.record(tx, [
          {
            actorId: actor.userId,
            actorRole: actor.role,
            action: 'record_reactivation_path',
            subjectType: 'reactivation_path',
            subjectId: code,
            requestId,
            officeId: actor.officeId,
            regionCode: code,
            details: { reason, validFrom, deadlineDays: input.deadlineDays },
          },
        ])
        return path
      })
    },
  }
}
export type ReactivationPaths = ReturnType<typeof createReactivationPaths>
