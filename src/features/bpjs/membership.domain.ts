import type { MembershipSourceName, UnavailableReason } from '../../contracts/api/bpjs.ts'
import { type Agreement, compareNames } from './name-comparison.domain.ts'

/** The person the proposal is about, as the officer entered them. `birthDate` is yyyy-MM-dd. */
export type Applicant = { nik: string; fullName: string; birthDate: string; sex: 'male' | 'female' }

/** An applicant of whom not everything is entered yet: what is missing is not compared. */
export type Enquiry = { nik: string } & { [Field in Exclude<keyof Applicant, 'nik'>]?: Applicant[Field] | undefined }

export type MemberStatus = {
  /** The code of the source, or the one its text stands for; null when neither is known. */
  code: string | null
  text: string | null
  /** `unknown`: a code or text that is not in our table, or a contradiction between the two. */
  standing: 'active' | 'inactive' | 'unknown'
}

/** A member as a source describes them. Null: the source did not say. */
export type Participant = {
  nik: string | null
  fullName: string | null
  birthDate: string | null
  sex: 'male' | 'female' | null
  cardNumber: string | null
  status: MemberStatus
  segmentCode: string | null
  segmentText: string | null
  /** Rupiah. */
  arrears: number | null
}

/** `slight` is a difference that a slip of the pen explains; a person still decides about it. */
export type Difference = {
  field: 'nik' | 'fullName' | 'birthDate' | 'sex'
  degree: Exclude<Agreement, 'same'> | 'missing'
}

type Answered = {
  source: MembershipSourceName
  /** When the source gave this answer; for a cached or manual answer that is earlier than now. */
  checkedAt: Date
  /** The day (yyyy-MM-dd) the data describes, for a source that is not live; null for a live answer. */
  asOf: string | null
}

export type FoundMembership = Answered & {
  outcome: 'found_active' | 'found_inactive' | 'found_mismatch'
  statusCode: string | null
  statusText: string | null
  /** False: the status is not in our table, so a person reads the text and decides. */
  statusKnown: boolean
  segmentCode: string | null
  segmentText: string | null
  cardNumber: string | null
  arrears: number | null
  differences: Difference[]
}

export type NotFound = Answered & { outcome: 'not_found' }

export type Unavailable = Answered & {
  outcome: 'unavailable'
  /** `outage`: time heals it. `rejected`: the operator must mend settings, or the request can never succeed. */
  kind: 'outage' | 'rejected'
  reason: UnavailableReason
  /** False: asking again with the same data gives the same answer. */
  retryable: boolean
  /** Not before this long from now, when the service or the breaker said so. */
  retryAfterMs: number | null
}

export type MembershipResult = FoundMembership | NotFound | Unavailable

/** All digits zero brings up a stranger on the real service; anything but 16 digits is not a NIK. */
export function isAskableNik(nik: string): boolean {
  return /^\d{16}$/.test(nik) && !/^0+$/.test(nik)
}

/**
 * Compares an answer with the applicant. An empty field in the answer proves nothing, so it counts as a difference.
 * Sex is reported when it differs but does not make a mismatch by itself: it is the field most often entered wrongly,
 * and NIK, name and birth date together already settle who it is.
 */
export function findDifferences(applicant: Enquiry, participant: Participant): Difference[] {
  const differences: Difference[] = []
  const note = (field: Difference['field'], agreement: Agreement | 'missing'): void => {
    if (agreement !== 'same') differences.push({ field, degree: agreement })
  }
  note('nik', compareExactly(applicant.nik, participant.nik))
  const { fullName, birthDate, sex } = applicant
  if (fullName !== undefined) {
    note('fullName', participant.fullName ? compareNames(fullName, participant.fullName) : 'missing')
  }
  if (birthDate !== undefined) note('birthDate', compareBirthDates(birthDate, participant.birthDate))
  if (participant.sex !== null && sex !== undefined) note('sex', compareExactly(sex, participant.sex))
  return differences
}

/** A stranger's answer is a mismatch whatever its status; an unknown status is never active and never "not found". */
export function judgeOutcome(participant: Participant, differences: Difference[]): FoundMembership['outcome'] {
  if (differences.some((difference) => difference.field !== 'sex')) return 'found_mismatch'
  return participant.status.standing === 'active' ? 'found_active' : 'found_inactive'
}

function compareExactly(ours: string, theirs: string | null): Agreement | 'missing' {
  if (!theirs) return 'missing'
  return ours === theirs ? 'same' : 'different'
}

/** Slight: one of year, month and day differs, or day and month changed places. */
function compareBirthDates(ours: string, theirs: string | null): Agreement | 'missing' {
  if (!theirs) return 'missing'
  if (ours === theirs) return 'same'
  const [ourYear, ourMonth, ourDay] = ours.split('-')
  const [year, month, day] = theirs.split('-')
  const equalParts = Number(ourYear === year) + Number(ourMonth === month) + Number(ourDay === day)
  const swapped = ourYear === year && ourMonth === day && ourDay === month
  return equalParts === 2 || swapped ? 'slight' : 'different'
}
