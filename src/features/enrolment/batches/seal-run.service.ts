import type { SetAsideCode } from '../../../contracts/api/batches.ts'
import type { ErrorCode } from '../../../contracts/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Bpjs, MembershipResult } from '../../bpjs/index.ts'
import type { Db, Tx } from '../../database.ts'
import type { CheckSubject, Intake } from '../../intake/index.ts'
import type { EnrolmentPorts } from '../enrolment.ports.ts'
import { findBatch, lockBatch, noteProblem, reopenBatch, type StoredBatch } from './batch.repository.ts'
import { batchRegionsOf } from './batch-access.ts'
import {
  type CheckedRow,
  countBatchRows,
  listToCheck,
  type RowToCheck,
  setUnansweredAside,
  writeChecked,
} from './batch-rows.repository.ts'
import { judgeAnswer } from './seal-judgement.domain.ts'
import type { BatchSealing } from './sealing.service.ts'

export type SealRunDeps = {
  db: Db
  intake: Pick<Intake, 'loadCheckSubjects'>
  directory: Bpjs['directory']
  sealing: BatchSealing
  clock: Clock
  ports: Pick<EnrolmentPorts, 'regions' | 'accounts' | 'membership'>
}

/** Rows whose answers commit together. */
const GROUP = 50
const LOOK_UP_MS = 30_000
/** Silence of BPJS is waited out for so long after the sealing was asked for, as after a registration. */
const PATIENCE_MS = 30 * 60 * 1000

type Judged = {
  row: RowToCheck
  subject: CheckSubject | undefined
  code: SetAsideCode | null
  answer: MembershipResult | null
}

