import type { Actor } from '../../../contracts/access.ts'
import type { FamilyRole, SetAsideCode } from '../../../contracts/api/batches.ts'
import { activeOn } from '../../../contracts/enrolment-dates.ts'
import type { ErrorCode } from '../../../contracts/errors.ts'
import { type Notice, noticeName } from '../../../contracts/events/notices.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db, Tx } from '../../database.ts'
import type { EnrolmentSubject, Intake, MoveResult } from '../../intake/index.ts'
import type { EnrolmentPorts } from '../enrolment.ports.ts'
import type { Rules } from '../rules/rules.service.ts'
import { lockBatch, markSealed, type StoredBatch, takeSerial } from './batch.repository.ts'
import { batchEvent } from './batch-access.ts'
import { type CheckedRow, freezeRows, listToSeal, type RowToSeal } from './batch-rows.repository.ts'
import { createContentHash, inBatchOrder, type RowContent, totalsOf } from './content.domain.ts'
import { familyRoleOf } from './family-role.domain.ts'
import { sealContent } from './row-sealing.ts'
import { setAsideCodeOf } from './seal-judgement.domain.ts'

export type BatchSealingDeps = {
  db: Db
  intake: Pick<Intake, 'moveMany' | 'listSeatStandings' | 'loadEnrolmentSubjects'>
  rules: Pick<Rules, 'on'>
  sealer: Sealer
  clock: Clock
  ports: Pick<EnrolmentPorts, 'regions' | 'offices' | 'audit' | 'notices' | 'quota'>
}

/** `unfit`: these rows cannot go any more; nothing else has happened. `refused`: the batch as a whole cannot. */
export type SealOutcome =
  | { kind: 'sealed' }
  | { kind: 'unfit'; rows: CheckedRow[] }
  | { kind: 'refused'; code: ErrorCode }

class Unfit extends Error {
  readonly rows: CheckedRow[]
  constructor(rows: CheckedRow[]) {
    super('rows of a batch cannot be sealed')
    this.rows = rows
  }
}

/** A puskesmas that BPJS knows is the first-level facility of the families that register there. Other desks are none. */
const FIRST_LEVEL_KIND = 'puskesmas'

const yearOf = (day: string): number => Number(day.slice(0, 4))

