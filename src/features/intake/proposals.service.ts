import type { Actor } from '../../contracts/access.ts'
import type { IntakeView } from '../../contracts/api/intakes.ts'
import type { AuditAction } from '../../contracts/audit-actions.ts'
import { noticeName } from '../../contracts/events/notices.ts'
import type { Action } from '../../contracts/lifecycle/actions.ts'
import { type ClosedAs } from '../../contracts/lifecycle/states.ts'
import { maskNik } from '../../contracts/primitives/nik.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db, Tx } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'
import type { ReasonRecord } from './journal-record.ts'
import type { Move, MoveResult } from './move.ts'
import type { Moves } from './moves.service.ts'
import { findIntake, findProposal, listProposalsOfIntake, type ProposalRow } from './proposal.repository.ts'
import { scopeOf } from './scope.ts'
import type { IntakeSealing } from './sealing.ts'

type Versioned = { proposalId: string; version: number; note: string; requestId: string }

type ProposalsDeps = {
  db: Db
  sealing: IntakeSealing
  moves: Moves
  /** Activity of the holder renews the lease. */
  keepLease(executor: Db, proposalId: string, userId: string): Promise<void>
  ports: IntakePorts
}

/** The one result of a single move, or its refusal thrown with what the caller may know. */
export function requireMoved(results: readonly MoveResult[]): MoveResult & { moved: true } {
  const [result] = results
  if (!result) throw new AppError('internal_error')
  if (!result.moved) {
    throw new AppError(result.refusal, { details: result.holderId ? { holderId: result.holderId } : {} })
  }
  return result
}

