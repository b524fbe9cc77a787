import { z } from 'zod'
import type { NotYetActiveItem, NotYetActiveQuery } from '../../../contracts/api/batch-results.ts'
import type { MembershipOutcome } from '../../../contracts/lifecycle/states.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db } from '../../database.ts'
import { batchRegionsOf } from '../batches/batch-access.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import { type LateRow, listLate } from './recheck.repository.ts'

type NotYetActiveDeps = { db: Db; clock: Clock; ports: Pick<EnrolmentPorts, 'regions' | 'audit'> }

const DAY_MS = 24 * 60 * 60 * 1000
const cursorContent = z.tuple([z.iso.date(), z.guid()])

const cursorOf = ({ effectiveOn, proposalId }: LateRow): string =>
  Buffer.from(JSON.stringify([effectiveOn, proposalId])).toString('base64url')

function readCursor(cursor: string): { effectiveOn: string; proposalId: string } {
  const refused = new AppError('invalid_input', { issues: [{ path: 'cursor', code: 'cursor_invalid' }] })
  try {
    const content = cursorContent.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    if (!content.success) throw refused
    const [effectiveOn, proposalId] = content.data
    return { effectiveOn, proposalId }
  } catch (cause) {
    if (cause instanceof SyntaxError) throw refused
    throw cause
  }
}

const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)

/** Who should be active by now and is not, for those who have to ask BPJS about it. */
export function createNotYetActive({ db, clock, ports }: NotYetActiveDeps) {
  return {
    /** Of the caller's kab/kota, the longest late first. Of another place or batch: nobody. Audited as a reading of people. */
    async list(
      { actor, requestId }: Caller,
      { regionCode: wanted, batchId, cursor, limit }: NotYetActiveQuery,
    ): Promise<{ items: NotYetActiveItem[]; nextCursor: string | null }> {
      const now = clock.now()
      const todays = batchRegionsOf(actor, ports.regions)
        .filter((regionCode) => wanted === undefined || regionCode === wanted)
        .map((regionCode) => ({ regionCode, today: dayInZone(now, ports.regions.timeZoneOf(regionCode)) }))
      const todayOf = new Map(todays.map(({ regionCode, today }) => [regionCode, today]))
      const rows = await listLate(
        db,
        todays,
        batchId ?? null,
        cursor === undefined ? null : readCursor(cursor),
        limit + 1,
      )
      const page = rows.slice(0, limit)
      await ports.audit.write({
        actorId: actor.userId,
        actorRole: actor.role,
        action: 'read_not_yet_active',
        subjectType: null,
        subjectId: null,
        requestId,
        officeId: actor.officeId,
        regionCode: actor.regionCode,
        details: { rows: page.length },
      })
      const last = page.at(-1)
      return {
        items: page.map(({ membership, membershipAt, recheckAt, ...row }) => ({
          ...row,
          daysLate: daysBetween(row.effectiveOn, todayOf.get(row.regionCode) ?? row.effectiveOn),
          membership: membership as MembershipOutcome | null,
          membershipAt: membershipAt?.toISOString() ?? null,
          askedAgainAt: recheckAt?.toISOString() ?? null,
        })),
        nextCursor: rows.length > limit && last ? cursorOf(last) : null,
      }
    },
  }
}
export type NotYetActive = ReturnType<typeof createNotYetActive>