export function createBatchSealing({ db, intake, rules, sealer, clock, ports }: BatchSealingDeps) {
  const contentsOf = async (
    tx: Tx,
    subjects: readonly EnrolmentSubject[],
    roles: ReadonlyMap<string, FamilyRole | null>,
    timeZone: string,
  ): Promise<RowContent[]> => {
    const offices = await ports.offices.listByIds(tx, [...new Set(subjects.map(({ officeId }) => officeId))])
    const facilities = new Map(
      offices.flatMap(({ id, kind, name, facilityCode }) =>
        kind === FIRST_LEVEL_KIND && facilityCode ? [[id, { name, code: facilityCode }] as const] : [],
      ),
    )
    return subjects.map((subject) => {
      const place = ports.regions.findPlace(subject.villageCode)
      const facility = facilities.get(subject.officeId)
      const { role, isClear } = familyRoleOf(subject.relationship, roles.get(subject.proposalId) ?? null)
      // Asked for when it was checked: nobody without a number comes here.
      if (subject.nik === null) throw new AppError('awaiting_nik')
      return {
        proposalId: subject.proposalId,
        receiptNumber: subject.receiptNumber,
        familyCardNumber: subject.familyCardNumber,
        nik: subject.nik,
        fullName: subject.fullName,
        relationship: subject.relationship,
        familyRole: role,
        familyRoleClear: isClear,
        birthPlace: subject.birthPlace,
        birthDate: subject.birthDate,
        sex: subject.sex,
        maritalStatus: subject.maritalStatus,
        phone: subject.phone,
        street: subject.street,
        rt: subject.rt,
        rw: subject.rw,
        postalCode: subject.postalCode ?? place?.postalCode ?? null,
        villageCode: subject.villageCode,
        villageName: place?.name ?? null,
        districtCode: place?.district.code ?? subject.villageCode.slice(0, 8),
        districtName: place?.district.name ?? null,
        facilityCode: facility?.code ?? null,
        facilityName: facility?.name ?? null,
        proposedOn: dayInZone(subject.submittedAt, timeZone),
      }
    })
  }

  const moveAll = async (tx: Tx, rows: readonly RowToSeal[], actor: Actor) => {
    const mover = { id: actor.userId, role: actor.role }
    const results = await intake.moveMany(
      tx,
      rows.map(({ proposalId, version }) => ({ proposalId, version, action: 'seal' as const, mover })),
    )
    const unfit = results.flatMap((result): CheckedRow[] =>
      result.moved
        ? []
        : [
            {
              proposalId: result.proposalId,
              code: setAsideCodeOf(result.refusal) satisfies SetAsideCode,
              checkedAt: null,
            },
          ],
    )
    if (unfit.length > 0) throw new Unfit(unfit)
    return new Map(
      results.flatMap((result: MoveResult) => (result.moved ? [[result.proposalId, result.after] as const] : [])),
    )
  }

  /** A budget that was cut has sent some of them back to the line: they are set aside, and the others may go. */
  const requireSeats = async (tx: Tx, rows: readonly RowToSeal[]): Promise<void> => {
    const seats = await intake.listSeatStandings(
      tx,
      rows.map(({ proposalId }) => proposalId),
    )
    const waiting = rows.filter(({ proposalId }) => seats.get(proposalId)?.state === 'waiting')
    if (waiting.length === 0) return
    throw new Unfit(waiting.map(({ proposalId }) => ({ proposalId, code: 'waiting_for_seat', checkedAt: null })))
  }

  const sealWithin = async (tx: Tx, batch: StoredBatch, actor: Actor): Promise<void> => {
    const { id: batchId, regionCode } = batch
    const rows = await listToSeal(tx, batchId)
    if (rows.length === 0) throw new AppError('batch_changed')
    await requireSeats(tx, rows)

    const now = clock.now()
    const timeZone = ports.regions.timeZoneOf(regionCode)
    const today = dayInZone(now, timeZone)
    const rule = await rules.on(tx, regionCode, today)
    const expectedActiveOn = rule && activeOn(rule, today)
    const proposalIds = rows.map(({ proposalId }) => proposalId)
    // Before the move, which commits what is left in the year of its own day.
    await ports.quota.commitSeats(tx, { regionCode, year: yearOf(expectedActiveOn ?? today), proposalIds })
    const moved = await moveAll(tx, rows, actor)

    const subjects = await intake.loadEnrolmentSubjects(tx, proposalIds)
    const roles = new Map(rows.map(({ proposalId, familyRole }) => [proposalId, familyRole]))
    const contents = inBatchOrder(await contentsOf(tx, subjects, roles, timeZone))
    const hash = createContentHash()
    for (const content of contents) hash.add(content)
    await freezeRows(
      tx,
      batchId,
      contents.map((content, index) => ({
        proposalId: content.proposalId,
        position: index + 1,
        content: sealContent(sealer, batchId, content),
      })),
    )

    const year = yearOf(today)
    const serial = await takeSerial(tx, regionCode, year)
    const number = `${regionCode.replace('.', '')}-${year}-${String(serial).padStart(4, '0')}`
    const digest = hash.digest()
    await markSealed(tx, batchId, {
      number,
      sealedBy: actor.userId,
      sealedByName: actor.displayName,
      sealedAt: now,
      rows: contents.length,
      hash: digest,
      totals: totalsOf(contents),
      rule,
      expectedActiveOn,
    })

    const caller = { actor, requestId: batchId }
    await ports.audit.record(tx, [
      batchEvent(caller, 'seal_batch', batch, { number, rows: contents.length, sha256: digest.toString('hex') }),
      ...contents.map(({ proposalId }) => ({
        ...batchEvent(caller, 'submit_to_bpjs', batch, { batchId }),
        subjectType: 'proposal',
        subjectId: proposalId,
      })),
    ])
    await ports.notices.record(
      tx,
      subjects.flatMap(({ proposalId, intakeId, fullName }): Notice[] => {
        const after = moved.get(proposalId)
        if (!after) return []
        const { version, sequence } = after
        const variables = { name: noticeName(fullName) }
        return [{ intakeId, proposalId, version, sequence, template: 'submitted_to_bpjs', variables }]
      }),
    )
  }

  return {
    /**
     * Seals a batch whose rows have all been answered about, in one transaction: state and journal of every proposal, seats, frozen
     * rows, number, hash, audit, notices. Nothing has happened unless the outcome is `sealed`. Two at once: one of them seals, the other
     * finds it done.
     */
    async seal(batch: StoredBatch, actor: Actor): Promise<SealOutcome> {
      try {
        await db.transaction().execute(async (tx) => {
          const locked = await lockBatch(tx, null, batch.id)
          if (locked?.state !== 'checking' || locked.askedAt?.getTime() !== batch.askedAt?.getTime()) return
          await sealWithin(tx, locked, actor)
        })
        return { kind: 'sealed' }
      } catch (error) {
        if (error instanceof Unfit) return { kind: 'unfit', rows: error.rows }
        // Of our database: tried again. What a person has to mend: told to them.
        if (error instanceof AppError && error.code !== 'internal_error' && error.code !== 'service_unavailable') {
          return { kind: 'refused', code: error.code }
        }
        throw error
      }
    },
  }
}
export type BatchSealing = ReturnType<typeof createBatchSealing>
