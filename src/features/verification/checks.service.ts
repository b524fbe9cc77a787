import type { JournalData } from '../../contracts/lifecycle/journal.ts'
import { addWorkingHours, REACTIVATION_WORKING_HOURS } from '../../contracts/lifecycle/working-time.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { MembershipDirectory, MembershipResult } from '../bpjs/index.ts'
import type { Db, Tx } from '../database.ts'
import { type CheckSubject, type HolidayCalendar, type Intake, type Move, SYSTEM } from '../intake/index.ts'
import { decisionEvent, noticeOf } from './check-consequences.domain.ts'
import {
  type CheckPlan,
  checkMembership,
  flagsAfter,
  isCheckWanted,
  MEMBERSHIP_PATIENCE_MS,
  planAfterChecks,
} from './check-plan.domain.ts'
import {
  type CheckResultRow,
  type LockedCase,
  listUnanswered,
  lockCases,
  type MembershipCheckRow,
  writeFindings,
} from './checks.repository.ts'
import { duplicateFlagMove } from './duplicate-flag.ts'
import { checkDuplicates, type Surroundings, searchSurroundings } from './duplicate-search.service.ts'
import { type FoundPair, likenessOf, listWithOpenPair, replaceOpenPairs } from './duplicates.repository.ts'
import { checkFormat } from './format-check.domain.ts'
import { toMembershipRow } from './membership-row.ts'
import type { VerificationPorts } from './verification.ports.ts'

/** One content version of a proposal to be checked; `isRetry` when BPJS owed the answer before. */
export type WantedCheck = { proposalId: string; version: number; isRetry: boolean }

/** What became of a batch: those to be asked about again. All others are done. */
export type CheckedBatch = { askAgain: WantedCheck[] }

export type ChecksDeps = {
  db: Db
  intake: Pick<Intake, 'moveMany' | 'loadCheckSubjects' | 'recordLikeness'>
  directory: MembershipDirectory
  sealer: Sealer
  clock: Clock
  holidays: HolidayCalendar
  ids: Ids
  ports: Pick<VerificationPorts, 'audit' | 'notices' | 'regions' | 'reactivation'>
}

/** A batch writes when its slowest answer is there: longer than the client's own 8 seconds nobody waits for one. */
const LOOK_UP_DEADLINE_MS = 10_000

/** A quick answer writes the beginning and the end of its checks at once; from here on people see that a case is looked at. */
const VISIBLE_AFTER_MS = 250

/** Of a long outage's backlog, what one pass of the schedule moves; the next pass takes the next. */
const HAND_OVER_MAX = 500

/** All that is known about one subject before the database is written to. */
type Examined = {
  wanted: WantedCheck
  subject: CheckSubject
  membership: MembershipResult
  surroundings: Surroundings | undefined
  startedAt: Date
}

type Judged = Examined & { plan: CheckPlan; locked: LockedCase; startsNow: boolean }

