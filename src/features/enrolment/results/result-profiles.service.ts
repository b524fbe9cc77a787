import type {
  ResultProfile,
  ResultProfileChange,
  ResultProfileDefinition,
} from '../../../contracts/api/result-profiles.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db } from '../../database.ts'
import { batchRegionsOf } from '../batches/batch-access.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import { findResultProfile, putResultProfile, type StoredResultProfile } from './result-profile.repository.ts'

type ResultProfilesDeps = { db: Db; clock: Clock; ids: Ids; ports: Pick<EnrolmentPorts, 'regions' | 'audit'> }

const toView = (regionCode: string, stored: StoredResultProfile): ResultProfile => {
  const isOwn = stored.regionCode !== null
  return { regionCode, isOwn, version: isOwn ? stored.version : 0, definition: stored.definition }
}

/** How files of results are read in a kab/kota: headers, words and codes, as data. */
export function createResultProfiles({ db, clock, ids, ports }: ResultProfilesDeps) {
  const requireOwn = ({ actor }: Caller, regionCode: string): void => {
    if (!batchRegionsOf(actor, ports.regions).includes(regionCode)) throw new AppError('not_found')
  }

  return {
    /** The profile that counts in a kab/kota of the caller's. Another one: `not_found`. */
    async get(caller: Caller, regionCode: string): Promise<ResultProfile> {
      requireOwn(caller, regionCode)
      return toView(regionCode, await findResultProfile(db, regionCode))
    },

    /** Gives a kab/kota its own profile, or changes it. Files that were sent before keep what was read. Throws `version_conflict`. */
    async put(caller: Caller, regionCode: string, input: ResultProfileChange): Promise<ResultProfile> {
      requireOwn(caller, regionCode)
      const { actor, requestId } = caller
      await db.transaction().execute(async (tx) => {
        const change = { id: ids.next(), regionCode, ...input, by: actor.userId, at: clock.now() }
        if (!(await putResultProfile(tx, change))) throw new AppError('version_conflict')
        await ports.audit.record(tx, [
          {
            actorId: actor.userId,
            actorRole: actor.role,
            action: 'change_result_profile',
            subjectType: 'result_profile',
            subjectId: regionCode,
            requestId,
            officeId: actor.officeId,
            regionCode,
            details: { version: input.version + 1 },
          },
        ])
      })
      return toView(regionCode, await findResultProfile(db, regionCode))
    },

    async definitionOf(regionCode: string): Promise<ResultProfileDefinition> {
      return (await findResultProfile(db, regionCode)).definition
    },
  }
}
export type ResultProfiles = ReturnType<typeof createResultProfiles>
