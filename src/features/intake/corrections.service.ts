import type { Actor } from '../../contracts/access.ts'
import type { MemberInput } from '../../contracts/api/intakes.ts'
import type { CorrectionInput } from '../../contracts/api/proposals.ts'
import type { Flag } from '../../contracts/lifecycle/states.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { maskNik } from '../../contracts/primitives/nik.ts'
import type { Clock } from '../../platform/clock.ts'
import { isUniqueViolation } from '../../platform/db/violations.ts'
import { AppError, type FieldIssue } from '../../platform/errors.ts'
import type { Db, Tx } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'
import { compareNik } from './intake-rules.domain.ts'
import type { Moves } from './moves.service.ts'
import { type ProposalRow, updateContent, updateHousehold } from './proposal.repository.ts'
import { type Proposals, requireMoved } from './proposals.service.ts'
import type { IntakeSealing } from './sealing.ts'
import { listJournal } from './status.repository.ts'

type CorrectionDeps = {
  db: Db
  sealing: IntakeSealing
  clock: Clock
  moves: Moves
  proposals: Pick<Proposals, 'getProposal'>
  ports: IntakePorts
}

const HOUSEHOLD_FIELDS = ['familyCardNumber', 'whatsappNumber'] as const
const NIK_FLAGS: Partial<Record<string, Flag>> = {
  nik_birthdate_differs: 'nik_birthdate_differs',
  nik_date_not_calendar: 'nik_birthdate_differs',
  nik_sex_differs: 'nik_sex_differs',
  nik_region_unknown: 'nik_region_unknown',
}

/** What stays true of a case whatever was corrected. */
const KEPT_FLAGS: readonly Flag[] = ['outside_domicile', 'kk_region_unknown']

function flagsAfter(row: ProposalRow, input: CorrectionInput, warnings: readonly string[]): Flag[] {
  const kept = row.snapshot.flags.filter((flag) => KEPT_FLAGS.includes(flag))
  // A new number may well be reachable; the old one's failure says nothing about it.
  const isUnreachable = row.snapshot.flags.includes('wa_unreachable') && !input.changes.whatsappNumber
  const unreachable: Flag[] = isUnreachable ? ['wa_unreachable'] : []
  return [...kept, ...unreachable, 'resubmitted', ...warnings.flatMap((code) => NIK_FLAGS[code] ?? [])]
}

/** Fields that the last return named and this correction neither changes nor answers. */
function findUnanswered(returned: readonly string[], input: CorrectionInput): FieldIssue[] {
  const touched = new Set<string>([...Object.keys(input.changes), ...input.answers.map((answer) => answer.field)])
  return [...new Set(returned)]
    .filter((field) => !touched.has(field))
    .map((field) => ({ path: `changes.${field}`, code: 'returned_field_untouched' }))
}

