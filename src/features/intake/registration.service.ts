import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { Actor } from '../../contracts/access.ts'
import type { IntakeCreated } from '../../contracts/api/intakes.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../platform/clock.ts'
import { createMicroBatch } from '../../platform/db/micro-batch.ts'
import { isUniqueViolation } from '../../platform/db/violations.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { IntakePorts } from './intake.ports.ts'
import { assessIntake } from './intake-rules.domain.ts'
import { createReceiptSerials } from './receipt-serials.ts'
import { type KnownProposal, lookUpRegistrations, type RegistrationAnswer } from './registration.repository.ts'
import {
  createIntakeComposer,
  headNikIndexOf,
  type IndexedRequest,
  type RegistrationRequest,
} from './registration-compose.ts'
import { type NewIntake, writeIntakes } from './registration-write.repository.ts'
import type { IntakeSealing } from './sealing.ts'

/** Concurrent registrations share round trips; more than this in one statement gains nothing (docs/performance.md). */
const BATCH = { maxItems: 64, maxInFlight: 2 }

export type RegistrationDeps = {
  pool: Pool
  sealing: IntakeSealing
  clock: Clock
  ids: Ids
  ports: Pick<IntakePorts, 'regions' | 'offices' | 'audit'>
}

/** Whether the caller may be told the receipt number of somebody's open proposal: its own office, or its own capture. */
function mayName(actor: Actor, known: KnownProposal): boolean {
  return actor.role === 'kader' ? known.createdBy === actor.userId : actor.officeIds.includes(known.officeId)
}

export function createRegistration(deps: RegistrationDeps) {
  const { pool, sealing, clock, ids, ports } = deps
  const serials = createReceiptSerials()
  const compose = createIntakeComposer({ sealing, clock, ids, timeZoneOf: ports.regions.timeZoneOf })
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

  const withIndexes = (request: RegistrationRequest): IndexedRequest => ({
    ...request,
    familyCardIndex: sealing.familyCardIndex(request.input.familyCardNumber),
    nikIndexes: request.input.members.map((member) => (member.nik ? sealing.nikIndex(member.nik) : null)),
  })

  const lookUp = (request: IndexedRequest): Promise<RegistrationAnswer> =>
    lookUps.add({
      actorId: request.actor.userId,
      idempotencyKey: request.idempotencyKey,
      familyCardIndex: request.familyCardIndex,
      nikIndexes: request.nikIndexes.filter((index) => index !== null),
    })

  const replayOf = (
    request: RegistrationRequest,
    bodyHash: Buffer,
    answer: RegistrationAnswer,
  ): IntakeCreated | undefined => {
    if (!answer.replay) return undefined
    if (!answer.replay.bodyHash.equals(bodyHash)) throw new AppError('idempotency_key_reused')
    const text = sealing.openAnswer(request.actor.userId, request.idempotencyKey, answer.replay.responseSealed)
    return JSON.parse(text) as IntakeCreated
  }

  const refuseTaken = (request: IndexedRequest, answer: RegistrationAnswer): void => {
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

  const knownHeadOf = (request: IndexedRequest, answer: RegistrationAnswer): 'none' | 'same' | 'other' => {
    const latest = answer.headNikIndexes[0]
    if (!latest) return 'none'
    const head = headNikIndexOf(request)
    return head && !head.equals(latest) ? 'other' : 'same'
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
  const explainRace = async (request: IndexedRequest, bodyHash: Buffer, cause: unknown): Promise<IntakeCreated> => {
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
    async register(given: RegistrationRequest): Promise<IntakeCreated> {
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
      const { intake, created } = compose(request, {
        office,
        serial: await serials.next(pool),
        bodyHash,
        warnings,
        knownMembers: knownMembers(actor, answer),
      })
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
