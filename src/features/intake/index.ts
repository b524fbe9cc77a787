import type { Pool } from 'pg'
import type { Actor } from '../../contracts/access.ts'
import { LEASE_MS, refusal } from '../../contracts/lifecycle/allowed.ts'
import { type QueueKey, queueRule } from '../../contracts/lifecycle/queues.ts'
import { UNDECIDED_STATES } from '../../contracts/lifecycle/states.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import { createPictureReader } from '../../platform/images/index.ts'
import type { Db, Tx } from '../database.ts'
import type { CheckSubject } from './check-subject.ts'
import { comparePeople } from './compare-people.ts'
import { createConsent } from './consent.service.ts'
import { listCorrected } from './corrected-view.ts'
import { createCorrections } from './corrections.service.ts'
import { rollUpCounts } from './counts.repository.ts'
import { createCounts } from './counts.service.ts'
import { type DataCheck, type DataReport, verifyData } from './data-check.service.ts'
import { createDocumentLinks } from './documents/document-links.ts'
import { registerDocumentRoutes } from './documents/documents.routes.ts'
import { createDocuments } from './documents/documents.service.ts'
import { type EnrolmentSubject, loadEnrolmentSubjects } from './enrolment-subject.ts'
import { listReasonCodes, listReceiptNumbers } from './event-facts.repository.ts'
import { registerExportRoutes } from './export.routes.ts'
import { createExports } from './exports.service.ts'
import { createIntakeJobs } from './intake.jobs.ts'
import type { HolidayCalendar, IntakePorts } from './intake.ports.ts'
import { CORRECTORS, OVERSEERS, READERS, REVEALERS, registerIntakeRoutes } from './intake.routes.ts'
import { dropLease, renewLease, takeLease } from './lease.repository.ts'
import { createMaintenance } from './maintenance.ts'
import { type Mover, SYSTEM } from './move.ts'
import { createMoves } from './moves.service.ts'
import { findNextCase } from './next-case.repository.ts'
import { createOwnStatus } from './own-status.service.ts'
import {
  findHeadName,
  findIntakeById,
  holdContact,
  listFlaggedIntakes,
  listProposalsByIds,
  listProposalsInScope,
  listProposalsOfIntakes,
  lockHousehold,
  type ProposalRow,
} from './proposal.repository.ts'
import { createProposalList } from './proposal-list.service.ts'
import { createProposals } from './proposals.service.ts'
import { createPublicStatus } from './public-status.service.ts'
import { placeOf } from './queue-place.domain.ts'
import type { ReceiptSettings } from './receipt.domain.ts'
import { registerReceiptRoutes } from './receipt.routes.ts'
import { createReceipts } from './receipt.service.ts'
import { createRegistration } from './registration.service.ts'
import { registerSavedViewRoutes } from './saved-view.routes.ts'
import { createSavedViews } from './saved-views.service.ts'
import { scopeOf } from './scope.ts'
import { createIntakeSealing } from './sealing.ts'
import { standingOf } from './standing.domain.ts'
import { endReservations, findStatus, listJournal, listJournals, writeLikeness } from './status.repository.ts'
import { registerStatusPageRoutes } from './status-page.routes.ts'
import { createWaitingFacts } from './waiting-facts.service.ts'

export type { CheckSubject } from './check-subject.ts'
export { type DataCheck, type DataFault, findBroken } from './data-check.service.ts'
export { runDataVerify } from './data-verify.command.ts'
export { deriveDocumentLinkKey } from './documents/document-links.ts'
export type { EnrolmentSubject } from './enrolment-subject.ts'
export type { HolidayCalendar, IntakePorts, SeatChange } from './intake.ports.ts'
export type { ReasonRecord } from './journal-record.ts'
export { type Move, type MoveResult, type Mover, SYSTEM } from './move.ts'
export type { ProposalRow } from './proposal.repository.ts'
export { composeStatusLink } from './receipt.domain.ts'
export { standingOf } from './standing.domain.ts'
export type { HistoryEntry } from './status.repository.ts'

export type IntakeDeps = {
  db: Db
  pool: Pool
  sealer: Sealer
  clock: Clock
  holidays: HolidayCalendar
  ids: Ids
  ports: IntakePorts
  receipt: ReceiptSettings
  /** From `deriveDocumentLinkKey`; the same on every machine. */
  documentLinkKey: Buffer
}