export function createProposals(deps: ProposalsDeps) {
  const { db, sealing, moves, keepLease, ports } = deps
  const scope = (actor: Actor) => scopeOf(actor, ports.regions.kabKotaIn)
  const auditEntry = (
    actor: Actor,
    action: AuditAction,
    subjectType: string,
    subjectId: string,
    requestId: string,
  ) => ({
    actorId: actor.userId,
    actorRole: actor.role,
    action,
    subjectType,
    subjectId,
    requestId,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
  })

  const getProposal = async (executor: Db, actor: Actor, proposalId: string): Promise<ProposalRow> => {
    const row = await findProposal(executor, scope(actor), proposalId)
    if (!row) throw new AppError('not_found')
    return row
  }

  /** A person's own move: seen, moved, audited and told in one transaction. */
  const moveAsPerson = async (
    actor: Actor,
    request: {
      proposalId: string
      version: number
      action: Action
      audit: AuditAction
      note?: string
      reasons?: ReasonRecord[]
      closedAs?: ClosedAs
      requestId: string
    },
    after: (tx: Tx, row: ProposalRow, moved: MoveResult & { moved: true }) => Promise<void>,
  ): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const row = await getProposal(tx, actor, request.proposalId)
      const move: Move = {
        proposalId: request.proposalId,
        action: request.action,
        mover: { id: actor.userId, role: actor.role },
        version: request.version,
        ...(request.closedAs ? { data: { closedAs: request.closedAs } } : {}),
        reasons: [...(request.note ? [{ code: 'NOTE', note: request.note }] : []), ...(request.reasons ?? [])],
      }
      const moved = requireMoved(await moves.moveMany(tx, [move]))
      await ports.audit.record(tx, [
        auditEntry(actor, request.audit, 'proposal', request.proposalId, request.requestId),
      ])
      await after(tx, row, moved)
    })

  return {
    getProposal,

    /** The household with each member's own state. Audited before it is shown. Outside the caller's scope: `not_found`. */
    async getIntake(actor: Actor, intakeId: string, requestId: string): Promise<IntakeView> {
      const [intake, proposals] = await Promise.all([
        findIntake(db, scope(actor), intakeId),
        listProposalsOfIntake(db, scope(actor), intakeId),
      ])
      if (!intake) throw new AppError('not_found')
      await ports.audit.write(auditEntry(actor, 'read_intake', 'intake', intakeId, requestId))
      const household = sealing.openHousehold(intake.id, intake.householdSealed)
      return {
        id: intake.id,
        receiptNumber: intake.receiptNumber,
        submittedAt: intake.submittedAt.toISOString(),
        channel: intake.channel as IntakeView['channel'],
        officeId: intake.officeId,
        familyCardMasked: maskNik(household.familyCardNumber),
        whatsappMasked: `•••• •••• ${household.phone.slice(-4)}`,
        address: {
          street: household.street,
          rt: household.rt,
          rw: household.rw,
          villageCode: intake.villageCode,
          villageName: ports.regions.villageName(intake.villageCode),
          postalCode: household.postalCode,
        },
        consent: {
          processing: intake.consentProcessing,
          whatsapp: intake.consentWhatsapp,
          version: intake.consentVersion,
          recordedBy: intake.createdBy,
          recordedAt: intake.submittedAt.toISOString(),
        },
        proposals: proposals.map((row) => ({
          id: row.proposalId,
          fullName: row.fullName,
          nikMasked: row.nikMasked,
          state: row.snapshot.state,
          warnings: row.warnings,
          relationship: row.relationship as IntakeView['proposals'][number]['relationship'],
          flags: [...row.snapshot.flags],
        })),
        otherMembers: household.otherMembers.map((member) => ({
          fullName: member.fullName,
          relationship: member.relationship,
          nikMasked: member.nik && maskNik(member.nik),
        })),
      }
    },

    /** The full numbers of one person, for comparing with papers in hand. Audited before they are shown. */
    async reveal(actor: Actor, proposalId: string, requestId: string) {
      const row = await getProposal(db, actor, proposalId)
      await Promise.all([
        ports.audit.write(auditEntry(actor, 'reveal', 'proposal', proposalId, requestId)),
        keepLease(db, proposalId, actor.userId),
      ])
      const household = sealing.openHousehold(row.intakeId, row.householdSealed)
      return {
        nik: row.nikSealed && sealing.openNik(proposalId, row.nikSealed),
        familyCardNumber: household.familyCardNumber,
        whatsappNumber: household.phone,
      }
    },

    /** The applicant takes the proposal back. Ends it and tells the resident. Repeating it is `action_not_allowed`. */
    async withdraw(actor: Actor, request: Versioned) {
      await moveAsPerson(
        actor,
        { ...request, action: 'withdraw', audit: 'withdraw', closedAs: 'withdrawn' },
        (tx, row, moved) =>
          ports.notices.record(tx, [
            {
              intakeId: row.intakeId,
              proposalId: row.proposalId,
              version: moved.after.version,
              sequence: moved.after.sequence,
              template: 'closed',
              variables: { name: noticeName(row.fullName), closedAs: 'withdrawn' },
            },
          ]),
      )
    },

    /**
     * The papers for a reactivation are complete: back to review, with its age. What the path of its reason asks for must be recorded
     * (`invalid_input` names what is missing, `reactivation_needs_person` a path that ends otherwise). Where a letter of a health facility
     * is needed, the officer states that it was seen, else `invalid_input`.
     */
    async completeReactivation(
      actor: Actor,
      { facilityLetterSeen, ...request }: Versioned & { facilityLetterSeen: boolean },
    ) {
      const action = 'complete_reactivation'
      const reasons = facilityLetterSeen ? [{ code: 'FACILITY_LETTER_SEEN' }] : []
      await moveAsPerson(actor, { ...request, action, audit: action, reasons }, async (tx, row, { before }) => {
        await ports.reactivation.requireComplete(tx, row)
        if (before.flags.includes('facility_letter_needed') && !facilityLetterSeen) {
          throw new AppError('invalid_input', { issues: [{ path: 'facilityLetterSeen', code: 'required' }] })
        }
      })
    },

    /** Adds a note to the history. Changes neither the state nor the age of the case; the holder's note renews the lease. */
    async addNote(actor: Actor, request: { proposalId: string; note: string; requestId: string }) {
      const row = await getProposal(db, actor, request.proposalId)
      await moveAsPerson(
        actor,
        { ...request, version: row.snapshot.version, action: 'note', audit: 'add_note' },
        (tx) => keepLease(tx, request.proposalId, actor.userId),
      )
    },
  }
}
export type Proposals = ReturnType<typeof createProposals>
