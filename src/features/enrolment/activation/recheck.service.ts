import type { AuditEvent } from '../../../contracts/audit-actions.ts'
import { type Notice, noticeName } from '../../../contracts/events/notices.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Bpjs, MembershipResult } from '../../bpjs/index.ts'
import type { Db, Tx } from '../../database.ts'
import { type CheckSubject, type Intake, SYSTEM } from '../../intake/index.ts'
import type { EnrolmentPorts } from '../enrolment.ports.ts'
import {
  type AskedRow,
  type DueRow,
  isActive,
  listDue,
  listUnmarkedLate,
  listWaitingRegions,
  lockAccepted,
  lockDue,
  type NextAsking,
  writeAsked,
} from './recheck.repository.ts'
import { RECHECK_HOUR, SILENCE_MS } from './recheck-times.ts'

export type RechecksDeps = {
  db: Db
  intake: Pick<Intake, 'moveMany' | 'loadCheckSubjects'>
  directory: Bpjs['directory']
  clock: Clock
  ports: Pick<EnrolmentPorts, 'regions' | 'audit' | 'notices' | 'membership'>
}

/** Rows whose answers commit together. */
const GROUP = 50
/** Of one run, each minute: 12,000 an hour, so that the checks of new proposals do not wait for a night's work. */
const GROUPS_PER_RUN = 4
const LOOK_UP_MS = 30_000
/** Somebody waits in front of the screen. */
const LOOK_UP_NOW_MS = 10_000
const MARKED_AT_ONCE = 200

type Answered = { row: DueRow; subject: CheckSubject | undefined; answer: MembershipResult | null }

