import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { Actor } from '../../contracts/access.ts'
import type { IntakeCreated, IntakeInput, MemberInput } from '../../contracts/api/intakes.ts'
import { applyEntry, type JournalEntry, startSnapshot } from '../../contracts/lifecycle/journal.ts'
import { QUEUES, queueOf } from '../../contracts/lifecycle/queues.ts'
import { addWorkingHours } from '../../contracts/lifecycle/working-time.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { maskNik } from '../../contracts/primitives/nik.ts'
import { composeReceiptNumber } from '../../contracts/primitives/receipt-number.ts'
import type { Clock } from '../../platform/clock.ts'
import { createMicroBatch } from '../../platform/db/micro-batch.ts'
import { isUniqueViolation } from '../../platform/db/violations.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { IntakePorts } from './intake.ports.ts'
import { assessIntake } from './intake-rules.domain.ts'
import { createReceiptSerials } from './receipt-serials.ts'
import { type KnownProposal, lookUpRegistrations, type RegistrationAnswer } from './registration.repository.ts'
import { type NewIntake, type NewProposal, writeIntakes } from './registration-write.repository.ts'
import type { IntakeSealing } from './sealing.ts'

/** Version of the consent text that officers read out (docs/id/persetujuan.md). Stored with every consent. */
const CONSENT_VERSION = '2026-11'
/** A newborn's NIK follows the family card's renewal; BPJS asks for it within three months (13 weeks of 40 office hours). */
const NIK_AWAITED_HOURS = 13 * 40
/** Concurrent registrations share round trips; more than this in one statement gains nothing (docs/performance.md). */
const BATCH = { maxItems: 64, maxInFlight: 2 }

export type RegistrationDeps = {
  pool: Pool
  sealing: IntakeSealing
  clock: Clock
  ids: Ids
  ports: Pick<IntakePorts, 'regions' | 'offices' | 'audit'>
}

type Request = { actor: Actor; idempotencyKey: string; requestId: string; input: IntakeInput }

/** A request with the blind indexes of its numbers; those of the members in their order, null without a NIK. */
type Indexed = Request & { familyCardIndex: Buffer; nikIndexes: readonly (Buffer | null)[] }

function flagsOf(
  member: MemberInput,
  warnings: string[],
): (
  | 'awaiting_nik'
  | 'nik_birthdate_differs'
  | 'nik_sex_differs'
  | 'nik_region_unknown'
  | 'kk_region_unknown'
  | 'outside_domicile'
)[] {
  const has = (code: string): boolean => warnings.includes(code)
  return [
    ...(member.nik ? [] : (['awaiting_nik'] as const)),
    ...(has('nik_birthdate_differs') || has('nik_date_not_calendar') ? (['nik_birthdate_differs'] as const) : []),
    ...(has('nik_sex_differs') ? (['nik_sex_differs'] as const) : []),
    ...(has('nik_region_unknown') ? (['nik_region_unknown'] as const) : []),
    ...(has('family_card_region_unknown') ? (['kk_region_unknown'] as const) : []),
    ...(has('outside_domicile') ? (['outside_domicile'] as const) : []),
  ]
}

/** Whether the caller may be told the receipt number of somebody's open proposal: its own office, or its own capture. */
function mayName(actor: Actor, known: KnownProposal): boolean {
  return actor.role === 'kader' ? known.createdBy === actor.userId : actor.officeIds.includes(known.officeId)
}