export function createCorrections(deps: CorrectionDeps) {
  const { db, sealing, clock, moves, proposals, ports } = deps

  const returnedFields = async (tx: Tx, proposalId: string): Promise<string[]> => {
    const history = await listJournal(tx, proposalId)
    const last = history.findLast((entry) => entry.action === 'decide_needs_correction' || entry.action === 'hold')
    return (last?.reasons ?? []).flatMap((reason) => (reason.field ? [reason.field] : []))
  }

  const assess = (row: ProposalRow, input: CorrectionInput) => {
    const household = sealing.openHousehold(row.intakeId, row.householdSealed)
    const nik = input.changes.nik ?? (row.nikSealed ? sealing.openNik(row.proposalId, row.nikSealed) : null)
    const member: Pick<MemberInput, 'birthDate' | 'sex'> = {
      birthDate: input.changes.birthDate ?? row.birthDate,
      sex: input.changes.sex ?? row.sex,
    }
    const issues: FieldIssue[] = []
    if (member.birthDate > dayInZone(clock.now(), ports.regions.timeZoneOf(row.regionCode))) {
      issues.push({ path: 'changes.birthDate', code: 'date_in_future' })
    }
    if (nik === null) issues.push({ path: 'changes.nik', code: 'required' })
    if (nik !== null && nik === (input.changes.familyCardNumber ?? household.familyCardNumber)) {
      issues.push({ path: 'changes.nik', code: 'nik_is_family_card' })
    }
    const warnings = nik === null ? [] : compareNik(member, nik, ports.regions)
    return { household, nik, issues, warnings }
  }

  const write = async (
    tx: Tx,
    row: ProposalRow,
    input: CorrectionInput,
    assessed: ReturnType<typeof assess>,
  ): Promise<void> => {
    const { changes } = input
    const { nik, household } = assessed
    await updateContent(tx, {
      proposalId: row.proposalId,
      fullName: changes.fullName ?? row.fullName,
      nikIndex: nik === null ? null : sealing.nikIndex(nik),
      nikSealed: nik === null ? null : sealing.sealNik(row.proposalId, nik),
      nikMasked: nik === null ? null : maskNik(nik),
      birthPlace: changes.birthPlace ?? row.birthPlace,
      birthDate: changes.birthDate ?? row.birthDate,
      sex: changes.sex ?? row.sex,
      relationship: changes.relationship ?? row.relationship,
      maritalStatus: changes.maritalStatus ?? row.maritalStatus,
      warnings: assessed.warnings,
    })
    if (HOUSEHOLD_FIELDS.some((field) => changes[field] !== undefined)) {
      const familyCardNumber = changes.familyCardNumber ?? household.familyCardNumber
      const phone = changes.whatsappNumber ?? household.phone
      await updateHousehold(tx, {
        intakeId: row.intakeId,
        householdSealed: sealing.sealHousehold(row.intakeId, { ...household, familyCardNumber, phone }),
        familyCardIndex: sealing.familyCardIndex(familyCardNumber),
        phoneIndex: sealing.phoneIndex(phone),
      })
    }
  }

  return {
    /**
     * Answers a return: new content version, back to the checks, its age and reviewer kept. Every field that the return
     * named must be changed or answered. Refuses with `invalid_input`, `warnings_unconfirmed`, `version_conflict`,
     * `nik_already_proposed`, `action_not_allowed`; nothing is stored then. Repeating it is `version_conflict`.
     */
    async correct(actor: Actor, proposalId: string, input: CorrectionInput, requestId: string): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const row = await proposals.getProposal(tx, actor, proposalId)
        if (row.snapshot.version !== input.version)
          throw new AppError('version_conflict', { details: { version: row.snapshot.version } })
        const assessed = assess(row, input)
        const unanswered = findUnanswered(await returnedFields(tx, proposalId), input)
        const named = new Set(assessed.issues.map((issue) => issue.path))
        const issues = [...assessed.issues, ...unanswered.filter((issue) => !named.has(issue.path))]
        if (row.snapshot.state === 'needs_correction' && issues.length > 0)
          throw new AppError('invalid_input', { issues })
        const unconfirmed = assessed.warnings.filter(
          (code) => !input.confirmWarnings.includes(code) && !row.warnings.includes(code),
        )
        if (unconfirmed.length > 0) {
          throw new AppError('warnings_unconfirmed', {
            issues: unconfirmed.map((code) => ({ path: 'changes.nik', code })),
          })
        }
        const flags = flagsAfter(row, input, assessed.warnings)
        try {
          await write(tx, row, input, assessed)
          const moved = requireMoved(
            await moves.moveMany(tx, [
              {
                proposalId,
                action: 'correct',
                mover: { id: actor.userId, role: actor.role },
                version: input.version,
                data: { flags },
                reasons: [
                  ...Object.keys(input.changes).map((field) => ({ code: 'CHANGED', field })),
                  ...input.answers.map((answer) => ({
                    code: 'ANSWERED',
                    field: answer.field,
                    note: answer.explanation,
                  })),
                ],
              },
            ]),
          )
          await ports.audit.record(tx, [
            {
              actorId: actor.userId,
              actorRole: actor.role,
              action: 'correct',
              subjectType: 'proposal',
              subjectId: proposalId,
              requestId,
              officeId: actor.officeId,
              regionCode: actor.regionCode,
              details: { changed: Object.keys(input.changes) },
            },
          ])
          await ports.outbox.addCheck(tx, { proposalId, version: moved.after.version })
        } catch (cause) {
          if (isUniqueViolation(cause, 'proposal_open_nik_key')) {
            throw new AppError('nik_already_proposed', {
              issues: [{ path: 'changes.nik', code: 'nik_proposed_elsewhere' }],
              cause,
            })
          }
          throw cause
        }
      })
    },
  }
}
export type Corrections = ReturnType<typeof createCorrections>
