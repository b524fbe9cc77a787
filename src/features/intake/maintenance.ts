import type { AuditEvent } from '../../contracts/audit-actions.ts'
import { type NoticeContent, noticeName } from '../../contracts/events/notices.ts'
import { addWorkingHours, REMINDER_LEAD_HOURS, REMINDER_NOTICE_HOURS } from '../../contracts/lifecycle/working-time.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db, Tx } from '../database.ts'
import { deleteHoldsBefore } from './export.repository.ts'
import type { HolidayCalendar, IntakePorts } from './intake.ports.ts'
import { type Move, type MoveResult, SYSTEM } from './move.ts'
import type { Moves } from './moves.service.ts'
import { listProposalsByIds, type ProposalRow } from './proposal.repository.ts'
import { listWaiting, type WaitingCase } from './waiting.repository.ts'

/** Keys outlive any realistic time without a network. */
const IDEMPOTENCY_DAYS = 180
const BATCH = 200
/** Two working days are always over within this, with the longest holidays (a week around Idul Fitri) and weekends between them. */
const REMINDER_LEAD_DAYS = 21
const DAY_MS = 24 * 60 * 60 * 1000

const expiredEvent = ({ proposalId, officeId, regionCode }: ProposalRow): AuditEvent => ({
  actorId: null,
  actorRole: 'system',
  action: 'expire',
  subjectType: 'proposal',
  subjectId: proposalId,
  requestId: null,
  officeId,
  regionCode,
})

/** What happens by the calendar alone. Each may run anywhere, any number of times. */
export function createMaintenance(deps: {
  db: Db
  clock: Clock
  holidays: HolidayCalendar
  moves: Moves
  ports: Pick<IntakePorts, 'audit' | 'notices' | 'regions'>
}) {
  const { db, clock, holidays, moves, ports } = deps

  const zoneOf = ({ regionCode }: { regionCode: string }): string => ports.regions.timeZoneOf(regionCode)
  const hoursFrom = async (tx: Tx, now: Date, hours: number, one: WaitingCase): Promise<Date> =>
    addWorkingHours(now, hours, zoneOf(one), await holidays.of(tx, one.regionCode))

  const moveAndTell = async (
    tx: Tx,
    wanted: readonly Move[],
    contentOf: (row: ProposalRow) => NoticeContent,
  ): Promise<ProposalRow[]> => {
    const moved = (await moves.moveMany(tx, wanted)).filter((result: MoveResult) => result.moved)
    const rows = await listProposalsByIds(
      tx,
      moved.map((result) => result.proposalId),
    )
    await ports.notices.record(
      tx,
      rows.map((row) => ({
        intakeId: row.intakeId,
        proposalId: row.proposalId,
        version: row.snapshot.version,
        sequence: row.snapshot.sequence,
        ...contentOf(row),
      })),
    )
    return rows
  }

  return {
    /** Forgets idempotency keys older than 180 days. */
    async purgeIdempotencyKeys(): Promise<void> {
      const before = new Date(clock.now().getTime() - IDEMPOTENCY_DAYS * DAY_MS)
      await db.deleteFrom('idempotency_key').where('created_at', '<', before).execute()
    },

    /** Forgets who downloaded an export, a day after the process that wrote it is gone. Nothing of an export itself is kept. */
    async forgetExports(): Promise<void> {
      await deleteHoldsBefore(db, new Date(clock.now().getTime() - DAY_MS))
    },

    /**
     * Reminds households, once per return, two working days before a case would be closed. Where that is late, because nothing
     * ran, the end moves: a working day is always left. Returns how many it reminded, at most 200.
     */
    async remindUnanswered(): Promise<number> {
      return db.transaction().execute(async (tx) => {
        const now = clock.now()
        const until = new Date(now.getTime() + REMINDER_LEAD_DAYS * DAY_MS)
        const wanted: Move[] = []
        for (const one of await listWaiting(tx, { until, reminded: false, limit: BATCH })) {
          if (one.dueAt > (await hoursFrom(tx, now, REMINDER_LEAD_HOURS, one))) continue
          const earliest = await hoursFrom(tx, now, REMINDER_NOTICE_HOURS, one)
          const data = one.dueAt < earliest ? { correctionDueAt: earliest.toISOString() } : {}
          wanted.push({ proposalId: one.proposalId, version: one.version, action: 'remind', mover: SYSTEM, data })
        }
        const reminded = await moveAndTell(tx, wanted, (row) => ({
          template: 'correction_reminder',
          variables: {
            name: noticeName(row.fullName),
            dueOn: dayInZone(new Date(row.snapshot.correctionDueAt ?? now), zoneOf(row)),
          },
        }))
        return reminded.length
      })
    },

    /**
     * Closes returned cases and reactivations whose time to answer has passed after a reminder, and tells the household.
     * Returns how many it closed, at most 200.
     */
    async expireUnanswered(): Promise<number> {
      return db.transaction().execute(async (tx) => {
        const due = await listWaiting(tx, { until: clock.now(), reminded: true, limit: BATCH })
        const wanted = due.map(
          (one): Move => ({
            proposalId: one.proposalId,
            version: one.version,
            action: 'expire',
            mover: SYSTEM,
            data: { closedAs: 'expired' },
          }),
        )
        const closed = await moveAndTell(tx, wanted, (row) => ({
          template: 'closed',
          variables: { name: noticeName(row.fullName), closedAs: 'expired' },
        }))
        await ports.audit.record(tx, closed.map(expiredEvent))
        return closed.length
      })
    },
  }
}
