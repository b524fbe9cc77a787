import { z } from 'zod'
import type { Actor } from '../../../contracts/access.ts'
import type { NotYetActiveItem, NotYetActiveQuery } from '../../../contracts/api/batch-results.ts'
import type { AuditEvent } from '../../../contracts/audit-actions.ts'
import type { MembershipOutcome } from '../../../contracts/lifecycle/states.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import { daysBetween } from '../../../contracts/primitives/calendar-day.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db } from '../../database.ts'
import { batchRegionsOf } from '../batches/batch-access.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import { type LateRow, listLate } from './recheck.repository.ts'
import type { Rechecks } from './recheck.service.ts'

type NotYetActiveDeps = {
  db: Db
  clock: Clock
  rechecks: Pick<Rechecks, 'askNow'>
  ports: Pick<EnrolmentPorts, 'regions' | 'audit'>
}

const cursorContent = z.tuple([z.iso.date(), z.guid()])

const cursorOf = ({ dueOn, proposalId }: LateRow): string =>
  Buffer.from(JSON.stringify([dueOn, proposalId])).toString('base64url')

function readCursor(cursor: string): { dueOn: string; proposalId: string } {
  const refused = new AppError('invalid_input', { issues: [{ path: 'cursor', code: 'cursor_invalid' }] })
  try {
    const content = cursorContent.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    if (!content.success) throw refused
    const [dueOn, proposalId] = content.data
    return { dueOn, proposalId }
  } catch (cause) {
    if (cause instanceof SyntaxError) throw refused
    throw cause
  }
}

/** Who should be active by now and is not, for those who have to ask BPJS about it. */
export function createNotYetActive({ db, clock, rechecks, ports }: NotYetActiveDeps) {
  /** The day and the clock in each kab/kota of the caller, or in the one that is wanted of them. */
  const todaysOf = (actor: Actor, wanted?: string) => {
    const now = clock.now()
    return batchRegionsOf(actor, ports.regions)
      .filter((regionCode) => wanted === undefined || regionCode === wanted)
      .map((regionCode) => {
        const timeZone = ports.regions.timeZoneOf(regionCode)
        return { regionCode, timeZone, today: dayInZone(now, timeZone) }
      })
  }

  const toItem = (row: LateRow, todays: ReturnType<typeof todaysOf>): NotYetActiveItem => {
    const { membership, membershipAt, recheckAt, dueOn, ...rest } = row
    const today = todays.find(({ regionCode }) => regionCode === row.regionCode)?.today ?? dueOn
    return {
      ...rest,
      daysLate: daysBetween(dueOn, today),
      membership: membership as MembershipOutcome | null,
      membershipAt: membershipAt?.toISOString() ?? null,
      askedAgainAt: recheckAt?.toISOString() ?? null,
    }
  }

  const audited = ({ actor, requestId }: Caller): Omit<AuditEvent, 'action' | 'subjectType' | 'subjectId'> => ({
    actorId: actor.userId,
    actorRole: actor.role,
    requestId,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
  })

  return {
    /** Of the caller's kab/kota, the longest late first. Of another place or batch: nobody. Audited as a reading of people. */
    async list(
      caller: Caller,
      { regionCode: wanted, batchId, cursor, limit }: NotYetActiveQuery,
    ): Promise<{ items: NotYetActiveItem[]; nextCursor: string | null }> {
      const todays = todaysOf(caller.actor, wanted)
      const after = cursor === undefined ? null : readCursor(cursor)
      const rows = await listLate(db, todays, { batchId }, after, limit + 1)
      const page = rows.slice(0, limit)
      const read = { action: 'read_not_yet_active', subjectType: null, subjectId: null } as const
      await ports.audit.write({ ...audited(caller), ...read, details: { rows: page.length } })
      const last = page.at(-1)
      return {
        items: page.map((row) => toItem(row, todays)),
        nextCursor: rows.length > limit && last ? cursorOf(last) : null,
      }
    },

    /**
     * Has the product ask BPJS about one of them now: after a branch has mended something nobody waits for the night. Null when the answer
     * makes the person active; the family is told then. `not_found` for who is not in the list of the caller, or not any more, `bpjs_unavailable` without an
     * answer. May be repeated.
     */
    async ask(caller: Caller, proposalId: string): Promise<NotYetActiveItem | null> {
      const todays = todaysOf(caller.actor)
      const find = async (): Promise<LateRow | undefined> => (await listLate(db, todays, { proposalId }, null, 1))[0]
      const row = await find()
      if (!row) throw new AppError('not_found')
      const isActive = await rechecks.askNow(row, (outcome) => ({
        ...audited(caller),
        action: 'ask_whether_active',
        subjectType: 'proposal',
        subjectId: proposalId,
        details: { batchId: row.batchId, outcome },
      }))
      if (isActive) return null
      const after = await find()
      // Taken back meanwhile.
      if (!after) throw new AppError('not_found')
      return toItem(after, todays)
    },
  }
}
export type NotYetActive = ReturnType<typeof createNotYetActive>
