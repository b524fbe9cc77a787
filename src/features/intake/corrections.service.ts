import type { Actor } from '../../contracts/access.ts'
import type { CorrectionInput } from '../../contracts/api/proposals.ts'
import { type Notice, noticeName } from '../../contracts/events/notices.ts'
import { refusal } from '../../contracts/lifecycle/allowed.ts'
import { isOpen, type State } from '../../contracts/lifecycle/states.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { maskNik } from '../../contracts/primitives/nik.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError, type FieldIssue } from '../../platform/errors.ts'
import type { Db, Tx } from '../database.ts'
import { correctedValues } from './corrected-values.domain.ts'
import { insertCorrections } from './correction.repository.ts'
import { type Correction, changedFields, correctedFields, planCorrectionMoves } from './correction-moves.ts'
import {
  assessCorrection,
  correctHousehold,
  differenceOf,
  headOf,
  memberOf,
  type StandingHousehold,
} from './correction-rules.domain.ts'
import { answeredFields, findDocumentIssues, subjectOf } from './documents/documents.domain.ts'
import { listKindsAdded } from './documents/documents.repository.ts'
import type { Documents } from './documents/documents.service.ts'
import type { Household } from './household.ts'
import type { IntakePorts } from './intake.ports.ts'
import type { IntakeContext } from './intake-rules.domain.ts'
import type { Mover } from './move.ts'
import type { Moves } from './moves.service.ts'
import {
  findHolder,
  findKnownHead,
  lockHousehold,
  type ProposalRow,
  updateContent,
  updateHousehold,
  updateSibling,
} from './proposal.repository.ts'
import type { Proposals } from './proposals.service.ts'
import { scopeOf } from './scope.ts'
import type { IntakeSealing } from './sealing.ts'
import { standingOf } from './standing.domain.ts'
import { listJournal } from './status.repository.ts'

type CorrectionDeps = {
  db: Db
  sealing: IntakeSealing
  clock: Clock
  moves: Moves
  proposals: Pick<Proposals, 'getProposal'>
  documents: Pick<Documents, 'reserve' | 'attach'>
  ports: IntakePorts
}

/** Fields that the last return named and this correction neither changes nor answers. `photographed`: kinds of documents that are new since. */
function findUnanswered(
  returned: readonly string[],
  input: CorrectionInput,
  photographed: readonly string[],
): FieldIssue[] {
  const touched = new Set([
    ...changedFields(input.changes),
    ...Object.keys(input.changes),
    ...input.answers.map((answer) => answer.field),
    ...photographed.flatMap(answeredFields),
  ])
  return [...new Set(returned)]
    .filter((field) => !touched.has(field))
    .map((field) => ({ path: `changes.${field}`, code: 'returned_field_untouched' }))
}

/** The resident has been told this outcome. */
const TOLD_STATES: ReadonlySet<State> = new Set(['needs_reactivation', 'eligible'])