export function createRegistration(deps: RegistrationDeps) {
  const { pool, sealing, clock, ids, ports } = deps
  const serials = createReceiptSerials()
  const lookUps = createMicroBatch({
    ...BATCH,
    run: (questions: Parameters<typeof lookUpRegistrations>[1][number][]) => lookUpRegistrations(pool, questions),
  })
  const writes = createMicroBatch({
    ...BATCH,
    run: async (intakes: NewIntake[]) => {
      await writeIntakes(pool, intakes)
      return intakes
    },
  })

  const withIndexes = (request: Request): Indexed => ({
    ...request,
    familyCardIndex: sealing.familyCardIndex(request.input.familyCardNumber),
    nikIndexes: request.input.members.map((member) => (member.nik ? sealing.nikIndex(member.nik) : null)),
  })

  const lookUp = (request: Indexed): Promise<RegistrationAnswer> =>
    lookUps.add({
      actorId: request.actor.userId,
      idempotencyKey: request.idempotencyKey,
      familyCardIndex: request.familyCardIndex,
      nikIndexes: request.nikIndexes.filter((index) => index !== null),
    })

  const replayOf = (request: Request, bodyHash: Buffer, answer: RegistrationAnswer): IntakeCreated | undefined => {
    if (!answer.replay) return undefined
    if (!answer.replay.bodyHash.equals(bodyHash)) throw new AppError('idempotency_key_reused')
    const text = sealing.openAnswer(request.actor.userId, request.idempotencyKey, answer.replay.responseSealed)
    return JSON.parse(text) as IntakeCreated
  }

  const refuseTaken = (request: Indexed, answer: RegistrationAnswer): void => {
    if (answer.proposals.length === 0) return
    const open = new Map(
      answer.proposals
        .filter((known) => known.open && known.nikIndex)
        .map((known) => [known.nikIndex?.toString('hex'), known]),
    )
    const issues = request.input.members.flatMap((member, index) => {
      if (!member.propose) return []
      const holder = open.get(request.nikIndexes[index]?.toString('hex'))
      if (!holder) return []
      const path = `members.${index}.nik`
      return mayName(request.actor, holder)
        ? [{ path, code: 'nik_already_proposed', params: { receiptNumber: holder.receiptNumber } }]
        : [{ path, code: 'nik_proposed_elsewhere' }]
    })
    if (issues.length > 0) throw new AppError('nik_already_proposed', { issues })
  }

  const headNikIndexOf = (request: Indexed): Buffer | null => {
    const head = request.input.members.findIndex((member) => member.relationship === 'kepala_keluarga')
    return request.nikIndexes[head] ?? null
  }

  const knownHeadOf = (request: Indexed, answer: RegistrationAnswer): 'none' | 'same' | 'other' => {
    const latest = answer.headNikIndexes[0]
    if (!latest) return 'none'
    const head = headNikIndexOf(request)
    return head && !head.equals(latest) ? 'other' : 'same'
  }

  const composeProposal = (
    request: Request,
    member: MemberInput,
    nikIndex: Buffer | null,
    warnings: string[],
    at: Date,
    timeZone: string,
  ): NewProposal => {
    const id = ids.next()
    const flags = flagsOf(member, warnings)
    const iso = at.toISOString()
    const actor = { actorId: request.actor.userId, actorRole: request.actor.role }
    const submitted = startSnapshot(iso, flags)
    const journal: NewProposal['journal'] = [
      { sequence: 1, action: 'submit', ...actor, data: { flags }, reasons: null },
    ]
    let snapshot = submitted
    if (!member.nik) {
      const correctionDueAt = addWorkingHours(at, NIK_AWAITED_HOURS, timeZone).toISOString()
      const hold: JournalEntry = { sequence: 2, action: 'hold', actorId: null, at: iso, data: { correctionDueAt } }
      snapshot = applyEntry(submitted, hold)
      journal.push({ ...hold, actorRole: 'system', reasons: [{ code: 'NIK_BELUM_ADA', field: 'nik' }] })
    }
    const queue = queueOf(snapshot)
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
      queue,
      dueAt:
        queue === 'to_correct' && snapshot.correctionDueAt
          ? new Date(snapshot.correctionDueAt)
          : queue
            ? addWorkingHours(at, QUEUES[queue].clockHours, timeZone)
            : null,
      journal,
    }
  }

  const compose = async (
    request: Indexed,
    office: { id: string; regionCode: string },
    bodyHash: Buffer,
    answer: RegistrationAnswer,
    warnings: { path: string; code: string }[],
  ): Promise<{ intake: NewIntake; created: IntakeCreated }> => {
    const { actor, input } = request
    const at = clock.now()
    const timeZone = ports.regions.timeZoneOf(office.regionCode)
    const id = ids.next()
    const yearMonth = dayInZone(at, timeZone).slice(2, 7).replace('-', '')
    const receiptNumber = composeReceiptNumber(office.regionCode, yearMonth, await serials.next(pool))
    const ofHousehold = warnings
      .filter((warning) => !warning.path.startsWith('members.'))
      .map((warning) => warning.code)
    const proposals = input.members.flatMap((member, index) => {
      if (!member.propose) return []
      const own = warnings
        .filter((warning) => warning.path.startsWith(`members.${index}.`))
        .map((warning) => warning.code)
      const nikIndex = request.nikIndexes[index] ?? null
      return [composeProposal(request, member, nikIndex, [...own, ...ofHousehold], at, timeZone)]
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
      knownMembers: knownMembers(actor, answer),
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
      headNikIndex: headNikIndexOf(request),
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

  const knownMembers = (actor: Actor, answer: RegistrationAnswer): IntakeCreated['knownMembers'] =>
    answer.proposals
      .filter((known) => known.sameFamilyCard && mayName(actor, known))
      .map(({ proposalId, receiptNumber, fullName, nikMasked, state }) => ({
        proposalId,
        receiptNumber,
        fullName,
        nikMasked,
        state,
      }))

  const officeOf = async (actor: Actor): Promise<{ id: string; regionCode: string }> => {
    const regionCode = actor.officeId === null ? null : await ports.offices.regionOf(actor.officeId)
    if (actor.officeId === null || regionCode === null)
      throw new AppError('forbidden', { details: { reason: 'no_active_office' } })
    return { id: actor.officeId, regionCode }
  }

  /** After a lost race the same look-up names the cause: the same request won elsewhere, or another one holds the NIK. */
  const explainRace = async (request: Indexed, bodyHash: Buffer, cause: unknown): Promise<IntakeCreated> => {
    const answer = await lookUp(request)
    const replay = replayOf(request, bodyHash, answer)
    if (replay) return replay
    refuseTaken(request, answer)
    throw cause
  }

  return {
    /**
     * Registers one household for the caller's own office: all of it or nothing, in two round trips shared with concurrent
     * callers. May be repeated with the same key and body for 180 days: the first answer comes again.
     * Refuses with `invalid_input` (every fault at once), `warnings_unconfirmed`, `nik_already_proposed`, `idempotency_key_reused`.
     */
    async register(given: Request): Promise<IntakeCreated> {
      const request = withIndexes(given)
      const { input, actor } = request
      const office = await officeOf(actor)
      const bodyHash = createHash('sha256').update(JSON.stringify(input)).digest()
      const answer = await lookUp(request)
      const replay = replayOf(request, bodyHash, answer)
      if (replay) return replay
      const { issues, warnings } = assessIntake(input, {
        today: dayInZone(clock.now(), ports.regions.timeZoneOf(office.regionCode)),
        officeRegionCode: office.regionCode,
        isKnownVillage: ports.regions.isKnownVillage,
        isKnownNikRegion: ports.regions.isKnownNikRegion,
        knownHead: knownHeadOf(request, answer),
      })
      if (issues.length > 0) throw new AppError('invalid_input', { issues })
      refuseTaken(request, answer)
      const unconfirmed = warnings.filter((warning) => !input.confirmWarnings.includes(warning.code))
      if (unconfirmed.length > 0) throw new AppError('warnings_unconfirmed', { issues: unconfirmed })
      const { intake, created } = await compose(request, office, bodyHash, answer, warnings)
      try {
        await writes.add(intake)
        return created
      } catch (cause) {
        if (isUniqueViolation(cause)) return await explainRace(request, bodyHash, cause)
        throw cause
      }
    },

    /** Who is already known on a KK, as far as the caller may see. */
    async lookUpHousehold(actor: Actor, familyCardNumber: string, requestId: string) {
      await ports.audit.write({
        actorId: actor.userId,
        actorRole: actor.role,
        action: 'search',
        subjectType: 'household',
        subjectId: null,
        requestId,
        officeId: actor.officeId,
        regionCode: actor.regionCode,
        details: { by: 'family_card' },
      })
      const [answer] = await lookUpRegistrations(pool, [
        {
          actorId: actor.userId,
          idempotencyKey: '',
          familyCardIndex: sealing.familyCardIndex(familyCardNumber),
          nikIndexes: [],
        },
      ])
      if (!answer) throw new AppError('internal_error')
      return {
        known: answer.familyCardKnown,
        headKnown: answer.headNikIndexes.length > 0,
        members: knownMembers(actor, answer),
      }
    },
  }
}
export type Registration = ReturnType<typeof createRegistration>