/** Asks BPJS about accepted people from their day on, until it says that they are active. Nothing but that answer confirms anybody. */
export function createRechecks({ db, intake, directory, clock, ports }: RechecksDeps) {
  const ask = async (row: DueRow, subject: CheckSubject | undefined, withinMs = LOOK_UP_MS): Promise<Answered> => {
    if (subject?.snapshot.state !== 'submitted_to_bpjs' || subject.nik === null) return { row, subject, answer: null }
    const { nik, fullName, birthDate, sex } = subject
    const deadline = new Date(clock.now().getTime() + withinMs)
    const answer = await directory.lookUp({ nik, fullName, birthDate, sex }, { deadline, fresh: true })
    return { row, subject, answer }
  }

  const isSilent = ({ answer }: Answered): boolean => answer?.outcome === 'unavailable' && answer.retryable

  const nextOf = (one: Answered, now: Date): NextAsking => {
    if (one.answer === null) return 'never'
    return isSilent(one) ? { at: new Date(now.getTime() + SILENCE_MS) } : 'tonight'
  }

  const confirmedEvent = ({ row, subject }: Answered): AuditEvent => ({
    actorId: null,
    actorRole: 'system',
    action: 'confirm_active',
    subjectType: 'proposal',
    subjectId: row.proposalId,
    requestId: row.batchId,
    officeId: subject?.officeId ?? null,
    regionCode: row.regionCode,
    details: { batchId: row.batchId },
  })

  /** Confirms those whom BPJS calls active; who they are. The lifecycle judges the answer that has just been recorded. */
  const confirm = async (tx: Tx, answered: readonly Answered[]): Promise<Set<string>> => {
    const active = answered.filter(({ answer }) => answer?.outcome === 'found_active')
    const moves = await intake.moveMany(
      tx,
      active.map(({ row: { proposalId } }) => ({ proposalId, action: 'confirm_active', mover: SYSTEM })),
    )
    const moved = new Map(moves.flatMap((move) => (move.moved ? [[move.proposalId, move.after] as const] : [])))
    const confirmed = active.filter(({ row }) => moved.has(row.proposalId))
    if (confirmed.length === 0) return new Set()
    await ports.audit.record(tx, confirmed.map(confirmedEvent))
    await ports.notices.record(
      tx,
      confirmed.flatMap(({ row: { proposalId }, subject }): Notice[] => {
        const after = moved.get(proposalId)
        if (!subject || !after) return []
        const { intakeId, fullName } = subject
        const { version, sequence } = after
        const variables = { name: noticeName(fullName) }
        return [{ intakeId, proposalId, version, sequence, template: 'active_confirmed', variables }]
      }),
    )
    return new Set(moved.keys())
  }

  /**
   * One group with all that follows from its answers in one transaction: a run that dies has told nobody anything that is not so. `asking`:
   * the entry of somebody who has asked about it before it was due. Returns whom it confirmed.
   */
  const record = (answered: readonly Answered[], asking: AuditEvent | null): Promise<Set<string>> =>
    db.transaction().execute(async (tx) => {
      const now = clock.now()
      const due = await lockDue(
        tx,
        asking === null ? now : null,
        answered.map(({ row }) => row),
      )
      const own = answered.filter(({ row }) => due.has(row.proposalId))
      await ports.membership.recordAnswers(
        tx,
        own.flatMap(({ row: { proposalId }, subject, answer }) =>
          subject && answer ? [{ proposalId, version: subject.snapshot.version, answer }] : [],
        ),
      )
      const active = await confirm(tx, own)
      await writeAsked(
        tx,
        own.map((one) => {
          const timeZone = ports.regions.timeZoneOf(one.row.regionCode)
          const place = { today: dayInZone(now, timeZone), timeZone }
          const asked: AskedRow = active.has(one.row.proposalId)
            ? { ...one.row, isActive: true }
            : { ...one.row, isActive: false, next: nextOf(one, now) }
          return { ...asked, ...place }
        }),
        RECHECK_HOUR,
      )
      if (asking !== null) await ports.audit.record(tx, [asking])
      return active
    })

  const askDue = async (signal: AbortSignal): Promise<void> => {
    const tried: string[] = []
    for (let group = 0; group < GROUPS_PER_RUN; group += 1) {
      signal.throwIfAborted()
      const rows = await listDue(db, clock.now(), tried, GROUP)
      if (rows.length === 0) return
      const subjects = await intake.loadCheckSubjects(
        db,
        rows.map(({ proposalId }) => proposalId),
      )
      const byId = new Map(subjects.map((subject) => [subject.proposalId, subject]))
      const answered = await Promise.all(rows.map((row) => ask(row, byId.get(row.proposalId))))
      await record(answered, null)
      tried.push(...rows.map(({ proposalId }) => proposalId))
      // Nobody of the group was answered: BPJS is away, and the others would not fare better.
      if (answered.every(isSilent)) return
    }
  }

  /** Who is not active although the day has passed, whatever BPJS says or does not say: a person looks. */
  const markLate = async (regionCode: string, signal: AbortSignal): Promise<void> => {
    const timeZone = ports.regions.timeZoneOf(regionCode)
    const place = { regionCode, timeZone, today: dayInZone(clock.now(), timeZone) }
    for (;;) {
      signal.throwIfAborted()
      const late = await listUnmarkedLate(db, place, MARKED_AT_ONCE)
      if (late.length === 0) return
      const marked = await db.transaction().execute(async (tx) => {
        const accepted = await lockAccepted(
          tx,
          late.map(({ proposalId }) => proposalId),
        )
        const moves = await intake.moveMany(
          tx,
          accepted.map((proposalId) => ({
            proposalId,
            action: 'record_flags',
            mover: SYSTEM,
            data: { addFlags: ['not_yet_active'] },
          })),
        )
        return moves.filter(({ moved }) => moved).length
      })
      if (marked === 0) return
    }
  }

  return {
    /**
     * Asks about one of them now, for somebody who waits, past the same-day cache; all that follows is as if it had been due. Without an
     * answer nothing changes: `bpjs_unavailable`. May be repeated. `eventOf`: the entry of who has asked, by what was answered. Returns
     * whether the answer has confirmed the person, or that of another question at the same moment.
     */
    async askNow(row: DueRow, eventOf: (outcome: string | null) => AuditEvent): Promise<boolean> {
      const [subject] = await intake.loadCheckSubjects(db, [row.proposalId])
      const answered = await ask(row, subject, LOOK_UP_NOW_MS)
      const { answer } = answered
      if (answer?.outcome === 'unavailable') {
        throw new AppError('bpjs_unavailable', { details: { reason: answer.reason } })
      }
      const active = await record([answered], eventOf(answer?.outcome ?? null))
      return active.has(row.proposalId) || (await isActive(db, row))
    },

    /**
     * Asks about those who are due, and shows those who are late. Repeatable, also by several at once; each group is settled by itself, and
     * the next run goes on with the others. Stops between groups when `signal` is aborted, and throws then.
     */
    async run(signal: AbortSignal): Promise<void> {
      await askDue(signal)
      for (const regionCode of await listWaitingRegions(db)) await markLate(regionCode, signal)
    },
  }
}
export type Rechecks = ReturnType<typeof createRechecks>
