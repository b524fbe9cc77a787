import type { ReactivationReason } from '../../../contracts/reactivation-terms.ts'

/** Of an answer about membership, what the reason follows from. */
export type InactiveFinding = {
  outcome: string
  statusCode: string | null
  segmentCode: string | null
  segmentText: string | null
}

type Payer = 'central' | 'region' | 'employer' | 'self'

/** Codes and texts seen in the field. The list is certainly incomplete: another segment is nobody's, and goes to a person. */
const PAYERS: ReadonlyMap<string, Payer> = new Map([
  ['21', 'central'],
  ['PBI (APBN)', 'central'],
  ['22', 'region'],
  ['PBI (APBD)', 'region'],
  ['13', 'employer'],
  ['PEGAWAI SWASTA', 'employer'],
  ['PNS DAERAH', 'employer'],
  // Seen without a code. So the text decides.
  ['PEKERJA MANDIRI', 'self'],
])

function payerOf({ segmentCode, segmentText }: InactiveFinding): Payer | undefined {
  const text = segmentText?.trim().replaceAll(/\s+/g, ' ').toUpperCase()
  return PAYERS.get(segmentCode ?? '') ?? PAYERS.get(text ?? '')
}

/** No longer covered, premium not paid, ended with the month: of whom, that says the payer. */
const BY_STATUS: ReadonlyMap<string, Partial<Record<Payer | 'none', ReactivationReason>>> = new Map([
  ['6', { region: 'over_age', employer: 'over_age', self: 'over_age', none: 'over_age' }],
  ['9', { region: 'local_payment_ended', employer: 'employer_must_enrol', self: 'arrears', none: 'arrears' }],
  ['15', { region: 'local_payment_ended', employer: 'contract_ended' }],
])

const DECEASED = '2'
const KNOWN_STATUSES: ReadonlySet<string> = new Set(['6', '7', '9', '15'])

/**
 * Why somebody is inactive, as far as the answer tells; null when they are not. Whatever is not known for certain is `unclear`: never a
 * guess that an officer would repeat to a resident.
 */
export function readReason(finding: InactiveFinding | undefined): ReactivationReason | null {
  if (finding?.outcome !== 'found_inactive') return null
  const { statusCode } = finding
  if (statusCode === DECEASED) return 'deceased'
  if (statusCode === null || !KNOWN_STATUSES.has(statusCode)) return 'unclear'
  const payer = payerOf(finding)
  // The central government pays or does not: the way back is the same whatever the status says.
  if (payer === 'central') return 'pbi_switched_off'
  const isNamed = finding.segmentCode !== null || finding.segmentText !== null
  if (payer === undefined && isNamed && statusCode !== '6') return 'unclear'
  return BY_STATUS.get(statusCode)?.[payer ?? 'none'] ?? 'unclear'
}