export type Claimed = { claimed: true; until: Date } | { claimed: false; holderId: string }

/** Households, proposals, the journal and its state machine. Other features move proposals only through `moveMany`. */
export function createIntake(deps: IntakeDeps) {
  const { db, pool, clock, holidays, ports, receipt } = deps
  const sealing = createIntakeSealing(deps.sealer)
  const moves = createMoves({
    clock,
    holidays,
    timeZoneOf: ports.regions.timeZoneOf,
    accounts: ports.accounts,
    seats: ports.seats,
  })
  const keepLease = async (executor: Db, proposalId: string, userId: string): Promise<void> => {
    const now = clock.now()
    await renewLease(executor, { proposalId, userId, now, until: new Date(now.getTime() + LEASE_MS) })
  }
  const documents = createDocuments({
    db,
    sealing,
    clock,
    ids: deps.ids,
    pictures: createPictureReader(),
    links: createDocumentLinks({ key: deps.documentLinkKey, clock }),
    keepLease,
    ports,
  })
  const registration = createRegistration({
    pool,
    db,
    sealing,
    clock,
    holidays,
    ids: deps.ids,
    ports,
    receipt,
    documents,
  })
  const proposals = createProposals({ db, sealing, moves, keepLease, ports })
  const list = createProposalList({ pool, db, sealing, clock, ports })
  const counts = createCounts({ db, clock, regions: ports.regions })
  const corrections = createCorrections({ db, sealing, clock, moves, proposals, documents, ports })
  const publicStatus = createPublicStatus({ db, sealing, clock, ports })
  const ownStatus = createOwnStatus({ sealing, clock, ports })
  const receipts = createReceipts({ db, ports, receipt })
  const consent = createConsent({ ports })
  const waiting = createWaitingFacts({ db, clock, holidays, counts, regions: ports.regions })
  const views = createSavedViews({ db, clock, ids: deps.ids, ports })
  const exports = createExports({ db, clock, ids: deps.ids, sealing, list, ports, revealers: REVEALERS })
  const maintenance = createMaintenance({ db, clock, holidays, moves, ports })

  return {
    registerRoutes(app: App): void {
      registerIntakeRoutes(app, { registration, proposals, list, counts, corrections, publicStatus })
      registerReceiptRoutes(app, { receipts, consent })
      registerDocumentRoutes(app, { documents, readers: READERS, uploaders: CORRECTORS, overseers: OVERSEERS })
      registerSavedViewRoutes(app, views)
      registerExportRoutes(app, exports)
      registerStatusPageRoutes(app, publicStatus)
    },
    /** For the console: what waits and where things lie. No person is read. */
    waiting,
    register: registration.register,
    /** See `Registration.findHolder`. */
    findHolder: registration.findHolder,
    moveMany: moves.moveMany,
    judgeMoves: moves.judgeMoves,
    /** Has the content version checked after the commit. May be repeated. */
    addCheck: ports.outbox.addCheck,
    getProposal: proposals.getProposal,

    /** Those of the proposals that the caller may see, in the order of their ids. */
    listProposals: (executor: Db, actor: Actor, proposalIds: readonly string[]): Promise<ProposalRow[]> =>
      listProposalsInScope(executor, scopeOf(actor, ports.regions.kabKotaIn), proposalIds),

    /** Id and version of everything that a filter of the list finds, in its order. See `ProposalList.collect`. */
    collectProposals: list.collect,

    /** What two proposals say of a person, field by field; numbers masked, and compared whole. */
    comparePeople: (left: ProposalRow, right: ProposalRow) =>
      comparePeople({ sealing, regions: ports.regions }, left, right),

    /**
     * The first case of a queue that the caller could claim now, undefined when there is none. With `lock` it stays theirs until the end of
     * the transaction, and nobody else is offered it meanwhile. Throws `forbidden` for a queue of other roles, and `action_not_allowed` for
     * one whose cases nobody claims.
     */
    async findNext(executor: Db, actor: Actor, queue: QueueKey, lock: boolean): Promise<string | undefined> {
      const rule = queueRule(queue)
      if (!rule.roles.includes(actor.role)) throw new AppError('forbidden')
      if (!rule.states.includes('in_review')) throw new AppError('action_not_allowed')
      const now = clock.now()
      return findNextCase(executor, {
        place: placeOf(queue, actor, now),
        scope: scopeOf(actor, ports.regions.kabKotaIn),
        sort: rule.sort,
        userId: actor.userId,
        now,
        lock,
      })
    },

    listHistory: listJournal,
    /** How these proposals stand with the seats of the local budget; those without are missing. */
    listSeatStandings: ports.seats.listStandings,
    /** What the last correction made of each field of a proposal, numbers masked; empty when none has been. */
    listCorrected: (executor: Db, row: ProposalRow) =>
      listCorrected({ sealing, regions: ports.regions }, executor, row),
    /** The whole journal of each proposal, unread ones left out. */
    listHistories: listJournals,
    /** What other systems may be told about households and moves: receipt numbers and reason codes. */
    listReceiptNumbers,
    listReasonCodes,
    jobs: createIntakeJobs({ db, ports }),
    rollUpCounts: (): Promise<void> => rollUpCounts(db),
    ...maintenance,
    forgetStatusGuesses: publicStatus.forgetStatusGuesses,
    /** Deletes photos that no household has named within their day. Repeatable. Returns how many. */
    sweepDocuments: documents.sweep,
    countDamagedDocuments: documents.countDamaged,
    lookUpPublicStatus: publicStatus.lookUpPublicStatus,
    ...ownStatus,

    /** Whether every row finds the rows that it belongs to, every status is what its journal tells, and every document opens. Changes nothing. */
    verifyData: (also: readonly DataCheck[]): Promise<DataReport> =>
      verifyData(db, { also, open: sealing.openDocument }),

    /** Identity and standing of the proposals, opened for the checks; unknown ids are left out. Ordered by id. */
    async loadCheckSubjects(executor: Db, proposalIds: readonly string[]): Promise<CheckSubject[]> {
      const rows = await listProposalsByIds(executor, proposalIds)
      return rows.map((row) => ({
        proposalId: row.proposalId,
        intakeId: row.intakeId,
        regionCode: row.regionCode,
        villageCode: row.villageCode,
        officeId: row.officeId,
        createdBy: row.createdBy,
        submittedAt: row.submittedAt,
        snapshot: row.snapshot,
        nik: row.nikSealed && sealing.openNik(row.proposalId, row.nikSealed),
        nikIndex: row.nikIndex,
        familyCardNumber: sealing.openHousehold(row.intakeId, row.householdSealed).familyCardNumber,
        familyCardIndex: row.familyCardIndex,
        fullName: row.fullName,
        birthPlace: row.birthPlace,
        birthDate: row.birthDate,
        sex: row.sex,
        relationship: row.relationship,
        warnings: row.warnings,
      }))
    },

    /** Person and family of the proposals as they go to BPJS, opened; unknown ids are left out. Ordered by id. */
    loadEnrolmentSubjects: (executor: Db, proposalIds: readonly string[]): Promise<EnrolmentSubject[]> =>
      loadEnrolmentSubjects(sealing, executor, proposalIds),

    /**
     * Takes the review lease for 20 minutes; of any number of callers at once exactly one gets it. The holder's own call renews.
     * The case must be visible to the caller (ask `getProposal` first). Refusals other than "held" are thrown as in the lifecycle.
     */
    async claim(executor: Db, proposalId: string, mover: Mover & { id: string }, takeOver: boolean): Promise<Claimed> {
      const now = clock.now()
      const until = new Date(now.getTime() + LEASE_MS)
      const passesReservation = mover.role === 'supervisor'
      const claim = { proposalId, userId: mover.id, role: mover.role, now, until, takeOver, passesReservation }
      if (await takeLease(executor, claim)) return { claimed: true, until }
      const status = await findStatus(executor, proposalId)
      if (!status) throw new AppError('not_found')
      const code = refusal('claim', status.snapshot, standingOf(mover, status, now))
      if (code && code !== 'already_claimed') throw new AppError(code)
      return { claimed: false, holderId: status.leaseHolder ?? '' }
    },

    /** Gives the lease back. Throws `lease_required` when the caller does not hold it. */
    async release(executor: Db, proposalId: string, mover: Mover & { id: string }): Promise<void> {
      const dropped = await dropLease(executor, { proposalId, userId: mover.id, role: mover.role, now: clock.now() })
      if (!dropped) throw new AppError('lease_required')
    },

    /** Activity of the holder keeps the lease for another 20 minutes; nothing happens for anybody else. */
    renewLease: keepLease,

    /** Nobody waits any more for a reviewer who was switched off, moved or given another role. Repeatable. */
    endReservations,

    /** How much each proposal's most alike open likeness scores; 0 without one. In the transaction that changes the likenesses. */
    recordLikeness: writeLikeness,

    /** Whether every member of the household has its outcome: notices need not wait for each other then. */
    async isHouseholdSettled(executor: Db, intakeId: string): Promise<boolean> {
      const open = await executor
        .selectFrom('proposal as p')
        .innerJoin('proposal_status as s', 's.proposal_id', 'p.id')
        .select('p.id')
        .where('p.intake_id', '=', intakeId)
        .where('s.state', 'in', [...UNDECIDED_STATES])
        .limit(1)
        .executeTakeFirst()
      return open === undefined
    },

    /** Where and about what to write to a household; undefined when there is no such intake. */
    async findContact(executor: Db, intakeId: string) {
      const intake = await findIntakeById(executor, intakeId)
      if (!intake) return undefined
      const household = sealing.openHousehold(intakeId, intake.householdSealed)
      return {
        phone: household.phone,
        headName: await findHeadName(executor, intakeId, household),
        receiptNumber: intake.receiptNumber,
        consentWhatsapp: intake.consentWhatsapp,
        officeId: intake.officeId,
        regionCode: intake.regionCode,
        timeZone: ports.regions.timeZoneOf(intake.regionCode),
      }
    },

    /** Flags the open proposals of a household whose number is not on WhatsApp, if it still is their number. Repeatable. */
    async flagUnreachable(tx: Tx, intakeId: string, phone: string): Promise<void> {
      const rows = await lockHousehold(tx, intakeId)
      await moves.moveMany(
        tx,
        rows
          .filter((row) => sealing.openHousehold(intakeId, row.householdSealed).phone === phone)
          .filter((row) => !row.snapshot.flags.includes('wa_unreachable'))
          .map((row) => ({
            proposalId: row.proposalId,
            action: 'record_flags',
            mover: SYSTEM,
            data: { addFlags: ['wa_unreachable'] },
          })),
      )
    },

    /** The number is the household's and on WhatsApp: takes the flag from all proposals whose household gives it. Repeatable. */
    async clearUnreachable(tx: Tx, phone: string): Promise<void> {
      for (const intakeId of await listFlaggedIntakes(tx, sealing.phoneIndex(phone), 'wa_unreachable')) {
        const rows = await lockHousehold(tx, intakeId)
        await moves.moveMany(
          tx,
          rows
            .filter((row) => sealing.openHousehold(intakeId, row.householdSealed).phone === phone)
            .filter((row) => row.snapshot.flags.includes('wa_unreachable'))
            .map((row) => ({
              proposalId: row.proposalId,
              action: 'record_flags',
              mover: SYSTEM,
              data: { removeFlags: ['wa_unreachable'] },
            })),
        )
      }
    },

    /** Whoever changes the contact of a household, or does what depends on it, waits for this transaction. */
    holdContact,

    /** The proposals of these households that the caller may see, by household. */
    async listVisible(actor: Actor, intakeIds: readonly string[]): Promise<ProposalRow[]> {
      return await listProposalsOfIntakes(db, scopeOf(actor, ports.regions.kabKotaIn), intakeIds)
    },

    /** For other features that show part of a proposal: `not_found` unless the caller may see it. The holder's look renews the lease. */
    async requireVisible(actor: Actor, proposalId: string): Promise<{ intakeId: string }> {
      const row = await proposals.getProposal(db, actor, proposalId)
      await keepLease(db, proposalId, actor.userId)
      return row
    },
  }
}
export type Intake = ReturnType<typeof createIntake>