export function createSealRun({ db, intake, directory, sealing, clock, ports }: SealRunDeps) {
  const ask = async (row: RowToCheck, subject: CheckSubject | undefined): Promise<Judged> => {
    const unfit = (code: SetAsideCode): Judged => ({ row, subject, code, answer: null })
    if (subject?.snapshot.state !== 'eligible') return unfit('not_eligible')
    if (subject.snapshot.version !== row.version) return unfit('version_conflict')
    if (subject.nik === null) return unfit('awaiting_nik')
    const { nik, fullName, birthDate, sex } = subject
    const deadline = new Date(clock.now().getTime() + LOOK_UP_MS)
    const answer = await directory.lookUp({ nik, fullName, birthDate, sex }, { deadline, fresh: true })
    return { row, subject, code: judgeAnswer(answer, row.acceptInactive), answer }
  }

  const isSilent = ({ answer }: Judged): boolean => answer?.outcome === 'unavailable' && answer.retryable

  /** The inactive whom nobody may propose as new: approved before BPJS said so, or by an answer that named another payer. */
  const listBarred = (tx: Tx, judged: readonly Judged[]): Promise<ReadonlySet<string>> => {
    const inactive = judged.filter(({ code, answer }) => {
      return answer?.outcome === 'found_inactive' && (code === null || code === 'member_inactive')
    })
    return ports.membership.listPaidElsewhere(
      tx,
      inactive.flatMap(({ subject }) => subject ?? []),
    )
  }

  /** One group with its answers in one transaction: after a crash the next run goes on behind it. */
  const record = async (batch: StoredBatch, judged: readonly Judged[]): Promise<void> => {
    await db.transaction().execute(async (tx) => {
      const locked = await lockBatch(tx, null, batch.id)
      // Somebody stopped it, or another worker has it.
      if (!isSameRun(locked, batch)) return
      await ports.membership.recordAnswers(
        tx,
        judged.flatMap(({ row: { proposalId, version }, answer }) => (answer ? [{ proposalId, version, answer }] : [])),
      )
      const barred = await listBarred(tx, judged)
      const isBarred = ({ row }: Judged): boolean => barred.has(row.proposalId)
      const checked = judged.map((one): CheckedRow => {
        const code = isBarred(one) ? 'other_segment_pays' : one.code
        return { proposalId: one.row.proposalId, code, checkedAt: one.answer?.checkedAt ?? null }
      })
      // The moment of the check, not of an answer kept by hand: the lifecycle looks at its age.
      const now = clock.now()
      await writeChecked(
        tx,
        batch.id,
        checked.map((row) => (row.code === null ? { ...row, checkedAt: now } : row)),
      )
      // Last: it gives seats back, and whoever holds a budget waits for nobody.
      await ports.membership.recallPaidElsewhere(
        tx,
        judged.filter(isBarred).flatMap(({ subject }) => subject ?? []),
        batch.id,
      )
    })
  }

  /** Asks about all rows that have no answer yet. Throws `bpjs_unavailable` to be tried again. */
  const checkAll = async (batch: StoredBatch, signal: AbortSignal): Promise<void> => {
    const silent: string[] = []
    const isOver = clock.now().getTime() - (batch.askedAt?.getTime() ?? 0) >= PATIENCE_MS
    for (;;) {
      signal.throwIfAborted()
      const rows = await listToCheck(db, batch.id, silent, GROUP)
      if (rows.length === 0) break
      const current = await findBatch(db, null, batch.id)
      if (!isSameRun(current, batch)) return
      const subjects = await intake.loadCheckSubjects(
        db,
        rows.map(({ proposalId }) => proposalId),
      )
      const byId = new Map(subjects.map((subject) => [subject.proposalId, subject]))
      const judged = await Promise.all(rows.map((row) => ask(row, byId.get(row.proposalId))))
      const waiting = judged.filter(isSilent)
      await record(
        batch,
        judged.filter((one) => !isSilent(one)),
      )
      silent.push(...waiting.map(({ row }) => row.proposalId))
      // Nobody of the group was answered: BPJS is away, and the others would not fare better.
      if (waiting.length === rows.length) break
    }
    if (silent.length === 0) return
    if (!isOver) {
      await noteProblem(db, batch.id, 'bpjs_unavailable')
      throw new AppError('bpjs_unavailable')
    }
    await inRun(batch, (tx) => setUnansweredAside(tx, batch.id))
  }

  const inRun = (batch: StoredBatch, work: (tx: Tx) => Promise<void>): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const locked = await lockBatch(tx, null, batch.id)
      if (isSameRun(locked, batch)) await work(tx)
    })

  const reopen = (batch: StoredBatch, problem: ErrorCode): Promise<void> =>
    inRun(batch, (tx) => reopenBatch(tx, batch.id, problem))

  /** Seals when nothing stands in the way, else opens the batch again. True when there is nothing more to do. */
  const finish = async (batch: StoredBatch): Promise<boolean> => {
    const actor = batch.askedBy === null ? null : await ports.accounts.findActor(db, batch.askedBy)
    // Their rights as they are now: somebody who was switched off meanwhile seals nothing.
    if (actor?.role !== 'penyetuju' || !batchRegionsOf(actor, ports.regions).includes(batch.regionCode)) {
      await reopen(batch, 'forbidden')
      return true
    }
    const counts = (await countBatchRows(db, [batch.id])).get(batch.id)
    if (counts && counts.set_aside > 0 && !batch.sealRest) {
      await reopen(batch, 'rows_set_aside')
      return true
    }
    const outcome = await sealing.seal(batch, actor)
    if (outcome.kind === 'sealed') return true
    if (outcome.kind === 'refused') {
      await reopen(batch, outcome.code)
      return true
    }
    await inRun(batch, (tx) => writeChecked(tx, batch.id, outcome.rows))
    return false
  }

  return {
    /**
     * Goes on with the sealing of a batch until it is sealed or open again. May be repeated and run by two at once. Throws
     * `bpjs_unavailable` while BPJS is silent, to be tried again; stops between groups when `signal` is aborted, and throws then.
     */
    async goOn(batchId: string, signal: AbortSignal): Promise<void> {
      for (;;) {
        signal.throwIfAborted()
        const batch = await findBatch(db, null, batchId)
        if (batch?.state !== 'checking') return
        await checkAll(batch, signal)
        if (await finish(batch)) return
      }
    },
  }
}
export type SealRun = ReturnType<typeof createSealRun>

/** The batch is still being checked for the same wish. */
function isSameRun(now: StoredBatch | undefined, begun: StoredBatch): boolean {
  return now?.state === 'checking' && now.askedAt?.getTime() === begun.askedAt?.getTime()
}
