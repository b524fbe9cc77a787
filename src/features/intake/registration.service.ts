import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { Actor } from '../../contracts/access.ts'
import type { IntakeCreated } from '../../contracts/api/intakes.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { maskNik } from '../../contracts/primitives/nik.ts'
import type { Clock } from '../../platform/clock.ts'
import { createMicroBatch } from '../../platform/db/micro-batch.ts'
import { isUniqueViolation } from '../../platform/db/violations.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { findDocumentIssues, subjectOf } from './documents/documents.domain.ts'
import type { Documents } from './documents/documents.service.ts'
import type { HolidayCalendar, IntakePorts } from './intake.ports.ts'
import { assessIntake } from './intake-rules.domain.ts'
import type { ReceiptSettings } from './receipt.domain.ts'
import { createReceiptSerials } from './receipt-serials.ts'
import {
  listSealedVisits,
  lookUpRegistrations,
  type RegistrationAnswer,
  type SeenProposal,
} from './registration.repository.ts'
import { createIntakeComposer, headOf, type IndexedRequest, type RegistrationRequest } from './registration-compose.ts'
import { countChecks, type NewIntake, writeIntake, writeIntakes } from './registration-write.repository.ts'
import { scopeOf } from './scope.ts'
import type { IntakeSealing } from './sealing.ts'

/**
 * Concurrent registrations share round trips; more than this in one statement gains nothing (docs/performance.md). One statement at a time
 * takes a tenth less processor time than two; a further one leaves when the one before it has met something slow.
 */
const BATCH = { maxItems: 64, maxInFlight: 4, patienceMs: 50 }

/** Shorter than any blind index: no household has it. */
const NO_FAMILY_CARD = Buffer.alloc(0)

export type RegistrationDeps = {
  pool: Pool
  db: Db
  sealing: IntakeSealing
  clock: Clock
  holidays: HolidayCalendar
  ids: Ids
  ports: Pick<IntakePorts, 'regions' | 'offices' | 'audit' | 'outbox'>
  receipt: ReceiptSettings
  documents: Pick<Documents, 'requireAvailable' | 'reserve' | 'attach'>
}

/** Whose proposals a registrar may see: those of its offices; null: only those it captured itself. */
function officeIdsOf(actor: Actor): string[] | null {
  const { column, values } = scopeOf(actor, () => [])
  return column === 'office_id' ? values : null
}

/** What the caller has already proposed on the KK, as far as it may see. */
const knownMembers = (answer: RegistrationAnswer): IntakeCreated['knownMembers'] =>
  answer.proposals.flatMap((known) => (known.sameFamilyCard && known.seen ? [known.seen] : []))

