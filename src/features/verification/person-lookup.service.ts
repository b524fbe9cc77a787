import type { PersonLookup, PersonStanding } from '../../contracts/api/persons.ts'
import type { Clock } from '../../platform/clock.ts'
import type { MembershipDirectory, MembershipResult } from '../bpjs/index.ts'
import type { Intake } from '../intake/index.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type PersonLookupDeps = {
  intake: Pick<Intake, 'findHolder'>
  directory: MembershipDirectory
  clock: Clock
  ports: Pick<VerificationPorts, 'audit'>
}

/** The officer types on meanwhile, and is at the next member by then. */
const LOOK_UP_DEADLINE_MS = 6_000

/**
 * The status of a stranger is nobody's business at this counter. What an officer found out by other means was about the person before them,
 * by the NIK alone: whether that is this one nobody has compared.
 */
function toMembership(answer: MembershipResult, now: Date): PersonStanding['membership'] {
  const nothing = { statusCode: null, statusText: null, differences: [] }
  if (answer.source === 'manual') {
    return { ...nothing, outcome: 'unavailable', asOf: null, checkedAt: now.toISOString() }
  }
  const { outcome, asOf } = answer
  const about = { outcome, asOf, checkedAt: answer.checkedAt.toISOString() }
  if (outcome === 'not_found' || outcome === 'unavailable') {
    return { ...nothing, ...about }
  }
  const isStranger = outcome === 'found_mismatch'
  return {
    ...about,
    statusCode: isStranger ? null : answer.statusCode,
    statusText: isStranger ? null : answer.statusText,
    differences: answer.differences.map(({ field }) => field),
  }
}

export function createPersonLookup({ intake, directory, clock, ports }: PersonLookupDeps) {
  return {
    /**
     * What an officer should know of a person before asking on: whether an open proposal holds the NIK (whose, only when the caller may see
     * it), and whether BPJS knows them as a member. Changes nothing; audited; may be repeated (answers of BPJS are kept for the day). A BPJS
     * that does not answer within six seconds is the outcome `unavailable`, never an error; no officer's finding stands in for it here.
     */
    async lookUp({ actor, requestId }: Caller, person: PersonLookup): Promise<PersonStanding> {
      await ports.audit.write({
        actorId: actor.userId,
        actorRole: actor.role,
        action: 'search',
        subjectType: 'person',
        subjectId: null,
        requestId,
        officeId: actor.officeId,
        regionCode: actor.regionCode,
        details: { by: 'nik' },
      })
      const deadline = new Date(clock.now().getTime() + LOOK_UP_DEADLINE_MS)
      const [holder, answer] = await Promise.all([
        intake.findHolder(actor, person.nik),
        directory.lookUp(person, { deadline }),
      ])
      return {
        proposed: holder === null ? 'no' : holder.seen ? 'here' : 'elsewhere',
        proposal: holder?.seen
          ? { id: holder.seen.proposalId, receiptNumber: holder.seen.receiptNumber, state: holder.seen.state }
          : null,
        membership: toMembership(answer, clock.now()),
      }
    },
  }
}
export type PersonLookups = ReturnType<typeof createPersonLookup>