export function createChecks(deps: ChecksDeps) {
  const { db, intake, directory, clock, holidays, ports } = deps

  const startMove = ({ proposalId, snapshot }: CheckSubject, at: Date): Move => ({
    proposalId,
    action: 'start_checks',
    mover: SYSTEM,
    version: snapshot.version,
    at,
  })

  const begin = async (subjects: readonly CheckSubject[], at: Date): Promise<void> => {
    const fresh = subjects.filter((subject) => subject.snapshot.state === 'submitted')
    if (fresh.length === 0) return
    await db.transaction().execute((tx) =>
      intake.moveMany(
        tx,
        fresh.map((subject) => startMove(subject, at)),
      ),
    )
  }

  const askMembership = async (subject: CheckSubject): Promise<MembershipResult> => {
    const { nik, fullName, birthDate, sex } = subject
    const now = clock.now()
    if (nik !== null) {
      const deadline = new Date(now.getTime() + LOOK_UP_DEADLINE_MS)
      return directory.lookUp({ nik, fullName, birthDate, sex }, { deadline })
    }
    return {
      outcome: 'unavailable',
      kind: 'rejected',
      reason: 'unusable_nik',
      retryable: false,
      retryAfterMs: null,
      source: 'manual',
      checkedAt: now,
      asOf: null,
    }
  }

  /** Everything that waits for somebody else, at the same time: BPJS, the search, and, when that takes long, the move to `checking`. */
  const examine = async (wanted: readonly WantedCheck[]): Promise<Examined[]> => {
    const current = new Map(wanted.map((check) => [contentKey(check.proposalId, check.version), check]))
    const ids = [...new Set(wanted.map((check) => check.proposalId))]
    const subjects = (await intake.loadCheckSubjects(db, ids)).filter(
      ({ proposalId, snapshot }) => current.has(contentKey(proposalId, snapshot.version)) && isCheckWanted(snapshot),
    )
    // People who took over at the patience limit have format and duplicates before them already.
    const toSearch = subjects.filter((subject) => subject.snapshot.state !== 'in_review')
    const startedAt = clock.now()
    const beginning = startLater(() => begin(subjects, startedAt), VISIBLE_AFTER_MS)
    const [searched, ...answered] = await Promise.allSettled([
      searchSurroundings(db, toSearch),
      ...subjects.map(askMembership),
    ])
    const failure = [searched, ...answered].find((result) => result.status === 'rejected')
    if (failure) await beginning.startNow()
    await beginning.settle()
    if (searched.status === 'rejected') throw searched.reason
    return subjects.flatMap((subject, index) => {
      const answer = answered[index]
      const check = current.get(contentKey(subject.proposalId, subject.snapshot.version))
      if (answer?.status === 'rejected') throw answer.reason
      if (!answer || !check) return []
      const surroundings = searched.value.get(subject.proposalId)
      return [{ wanted: check, subject, membership: answer.value, surroundings, startedAt }]
    })
  }

  const isOverdue = ({ snapshot, submittedAt }: CheckSubject): boolean => {
    // A corrected version is as old as its own submission; its checks began a moment later.
    const since = snapshot.version === 1 ? submittedAt.getTime() : Date.parse(snapshot.stateSince)
    return clock.now().getTime() - since >= MEMBERSHIP_PATIENCE_MS
  }

  /** A question that failed again changes nothing: no row is written for it until people must see the case. */
  const isWorthWriting = ({ wanted, subject, membership }: Examined): boolean => {
    if (membership.outcome !== 'unavailable' || !wanted.isRetry || subject.snapshot.state === 'submitted') return true
    return subject.snapshot.state !== 'in_review' && (isOverdue(subject) || !membership.retryable)
  }

  const judge = (
    examined: readonly Examined[],
    locked: readonly LockedCase[],
    open: ReadonlyMap<string, number>,
  ): Judged[] => {
    const lockedById = new Map(locked.map((row) => [row.proposalId, row]))
    const now = clock.now()
    return examined.flatMap((one) => {
      const row = lockedById.get(one.subject.proposalId)
      if (!row || row.snapshot.version !== one.wanted.version) return []
      const startsNow = row.snapshot.state === 'submitted'
      const plan = planAfterChecks({
        snapshot: startsNow ? { ...row.snapshot, state: 'checking' } : row.snapshot,
        isLeased: row.leaseHolder !== null && row.leaseUntil !== null && row.leaseUntil > now,
        hasOpenDuplicate: open.has(row.proposalId),
        membership: one.membership,
        isOverdue: isOverdue(one.subject),
      })
      return [{ ...one, plan, locked: row, startsNow }]
    })
  }

  const resultsOf = ({ subject, membership, surroundings }: Judged, at: Date): CheckResultRow[] => {
    const checks = [checkMembership(membership)]
    if (surroundings) {
      const { birthDate, sex, relationship, nik, familyCardNumber } = subject
      const today = dayInZone(at, ports.regions.timeZoneOf(subject.regionCode))
      const { maritalStatus, head } = surroundings
      const stated = { nik, familyCardNumber, birthDate, sex, relationship, maritalStatus }
      checks.push(checkFormat({ ...stated, confirmedWarnings: subject.warnings }, head, today))
      checks.push(checkDuplicates(surroundings.pairs))
    }
    const { proposalId, snapshot } = subject
    return checks.map((check) => ({ ...check, proposalId, version: snapshot.version, checkedAt: at }))
  }

  const membershipRowOf = ({ subject, membership }: Judged, at: Date): MembershipCheckRow[] => {
    if (membership.outcome === 'unavailable') return []
    const about = { proposalId: subject.proposalId, version: subject.snapshot.version, recordedBy: null }
    return [toMembershipRow(deps, membership, { ...about, recordedAt: at })]
  }

  /** A household has so long to bring the papers of a reactivation. */
  const withDeadline = async (
    tx: Tx,
    move: NonNullable<CheckPlan['move']>,
    { proposalId, regionCode }: CheckSubject,
    membership: MembershipResult,
  ): Promise<typeof move> => {
    if (move.action !== 'auto_reactivation') return move
    const found = membership.outcome === 'found_inactive' ? membership : undefined
    const configured = await ports.reactivation.endOf(tx, { proposalId, regionCode }, found)
    if (configured) return { ...move, data: { ...move.data, correctionDueAt: configured.toISOString() } }
    const closed = await holidays.of(tx, regionCode)
    const end = addWorkingHours(clock.now(), REACTIVATION_WORKING_HOURS, ports.regions.timeZoneOf(regionCode), closed)
    return { ...move, data: { ...move.data, correctionDueAt: end.toISOString() } }
  }

  const movesOf = async (tx: Tx, { plan, subject, membership, startsNow, startedAt }: Judged): Promise<Move[]> => {
    const { proposalId, snapshot } = subject
    return [
      ...(startsNow ? [startMove(subject, startedAt)] : []),
      ...(plan.move
        ? [
            {
              proposalId,
              mover: SYSTEM,
              version: snapshot.version,
              ...(await withDeadline(tx, plan.move, subject, membership)),
            },
          ]
        : []),
    ]
  }

  /** The other half of a pair carries the flag as long as any pair of it is open. */
  const flagOthers = (
    locked: readonly LockedCase[],
    judged: readonly Judged[],
    open: ReadonlyMap<string, number>,
  ): Move[] => {
    const own = new Set(judged.filter((one) => one.plan.move).map((one) => one.subject.proposalId))
    return locked.flatMap((row) => (own.has(row.proposalId) ? [] : duplicateFlagMove(row, open)))
  }

  const commit = async (
    tx: Tx,
    examined: readonly Examined[],
    end: (tx: Tx, askAgain: readonly WantedCheck[]) => Promise<void>,
  ): Promise<WantedCheck[]> => {
    const now = clock.now()
    const pairs = distinctPairs(examined)
    const ids = examined.map((one) => one.subject.proposalId)
    const concerned = new Set([...ids, ...pairs.flatMap((pair) => [pair.lowId, pair.highId])])
    const lockedSubjects = await lockCases(tx, [...concerned])
    const searchedIds = examined.filter((one) => one.surroundings).map((one) => one.subject.proposalId)
    let open = await listWithOpenPair(tx, [...concerned])
    if (pairs.length > 0 || searchedIds.some((id) => open.has(id))) {
      await replaceOpenPairs(tx, searchedIds, pairs, now)
      open = await listWithOpenPair(tx, [...concerned])
      await intake.recordLikeness(tx, likenessOf([...concerned], open))
    }
    const judged = judge(examined, lockedSubjects, open)
    await writeFindings(tx, {
      checks: judged.flatMap((one) => resultsOf(one, now)),
      memberships: judged.flatMap((one) => membershipRowOf(one, now)),
    })
    const own: Move[] = []
    for (const one of judged) own.push(...(await movesOf(tx, one)))
    const moves = [...own, ...flagOthers(lockedSubjects, judged, open)]
    const results = await intake.moveMany(tx, moves)
    const refused = results.find((result) => !result.moved)
    // The rows are locked and the plan was made from them, so a refusal is a defect, not a race.
    if (refused) throw new AppError('internal_error', { details: { proposalId: refused.proposalId } })
    const notices = judged.flatMap((one) => noticeOf(one, results))
    if (notices.length > 0) await ports.notices.record(tx, notices)
    await ports.audit.record(tx, judged.flatMap(decisionEvent))
    const askAgain = judged.filter((one) => one.plan.askAgain).map((one) => one.wanted)
    await end(tx, askAgain)
    return askAgain
  }

  return {
    /**
     * Checks a batch of content versions and moves each by the rules; the answers of BPJS are awaited before the first row is
     * locked. Results, moves, notices, audit entries and whatever `end` does commit together. A version that is no longer current and a
     * case that people have decided are passed over. May be repeated: a second run finds nothing left to do.
     * Throws only when the database or a stored value fails; then at most the move to `checking` has happened.
     */
    async checkBatch(
      wanted: readonly WantedCheck[],
      end: (tx: Tx, askAgain: readonly WantedCheck[]) => Promise<void>,
    ): Promise<CheckedBatch> {
      const examined = await examine(wanted)
      const worthWriting = examined.filter(isWorthWriting)
      const silent = examined.filter((one) => !isWorthWriting(one) && stillOwed(one)).map((one) => one.wanted)
      if (worthWriting.length === 0) return { askAgain: silent }
      const owed = await db
        .transaction()
        .execute((tx) => commit(tx, worthWriting, (inner, askAgain) => end(inner, [...silent, ...askAgain])))
      return { askAgain: [...silent, ...owed] }
    },

    /**
     * Puts cases that BPJS has not answered within the patience limit before people, flagged. The question is asked on by
     * its job. May run anywhere, any number of times; returns how many it moved, at most 500.
     */
    async handOverUnanswered(): Promise<number> {
      const now = clock.now()
      const silent = await listUnanswered(db, new Date(now.getTime() - MEMBERSHIP_PATIENCE_MS), HAND_OVER_MAX)
      if (silent.length === 0) return 0
      return db.transaction().execute(async (tx) => {
        const ids = silent.map((one) => one.proposalId)
        const locked = await lockCases(tx, ids)
        const open = await listWithOpenPair(tx, ids)
        const moves = locked
          .filter((row) => row.snapshot.state === 'checking')
          .map((row): Move => {
            const found = {
              hasOpenDuplicate: open.has(row.proposalId),
              membership: { outcome: 'unavailable' } as const,
            }
            const flags = flagsAfter(row.snapshot.flags, found)
            const data: JournalData = { flags, membership: 'unavailable', membershipAt: now.toISOString() }
            return { proposalId: row.proposalId, action: 'complete_checks', mover: SYSTEM, data }
          })
        const results = await intake.moveMany(tx, moves)
        return results.filter((result) => result.moved).length
      })
    },
  }
}
export type Checks = ReturnType<typeof createChecks>

/** Work that is done after a while, or when asked for, or not at all. */
function startLater(work: () => Promise<void>, ms: number) {
  let begun: Promise<void> | undefined
  const startNow = (): Promise<void> => {
    begun ??= work()
    // Whoever settles it is told; nobody has to be there when it fails.
    begun.catch(() => {})
    return begun
  }
  const timer = setTimeout(() => void startNow(), ms)
  return {
    startNow,
    /** Calls it off, or waits for its end when it has begun. */
    async settle(): Promise<void> {
      clearTimeout(timer)
      await begun
    },
  }
}

function contentKey(proposalId: string, version: number): string {
  return `${proposalId}-${version}`
}

function stillOwed({ membership }: Examined): boolean {
  return membership.outcome === 'unavailable' && membership.retryable
}

/** Two proposals of one batch find each other twice. */
function distinctPairs(examined: readonly Examined[]): FoundPair[] {
  const pairs = examined.flatMap((one) => one.surroundings?.pairs ?? [])
  return [...new Map(pairs.map((pair) => [`${pair.lowId} ${pair.highId}`, pair])).values()]
}
