import type { ReactivationPath } from '../../../contracts/api/reactivation.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { ReactivationItem } from '../../../contracts/reactivation-terms.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db, Tx } from '../../database.ts'
import { type ItemRecord, mayBeProposed, missingItems, pathOn } from './path.domain.ts'
import type { ReactivationCase, ReactivationPorts } from './reactivation.ports.ts'
import { listPaths, listRecords, listSetReasons, type SetReason } from './reactivation.repository.ts'
import { type InactiveFinding, readReason } from './reason.domain.ts'

export type Way = { path: ReactivationPath; records: ItemRecord[]; set: SetReason | undefined }

const DAY_MS = 24 * 60 * 60 * 1000

type WaysDeps = { clock: Clock; ports: Pick<ReactivationPorts, 'regions' | 'membership'> }

/** Where cases stand on their way back, for whoever decides about them. */
export function createWays({ clock, ports }: WaysDeps) {
  const dayIn = (regionCode: string, at: Date): string => dayInZone(at, ports.regions.timeZoneOf(regionCode))

  /** Of these cases those with a reason, each with the path that counts today. On the caller's connection. */
  const listWays = async (executor: Db, cases: readonly ReactivationCase[]): Promise<Map<string, Way>> => {
    const ways = new Map<string, Way>()
    if (cases.length === 0) return ways
    const ids = cases.map(({ proposalId }) => proposalId)
    const answers = await ports.membership.listAnswers(executor, ids)
    const set = await listSetReasons(executor, ids)
    const reasonOf = (id: string) => set.get(id)?.reason ?? readReason(answers.get(id))
    const concerned = cases.filter(({ proposalId }) => reasonOf(proposalId) !== null)
    if (concerned.length === 0) return ways
    const records = await listRecords(
      executor,
      concerned.map(({ proposalId }) => proposalId),
    )
    const paths = await listPaths(executor, [...new Set(concerned.map(({ regionCode }) => regionCode))])
    for (const { proposalId, regionCode } of concerned) {
      const reason = reasonOf(proposalId)
      const own = paths.filter((path) => path.regionCode === null || path.regionCode === regionCode)
      const path = reason && pathOn(own, reason, dayIn(regionCode, clock.now()))
      if (path) ways.set(proposalId, { path, records: records.get(proposalId) ?? [], set: set.get(proposalId) })
    }
    return ways
  }

  return {
    listWays,

    /** Of these cases those that nobody may approve as new: their reason says that another segment pays. */
    async listPaidElsewhere(executor: Db, cases: readonly ReactivationCase[]): Promise<Set<string>> {
      const ways = await listWays(executor, cases)
      return new Set([...ways].flatMap(([id, { path, records }]) => (mayBeProposed(path, records) ? [] : [id])))
    },

    /**
     * Throws unless the papers of the case are complete: `invalid_input` names each item that is missing, `reactivation_needs_person`
     * when its path does not lead back to review. A case without an answer about it has no path.
     */
    async requireComplete(tx: Tx, one: ReactivationCase): Promise<void> {
      const way = (await listWays(tx, [one])).get(one.proposalId)
      if (!way) return
      if (!way.path.outcomes.includes('in_review')) {
        throw new AppError('reactivation_needs_person', { details: { outcomes: way.path.outcomes.join(' ') } })
      }
      const missing = missingItems(way.path, way.records)
      if (missing.length === 0) return
      throw new AppError('invalid_input', {
        issues: missing.map((item: ReactivationItem) => ({ path: `reactivation.${item}`, code: 'required' })),
      })
    },

    /**
     * When a case is closed that begins to wait now, by the path of its answer or of the reason that was set; null when nobody has
     * confirmed a number of days.
     */
    async endOf(executor: Db, one: ReactivationCase, finding: InactiveFinding | undefined): Promise<Date | null> {
      const set = (await listSetReasons(executor, [one.proposalId])).get(one.proposalId)
      const reason = set?.reason ?? readReason(finding)
      const now = clock.now()
      const path = reason && pathOn(await listPaths(executor, [one.regionCode]), reason, dayIn(one.regionCode, now))
      return path?.deadlineDays ? new Date(now.getTime() + path.deadlineDays * DAY_MS) : null
    },
  }
}
export type Ways = ReturnType<typeof createWays>