export function createCorrections(deps: CorrectionDeps) {
  const { db, sealing, clock, moves, proposals, documents, ports } = deps

  const unansweredFields = async (tx: Tx, row: ProposalRow, input: CorrectionInput): Promise<FieldIssue[]> => {
    const { proposalId, intakeId } = row
    const history = await listJournal(tx, proposalId)
    const last = history.findLast((entry) => entry.action === 'decide_needs_correction' || entry.action === 'hold')
    const fields = (last?.reasons ?? []).flatMap((reason) => (reason.field ? [reason.field] : []))
    if (!last || !fields.some((field) => field.startsWith('documents'))) return findUnanswered(fields, input, [])
    const added = await listKindsAdded(tx, { intakeId, proposalId, since: new Date(last.at) })
    return findUnanswered(fields, input, [...added, ...input.documents.map(({ kind }) => kind)])
  }

  const requireCorrectable = (mover: Mover, row: ProposalRow, version: number): void => {
    const { snapshot } = row
    if (snapshot.version !== version) throw new AppError('version_conflict', { details: { version: snapshot.version } })
    const code = refusal('correct', snapshot, standingOf(mover, row, clock.now()))
    if (code) throw new AppError(code)
  }

  const standingHousehold = (
    rows: readonly ProposalRow[],
    sealed: Household,
    villageCode: string,
  ): StandingHousehold => ({
    familyCardNumber: sealed.familyCardNumber,
    address: { villageCode },
    members: [
      ...rows.map((row) => ({
        proposalId: row.proposalId,
        nik: row.nikSealed && sealing.openNik(row.proposalId, row.nikSealed),
        relationship: row.relationship,
        birthDate: row.birthDate,
        sex: row.sex,
        isOpen: isOpen(row.snapshot.state),
        warnings: row.warnings,
      })),
      ...sealed.otherMembers.map((member) => ({ ...member, proposalId: null, isOpen: true, warnings: [] })),
    ],
  })

  const headNikIndexOf = (household: StandingHousehold): Buffer | null => {
    const nik = headOf(household)?.nik ?? null
    return nik === null ? null : sealing.nikIndex(nik)
  }

  const contextOf = async (tx: Tx, row: ProposalRow, after: StandingHousehold): Promise<IntakeContext> => {
    const known = await findKnownHead(tx, sealing.familyCardIndex(after.familyCardNumber), row.intakeId)
    const head = headNikIndexOf(after)
    return {
      today: dayInZone(clock.now(), ports.regions.timeZoneOf(row.regionCode)),
      officeRegionCode: row.regionCode,
      isKnownVillage: ports.regions.isKnownVillage,
      isKnownNikRegion: ports.regions.isKnownNikRegion,
      knownHead: !known ? 'none' : head && known.nikIndex && !head.equals(known.nikIndex) ? 'other' : 'same',
    }
  }

  /** What the correction makes of the household, or everything that stands against it. */
  const assess = async (
    tx: Tx,
    rows: readonly ProposalRow[],
    row: ProposalRow,
    input: CorrectionInput,
  ): Promise<Correction> => {
    const sealed = sealing.openHousehold(row.intakeId, row.householdSealed)
    const before = standingHousehold(rows, sealed, row.villageCode)
    const after = correctHousehold(before, row.proposalId, input.changes)
    const given = { before, after, subjectId: row.proposalId, input }
    const { issues, unconfirmed, warnings } = assessCorrection(given, await contextOf(tx, row, after))
    const named = new Set(issues.map((issue) => issue.path))
    const unanswered = await unansweredFields(tx, row, input)
    const ofDocuments = findDocumentIssues(input.documents, null)
    const all = [...issues, ...ofDocuments, ...unanswered.filter((issue) => !named.has(issue.path))]
    if (all.length > 0) throw new AppError('invalid_input', { issues: all })
    if (unconfirmed.length > 0) throw new AppError('warnings_unconfirmed', { issues: unconfirmed })
    const siblings = rows.filter((other) => other !== row)
    return { row, siblings, input, sealed, before, after, changed: differenceOf(before, after), warnings }
  }

  const writePerson = async (tx: Tx, { row, input, after, warnings }: Correction): Promise<void> => {
    const { changes } = input
    const nik = memberOf(after, row.proposalId)?.nik ?? null
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
      warnings: warnings.get(row.proposalId) ?? [],
    })
  }

  const writeHousehold = async (tx: Tx, correction: Correction): Promise<void> => {
    const { row, siblings, input, sealed, after, warnings } = correction
    const { familyCardNumber } = after
    const phone = input.changes.whatsappNumber ?? sealed.phone
    const address = input.changes.address ?? {}
    const listed = after.members.filter((member) => member.proposalId === null)
    const otherMembers = sealed.otherMembers.map((member, index) => ({
      ...member,
      relationship: (listed[index]?.relationship ?? member.relationship) as typeof member.relationship,
    }))
    const household: Household = {
      familyCardNumber,
      phone,
      street: address.street ?? sealed.street,
      rt: address.rt ?? sealed.rt,
      rw: address.rw ?? sealed.rw,
      postalCode: address.postalCode === undefined ? sealed.postalCode : address.postalCode,
      otherMembers,
    }
    await updateHousehold(tx, {
      intakeId: row.intakeId,
      householdSealed: sealing.sealHousehold(row.intakeId, household),
      familyCardIndex: sealing.familyCardIndex(familyCardNumber),
      phoneIndex: sealing.phoneIndex(phone),
      headNikIndex: headNikIndexOf(after),
      headWithoutNik: headOf(after)?.nik === null,
      villageCode: after.address.villageCode,
    })
    for (const sibling of siblings) {
      const { proposalId } = sibling
      const relationship = memberOf(after, proposalId)?.relationship ?? sibling.relationship
      const carried = warnings.get(proposalId) ?? sibling.warnings
      const isSame = relationship === sibling.relationship && carried.join() === sibling.warnings.join()
      if (!isSame) await updateSibling(tx, proposalId, { relationship, warnings: carried })
    }
  }

  /** All members at once; then their new checks, and word to whoever was told an outcome. */
  const moveHousehold = async (tx: Tx, correction: Correction, mover: Mover): Promise<void> => {
    const { row, siblings } = correction
    const notices: Notice[] = []
    const results = await moves.moveMany(tx, planCorrectionMoves(correction, mover))
    for (const result of results) {
      // The rows are locked and were asked before, so a refusal is a defect, not a race.
      if (!result.moved) throw new AppError('internal_error', { details: { proposalId: result.proposalId } })
      const { proposalId, intakeId, before, after } = result
      if (after.version === before.version) continue
      if (after.state === 'submitted') await ports.outbox.addCheck(tx, { proposalId, version: after.version })
      if (!TOLD_STATES.has(before.state)) continue
      const { fullName } = siblings.find((sibling) => sibling.proposalId === proposalId) ?? row
      const variables = { name: noticeName(fullName) }
      const { version, sequence } = after
      notices.push({ intakeId, proposalId, version, sequence, template: 'correction_of_notice', variables })
    }
    const values = correctedValues(correction)
    await insertCorrections(
      tx,
      results.flatMap((result) => {
        const { proposalId } = result
        const changed = values.get(proposalId) ?? []
        if (!result.moved || changed.length === 0 || result.after.version === result.before.version) return []
        const { version } = result.after
        return [{ proposalId, version, fieldsSealed: sealing.sealCorrection(proposalId, version, changed) }]
      }),
    )
    if (notices.length > 0) await ports.notices.record(tx, notices)
  }

  /** After the refusal of a NIK: whose open proposal holds it, as far as the caller may know. */
  const explainTaken = async (actor: Actor, input: CorrectionInput, cause: AppError): Promise<AppError> => {
    const { nik } = input.changes
    if (nik === undefined) return cause
    const holder = await findHolder(db, scopeOf(actor, ports.regions.kabKotaIn), sealing.nikIndex(nik))
    const path = 'changes.nik'
    const issue: FieldIssue = holder
      ? { path, code: 'nik_already_proposed', params: { receiptNumber: holder.receiptNumber } }
      : { path, code: 'nik_proposed_elsewhere' }
    return new AppError('nik_already_proposed', { issues: [issue], cause })
  }

  return {
    /**
     * Answers a return: new content version, back to the checks, its age and reviewer kept. Every field that the return
     * named must be changed or answered. Another KK number or village is another content of every open member: each gets a
     * new version and new checks. Refuses with `invalid_input`, `warnings_unconfirmed`, `version_conflict`,
     * `nik_already_proposed`, `action_not_allowed`; nothing is stored then. Repeating it is `version_conflict`.
     */
    async correct(actor: Actor, proposalId: string, input: CorrectionInput, requestId: string): Promise<void> {
      const mover: Mover = { id: actor.userId, role: actor.role }
      try {
        await db.transaction().execute(async (tx) => {
          const { intakeId } = await proposals.getProposal(tx, actor, proposalId)
          // Before the household's rows: whoever registers holds photos and waits for a NIK, never the other way round.
          await documents.reserve(
            tx,
            actor,
            input.documents.map(({ id }) => id),
          )
          const { whatsappNumber } = input.changes
          if (whatsappNumber !== undefined) await ports.notices.leaveFormerNumber(tx, intakeId, whatsappNumber)
          const rows = await lockHousehold(tx, intakeId)
          const row = rows.find((one) => one.proposalId === proposalId)
          if (!row) throw new AppError('not_found')
          requireCorrectable(mover, row, input.version)
          const correction = await assess(tx, rows, row, input)
          await writePerson(tx, correction)
          await writeHousehold(tx, correction)
          const attachments = input.documents.map(({ id, kind }) => ({
            id,
            kind,
            proposalId: subjectOf(kind, proposalId),
          }))
          await documents.attach(tx, actor, { intakeId, attachments, requestId })
          await moveHousehold(tx, correction, mover)
          if (whatsappNumber !== undefined) await ports.notices.tellAnew(tx, intakeId)
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
              details: { changed: correctedFields(input) },
            },
          ])
        })
      } catch (cause) {
        const isTaken = cause instanceof AppError && cause.code === 'nik_already_proposed'
        throw isTaken ? await explainTaken(actor, input, cause) : cause
      }
    },
  }
}
export type Corrections = ReturnType<typeof createCorrections>
