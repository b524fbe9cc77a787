import type { Actor } from '../../contracts/access.ts'
import type { IntakeCreated, IntakeInput, MemberInput } from '../../contracts/api/intakes.ts'
import { CONSENT_VERSION } from '../../contracts/consent.ts'
import { applyEntry, type JournalEntry, startSnapshot } from '../../contracts/lifecycle/journal.ts'
import { queueOf } from '../../contracts/lifecycle/queues.ts'
import type { Flag } from '../../contracts/lifecycle/states.ts'
import { addWorkingHours, type Holidays } from '../../contracts/lifecycle/working-time.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { maskNik } from '../../contracts/primitives/nik.ts'
import { composeReceiptNumber } from '../../contracts/primitives/receipt-number.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Ids } from '../../platform/ids.ts'
import { type Calendar, dueAtOf } from './due-at.domain.ts'
import { composeWhatsappLink, type ReceiptSettings } from './receipt.domain.ts'
import type { NewIntake, NewProposal } from './registration-write.repository.ts'
import type { IntakeSealing } from './sealing.ts'

/** A newborn's NIK follows the family card's renewal; BPJS asks for it within three months (13 weeks of 40 office hours). */
const NIK_AWAITED_HOURS = 13 * 40

export type RegistrationRequest = { actor: Actor; idempotencyKey: string; requestId: string; input: IntakeInput }

/** A request with the blind indexes of its numbers; those of the members in their order, null without a NIK. */
export type IndexedRequest = RegistrationRequest & { familyCardIndex: Buffer; nikIndexes: readonly (Buffer | null)[] }

/** The head of the family as stated in this visit, with the blind index of the NIK; null when there is none. */
export function headOf(request: IndexedRequest): { nikIndex: Buffer | null } | null {
  const head = request.input.members.findIndex((member) => member.relationship === 'kepala_keluarga')
  return head < 0 ? null : { nikIndex: request.nikIndexes[head] ?? null }
}

/** Warnings that stay visible as flags of the case. */
export const FLAG_OF_WARNING: Partial<Record<string, Flag>> = {
  nik_birthdate_differs: 'nik_birthdate_differs',
  nik_date_not_calendar: 'nik_birthdate_differs',
  nik_sex_differs: 'nik_sex_differs',
  nik_region_unknown: 'nik_region_unknown',
  nik_region_differs: 'nik_region_differs',
  family_card_region_unknown: 'kk_region_unknown',
  outside_domicile: 'outside_domicile',
}

function flagsOf(member: MemberInput, warnings: readonly string[]): Flag[] {
  return [
    ...(member.nik ? [] : ['awaiting_nik' as const]),
    ...(member.urgentCare ? ['urgent_care' as const] : []),
    ...warnings.flatMap((code) => FLAG_OF_WARNING[code] ?? []),
  ]
}