export function createRegistration(deps: RegistrationDeps) {
  const { pool, db, sealing, clock, holidays, ids, ports, documents } = deps
  const serials = createReceiptSerials()
  const { timeZoneOf } = ports.regions
  const compose = createIntakeComposer({ sealing, clock, ids, timeZoneOf, receipt: deps.receipt })
  const lookUps = createMicroBatch({
    ...BATCH,
    run: (questions: Parameters<typeof lookUpRegistrations>[1][number][]) => lookUpRegistrations(pool, questions),
  })
  const writes = createMicroBatch({
    ...BATCH,
    run: async (intakes: NewIntake[]) => {
      await ports.outbox.addChecks(countChecks(intakes), (begin) => writeIntakes(pool, intakes, begin))
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
      officeIds: officeIdsOf(request.actor),
      idempotencyKey: request.idempotencyKey,
      familyCardIndex: request.familyCardIndex,
      nikIndexes: request.nikIndexes.filter((index) => index !== null),
      members: request.input.members,
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

  /** A NIK of which another proposal is open; or, as long as one of the two has no NIK, the same person on the same KK. */
  const refuseTaken = (request: IndexedRequest, answer: RegistrationAnswer): void => {
    if (answer.proposals.length === 0) return
    const issues = request.input.members.flatMap((member, index) => {
      if (!member.propose) return []
      const nikIndex = request.nikIndexes[index]
      const holder = nikIndex && answer.proposals.find((known) => known.takenNik?.equals(nikIndex))
      if (holder) {
        const path = `members.${index}.nik`
        return holder.seen
          ? [{ path, code: 'nik_already_proposed', params: { receiptNumber: holder.seen.receiptNumber } }]
          : [{ path, code: 'nik_proposed_elsewhere' }]
      }
      const same = answer.proposals.find((known) => known.open && known.member === index && !(known.hasNik && nikIndex))
      if (!same) return []
      const path = `members.${index}.fullName`
      return same.seen
        ? [{ path, code: 'member_already_proposed', params: { receiptNumber: same.seen.receiptNumber } }]
        : [{ path, code: 'member_proposed_elsewhere' }]
    })
    if (issues.length > 0) throw new AppError('nik_already_proposed', { issues })
  }

  const knownHeadOf = (request: IndexedRequest, answer: RegistrationAnswer): 'none' | 'same' | 'other' => {
    const latest = answer.headNikIndexes[0]
    if (!latest) return answer.hasHeadWithoutNik ? 'same' : 'none'
    const head = headOf(request)?.nikIndex
    return head && !head.equals(latest) ? 'other' : 'same'
  }

  /** Members that the caller's earlier visits list and none of them proposed; as the newest visit has them. */
  const listOtherMembers = async (actor: Actor, familyCardIndex: Buffer, members: IntakeCreated['knownMembers']) => {
    const visits = await listSealedVisits(pool, {
      actorId: actor.userId,
      officeIds: officeIdsOf(actor),
      familyCardIndex,
    })
    const named = new Set(members.map(({ fullName, nikMasked }) => `${fullName}|${nikMasked}`))
    return visits.flatMap(({ id, receiptNumber, householdSealed }) =>
      sealing.openHousehold(id, householdSealed).otherMembers.flatMap(({ nik, fullName, relationship }) => {
        const nikMasked = nik && maskNik(nik)
        const name = `${fullName}|${nikMasked}`
        if (named.has(name)) return []
        named.add(name)
        return [{ receiptNumber, fullName, relationship, nikMasked }]
      }),
    )
  }

  /** A household with photos has a transaction to itself; one without shares its round trip with others. */
  const write = async ({ actor, input, requestId }: RegistrationRequest, intake: NewIntake): Promise<void> => {
    const named = input.documents ?? []
    if (named.length === 0) return void (await writes.add(intake))
    // Proposals stand in the order of the members who are proposed.
    const proposed = input.members.flatMap((member, index) => (member.propose ? [index] : []))
    const attachments = named.map(({ id, kind, member }) => {
      const proposal = member === undefined ? undefined : intake.proposals[proposed.indexOf(member)]
      return { id, kind, proposalId: subjectOf(kind, proposal?.id ?? null) }
    })
    await db.transaction().execute(async (tx) => {
      await documents.reserve(
        tx,
        actor,
        named.map(({ id }) => id),
      )
      await writeIntake(tx, intake)
      await documents.attach(tx, actor, { intakeId: intake.id, attachments, requestId })
    })
    ports.outbox.announce()
  }

  const officeOf = async (actor: Actor): Promise<{ id: string; regionCode: string }> => {
    const regionCode = actor.officeId === null ? null : await ports.offices.regionOf(actor.officeId)
    if (actor.officeId === null || regionCode === null) throw new AppError('no_active_office')
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
     * Refuses with `invalid_input` (every fault at once), `warnings_unconfirmed`, `nik_already_proposed`, `idempotency_key_reused`, and
     * `no_active_office` for callers whose office is closed or who have none.
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
      const named = input.documents ?? []
      const all = [...issues, ...findDocumentIssues(named, input.members)]
      if (all.length > 0) throw new AppError('invalid_input', { issues: all })
      refuseTaken(request, answer)
      const unconfirmed = warnings.filter((warning) => !input.confirmWarnings.includes(warning.code))
      if (unconfirmed.length > 0) throw new AppError('warnings_unconfirmed', { issues: unconfirmed })
      try {
        await documents.requireAvailable(
          actor,
          named.map(({ id }) => id),
        )
      } catch (cause) {
        return await explainRace(request, bodyHash, cause)
      }
      const { intake, created } = compose(request, {
        office,
        holidays: await holidays.of(db, office.regionCode),
        serial: await serials.next(pool),
        bodyHash,
        warnings,
        knownMembers: knownMembers(answer),
      })
      try {
        await write(request, intake)
        return created
      } catch (cause) {
        // Photos that are another household's now may be this one's: the same request, sent twice at once.
        if (isUniqueViolation(cause) || cause instanceof AppError) return await explainRace(request, bodyHash, cause)
        throw cause
      }
    },

    /**
     * The open proposal that holds a NIK, null when none does. `seen` is null when the caller may not see it: then nothing of it is told. Not
     * audited: who asks tells why.
     */
    async findHolder(actor: Actor, nik: string): Promise<{ seen: SeenProposal | null } | null> {
      const [answer] = await lookUpRegistrations(pool, [
        {
          actorId: actor.userId,
          officeIds: officeIdsOf(actor),
          idempotencyKey: '',
          familyCardIndex: NO_FAMILY_CARD,
          nikIndexes: [sealing.nikIndex(nik)],
          members: [],
        },
      ])
      return answer?.proposals.find(({ takenNik }) => takenNik !== null) ?? null
    },

    /** Who is already known on a KK, proposed or only listed, as far as the caller may see. */
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
      const familyCardIndex = sealing.familyCardIndex(familyCardNumber)
      const [answer] = await lookUpRegistrations(pool, [
        {
          actorId: actor.userId,
          officeIds: officeIdsOf(actor),
          idempotencyKey: '',
          familyCardIndex,
          nikIndexes: [],
          members: [],
        },
      ])
      if (!answer) throw new AppError('internal_error')
      const members = knownMembers(answer)
      return {
        known: answer.familyCardKnown,
        headKnown: answer.headNikIndexes.length > 0 || answer.hasHeadWithoutNik,
        members,
        otherMembers: await listOtherMembers(actor, familyCardIndex, members),
      }
    },
  }
}
export type Registration = ReturnType<typeof createRegistration>
