import type { Pool } from 'pg'
import type { Actor } from '../../contracts/access.ts'
import { LEASE_MS, refusal } from '../../contracts/lifecycle/allowed.ts'
import { UNDECIDED_STATES } from '../../contracts/lifecycle/states.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db, Tx } from '../database.ts'
import type { CheckSubject } from './check-subject.ts'
import { createCorrections } from './corrections.service.ts'
import { rollUpCounts } from './counts.repository.ts'
import { createCounts } from './counts.service.ts'
import { createIntakeJobs } from './intake.jobs.ts'
import type { IntakePorts } from './intake.ports.ts'
import { registerIntakeRoutes } from './intake.routes.ts'
import { dropLease, renewLease, takeLease } from './lease.repository.ts'
import { createMaintenance } from './maintenance.ts'
import { type Mover, SYSTEM } from './move.ts'
import { createMoves } from './moves.service.ts'
import { findHeadName, findIntakeById, listProposalIds, listProposalsByIds } from './proposal.repository.ts'
import { createProposalList } from './proposal-list.service.ts'
import { createProposals } from './proposals.service.ts'
import { createPublicStatus } from './public-status.service.ts'
import { createRegistration } from './registration.service.ts'
import { createIntakeSealing } from './sealing.ts'
import { standingOf } from './standing.domain.ts'
import { findStatus, listJournal } from './status.repository.ts'
import { registerStatusPageRoutes } from './status-page.routes.ts'

export type { CheckSubject } from './check-subject.ts'
export type { IntakePorts } from './intake.ports.ts'
export type { ReasonRecord } from './journal-record.ts'
export { type Move, type MoveResult, type Mover, SYSTEM } from './move.ts'
export type { ProposalRow } from './proposal.repository.ts'
export { standingOf } from './standing.domain.ts'
export type { HistoryEntry } from './status.repository.ts'

export type IntakeDeps = { db: Db; pool: Pool; sealer: Sealer; clock: Clock; ids: Ids; ports: IntakePorts }

export type Claimed = { claimed: true; until: Date } | { claimed: false; holderId: string }

/** Households, proposals, the journal and its state machine. Other features move proposals only through `moveMany`. */
export function createIntake(deps: IntakeDeps) {
  const { db, pool, clock, ports } = deps
  const sealing = createIntakeSealing(deps.sealer)
  const moves = createMoves({ clock, timeZoneOf: ports.regions.timeZoneOf })
  const registration = createRegistration({ pool, sealing, clock, ids: deps.ids, ports })
  const proposals = createProposals({ db, sealing, moves, ports })
  const list = createProposalList({ pool, sealing, clock, ports })
  const counts = createCounts({ db, clock, regions: ports.regions })
  const corrections = createCorrections({ db, sealing, clock, moves, proposals, ports })
  const publicStatus = createPublicStatus({ db, sealing, regions: ports.regions })
  const maintenance = createMaintenance({ db, clock, moves, ports })

  return {
    registerRoutes(app: App): void {
      registerIntakeRoutes(app, { registration, proposals, list, counts, corrections, publicStatus })
      registerStatusPageRoutes(app, publicStatus)
    },
    register: registration.register,
    moveMany: moves.moveMany,
    getProposal: proposals.getProposal,
    listHistory: listJournal,
    jobs: createIntakeJobs({ db, notices: ports.notices }),
    rollUpCounts: (): Promise<void> => rollUpCounts(db),
    ...maintenance,

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

    /**
     * Takes the review lease for 20 minutes; of any number of callers at once exactly one gets it. The holder's own call renews.
     * The case must be visible to the caller (ask `getProposal` first). Refusals other than "held" are thrown as in the lifecycle.
     */
    async claim(executor: Db, proposalId: string, mover: Mover & { id: string }, takeOver: boolean): Promise<Claimed> {
      const now = clock.now()
      const until = new Date(now.getTime() + LEASE_MS)
      const claim = { proposalId, userId: mover.id, role: mover.role, now, until, takeOver }
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
    async renewLease(executor: Db, proposalId: string, userId: string): Promise<void> {
      const now = clock.now()
      await renewLease(executor, { proposalId, userId, now, until: new Date(now.getTime() + LEASE_MS) })
    },

    /** Whether every member of the household has its outcome: notices need not wait for each other then. */
    async isHouseholdSettled(executor: Db, intakeId: string): Promise<boolean> {
      const open = await executor
        .selectFrom('proposal_status')
        .select('proposal_id')
        .where('intake_id', '=', intakeId)
        .where('state', 'in', [...UNDECIDED_STATES])
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

    /** Flags the open proposals of a household whose number is not on WhatsApp, for the officer to see. Repeatable. */
    async flagUnreachable(tx: Tx, intakeId: string): Promise<void> {
      const rows = await listProposalsByIds(tx, await listProposalIds(tx, intakeId))
      await moves.moveMany(
        tx,
        rows
          .filter((row) => !row.snapshot.flags.includes('wa_unreachable'))
          .map((row) => ({
            proposalId: row.proposalId,
            action: 'record_flags',
            mover: SYSTEM,
            data: { flags: [...row.snapshot.flags, 'wa_unreachable'] },
          })),
      )
    },

    /** Throws `not_found` unless the caller may see the proposal. */
    async requireVisible(actor: Actor, proposalId: string): Promise<{ intakeId: string }> {
      return await proposals.getProposal(db, actor, proposalId)
    },
  }
}
export type Intake = ReturnType<typeof createIntake>