/** Makes the rows of an accepted household, everything sealed, and the answer that its officer gets. */
export function createIntakeComposer(deps: {
  sealing: IntakeSealing
  clock: Clock
  ids: Ids
  timeZoneOf(regionCode: string): string
  receipt: ReceiptSettings
}) {
  const { sealing, clock, ids, timeZoneOf, receipt } = deps

  const composeProposal = (
    actor: Actor,
    member: MemberInput,
    nikIndex: Buffer | null,
    warnings: string[],
    at: Date,
    calendar: Calendar,
  ): NewProposal => {
    const id = ids.next()
    const flags = flagsOf(member, warnings)
    const iso = at.toISOString()
    const by = { actorId: actor.userId, actorRole: actor.role }
    const submitted = startSnapshot(iso, flags)
    const journal: NewProposal['journal'] = [{ sequence: 1, action: 'submit', ...by, data: { flags }, reasons: null }]
    let snapshot = submitted
    if (!member.nik) {
      const correctionDueAt = addWorkingHours(at, NIK_AWAITED_HOURS, calendar.timeZone, calendar.holidays).toISOString()
      const hold: JournalEntry = { sequence: 2, action: 'hold', actorId: null, at: iso, data: { correctionDueAt } }
      snapshot = applyEntry(submitted, hold)
      journal.push({ ...hold, actorRole: 'system', reasons: [{ code: 'NIK_BELUM_ADA', field: 'nik' }] })
    }
    return {
      id,
      fullName: member.fullName,
      nikIndex,
      nikSealed: member.nik ? sealing.sealNik(id, member.nik) : null,
      nikMasked: member.nik ? maskNik(member.nik) : null,
      birthPlace: member.birthPlace,
      birthDate: member.birthDate,
      sex: member.sex,
      relationship: member.relationship,
      maritalStatus: member.maritalStatus,
      warnings: member.nik ? warnings : [...warnings, 'nik_missing'],
      snapshot,
      queue: queueOf(snapshot),
      dueAt: dueAtOf(snapshot, at, calendar),
      journal,
    }
  }

  return function compose(
    request: IndexedRequest,
    given: {
      office: { id: string; regionCode: string }
      holidays: Holidays
      serial: number
      bodyHash: Buffer
      warnings: readonly { path: string; code: string }[]
      knownMembers: IntakeCreated['knownMembers']
    },
  ): { intake: NewIntake; created: IntakeCreated } {
    const { actor, input } = request
    const { office, bodyHash, warnings } = given
    const at = clock.now()
    const timeZone = timeZoneOf(office.regionCode)
    const calendar = { timeZone, holidays: given.holidays }
    const id = ids.next()
    const head = headOf(request)
    const yearMonth = dayInZone(at, timeZone).slice(2, 7).replace('-', '')
    const receiptNumber = composeReceiptNumber(office.regionCode, yearMonth, given.serial)
    const ofHousehold = warnings
      .filter((warning) => !warning.path.startsWith('members.'))
      .map((warning) => warning.code)
    const proposals = input.members.flatMap((member, index) => {
      if (!member.propose) return []
      const own = warnings
        .filter((warning) => warning.path.startsWith(`members.${index}.`))
        .map((warning) => warning.code)
      const nikIndex = request.nikIndexes[index] ?? null
      return [composeProposal(actor, member, nikIndex, [...own, ...ofHousehold], at, calendar)]
    })
    const created: IntakeCreated = {
      id,
      receiptNumber,
      proposals: proposals.map((proposal) => ({
        id: proposal.id,
        fullName: proposal.fullName,
        nikMasked: proposal.nikMasked,
        state: proposal.snapshot.state,
        warnings: proposal.warnings,
      })),
      knownMembers: given.knownMembers,
      ...(receipt.whatsappNumber && { whatsappUrl: composeWhatsappLink(receipt.whatsappNumber, receiptNumber) }),
    }
    const intake: NewIntake = {
      id,
      receiptNumber,
      officeId: office.id,
      regionCode: office.regionCode,
      villageCode: input.address.villageCode,
      actorId: actor.userId,
      actorRole: actor.role,
      channel: input.channel,
      familyCardIndex: request.familyCardIndex,
      phoneIndex: sealing.phoneIndex(input.whatsappNumber),
      headNikIndex: head?.nikIndex ?? null,
      headWithoutNik: head !== null && head.nikIndex === null,
      householdSealed: sealing.sealHousehold(id, {
        familyCardNumber: input.familyCardNumber,
        phone: input.whatsappNumber,
        street: input.address.street,
        rt: input.address.rt,
        rw: input.address.rw,
        postalCode: input.address.postalCode ?? null,
        otherMembers: input.members
          .filter((member) => !member.propose)
          .map(({ nik, fullName, relationship, birthDate, sex }) => ({
            nik: nik ?? null,
            fullName,
            relationship,
            birthDate,
            sex,
          })),
      }),
      consentWhatsapp: input.consent.whatsapp,
      consentVersion: CONSENT_VERSION,
      submittedAt: at,
      idempotencyKey: request.idempotencyKey,
      bodyHash,
      responseSealed: sealing.sealAnswer(actor.userId, request.idempotencyKey, JSON.stringify(created)),
      requestId: request.requestId,
      proposals,
    }
    return { intake, created }
  }
}
