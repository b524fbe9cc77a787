import type { Channel } from '../../src/contracts/household-terms.ts'
import { QUEUES, queueOf, type StoredQueue } from '../../src/contracts/lifecycle/queues.ts'
import { type Flag, isOpen, type State } from '../../src/contracts/lifecycle/states.ts'
import { maskNik } from '../../src/contracts/primitives/nik.ts'
import { composeReceiptNumber } from '../../src/contracts/primitives/receipt-number.ts'
import { createIntakeSealing, type IntakeSealing } from '../../src/features/intake/sealing.ts'
import { createSealer, parseKeyRing } from '../../src/platform/crypto/sealer.ts'
import { familyCardOf, personOf, phoneOf, pick, scatter } from './people.ts'
import { DATA_KEYS } from './product.ts'

export type Place = { regionCode: string; officeId: string; villageCodes: string[] }

export type CaseOptions = {
  /** How many, with consecutive numbers from `from`: each a household of one. */
  count: number
  from: number
  places: readonly Place[]
  createdBy: string
  /** Null: spread over the lifecycle as in a real year. */
  state: State | null
}

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS

type Standing = { state: State; flags: Flag[] }

/** Of a hundred cases of a year. Most are done; a few thousand wait. */
const LIFE: readonly (Standing & { share: number })[] = [
  { share: 1, state: 'submitted', flags: [] },
  { share: 1, state: 'checking', flags: [] },
  { share: 8, state: 'in_review', flags: [] },
  { share: 1, state: 'in_review', flags: ['potential_duplicate'] },
  { share: 1, state: 'in_review', flags: ['membership_unknown'] },
  { share: 1, state: 'in_review', flags: ['resubmitted'] },
  { share: 3, state: 'needs_correction', flags: [] },
  { share: 2, state: 'needs_reactivation', flags: [] },
  { share: 5, state: 'eligible', flags: [] },
  { share: 10, state: 'submitted_to_bpjs', flags: [] },
  { share: 55, state: 'active_confirmed', flags: [] },
  { share: 5, state: 'already_active', flags: [] },
  { share: 4, state: 'rejected', flags: [] },
  { share: 3, state: 'closed', flags: [] },
]
const HUNDRED: readonly Standing[] = LIFE.flatMap(({ share, ...standing }) =>
  Array.from({ length: share }, () => standing),
)

/** Of a hundred households, how they came: most to the counter, a few by hospital desks. */
const WAYS: readonly Channel[] = (
  [
    ['puskesmas', 56],
    ['mobile', 18],
    ['mpp', 9],
    ['village', 9],
    ['campaign', 7],
    ['hospital', 1],
  ] as const
).flatMap(([channel, share]) => Array.from({ length: share }, () => channel))

/** The same number is the same case: ids, receipt and everything in them can be named without looking. */
export function idsOf(number: number): { intakeId: string; proposalId: string } {
  // A UUIDv7 of its submission would do as well; this one can be computed again.
  const hex = number.toString(16).padStart(12, '0')
  return { intakeId: `01900000-0000-7000-8000-${hex}`, proposalId: `01900001-0000-7000-8000-${hex}` }
}

export const receiptOf = (number: number, regionCode: string): string =>
  composeReceiptNumber(regionCode, '2611', 10_000_000 + number)

export const placeOf = (number: number, places: readonly Place[]): Place => pick(places, scatter(number, 11))

type Value = string | number | Buffer | boolean | null

function copyText(value: Value): string {
  if (value === null) return '\\N'
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`
  return typeof value === 'string' ? value : String(value)
}
const copyLine = (values: readonly Value[]): string => `${values.map(copyText).join('\t')}\n`

export const TABLES = {
  intake: `id, receipt_number, office_id, region_code, village_code, created_by, channel, family_card_index, phone_index,
    head_nik_index, household_sealed, originals_seen, consent_processing, consent_whatsapp, consent_version, submitted_at`,
  proposal: `id, intake_id, region_code, office_id, full_name, nik_index, nik_sealed, nik_masked, birth_place, birth_date, sex,
    relationship, marital_status, warnings`,
  proposal_status: `proposal_id, intake_id, region_code, office_id, created_by, submitted_at, nik_slot, state, version, sequence,
    flags, state_since, queue, due_at, village_code, channel`,
  journal: 'proposal_id, sequence, action, actor_id, actor_role, at, version, data',
} as const
export type Table = keyof typeof TABLES
export const TABLE_NAMES = Object.keys(TABLES) as Table[]

/** Cases come in the order of their numbers, spread over a year, as ids made at the time would: neighbours lie together. */
function ageOf(number: number, options: CaseOptions): number {
  const share = 1 - (number - options.from) / options.count
  return Math.floor(share * YEAR_MS) + (scatter(number, 13) % HOUR_MS)
}

function linesOf(number: number, options: CaseOptions, sealing: IntakeSealing, now: number): Record<Table, string> {
  const place = placeOf(number, options.places)
  const villageCode = pick(place.villageCodes, scatter(number, 14))
  const channel = pick(WAYS, scatter(number, 15))
  const { intakeId, proposalId } = idsOf(number)
  const kabKota = place.regionCode.replace('.', '')
  const person = personOf(number, kabKota)
  const familyCardNumber = familyCardOf(number, kabKota)
  const phone = phoneOf(number)
  const standing = options.state ? { state: options.state, flags: [] } : pick(HUNDRED, scatter(number, 12))
  const queue: StoredQueue | null = queueOf(standing)
  const age = options.state ? 1000 : ageOf(number, options)
  const submittedAt = new Date(now - age).toISOString()
  const dueAt = queue && new Date(now - age + QUEUES[queue].clock.workingHours * 3 * HOUR_MS).toISOString()
  const nikIndex = sealing.nikIndex(person.nik)
  const household = sealing.sealHousehold(intakeId, {
    familyCardNumber,
    phone,
    street: `Jl. Contoh ${number % 200}`,
    rt: '001',
    rw: '002',
    postalCode: null,
    otherMembers: [],
  })
  return {
    intake: copyLine([
      intakeId,
      receiptOf(number, place.regionCode),
      place.officeId,
      place.regionCode,
      villageCode,
      options.createdBy,
      channel,
      sealing.familyCardIndex(familyCardNumber),
      sealing.phoneIndex(phone),
      nikIndex,
      household,
      true,
      true,
      true,
      '2026-11',
      submittedAt,
    ]),
    proposal: copyLine([
      proposalId,
      intakeId,
      place.regionCode,
      place.officeId,
      person.fullName,
      nikIndex,
      sealing.sealNik(proposalId, person.nik),
      maskNik(person.nik),
      'CIREBON',
      person.birthDate,
      person.sex,
      'kepala_keluarga',
      'kawin',
      '{}',
    ]),
    proposal_status: copyLine([
      proposalId,
      intakeId,
      place.regionCode,
      place.officeId,
      options.createdBy,
      submittedAt,
      isOpen(standing.state) ? nikIndex : null,
      standing.state,
      1,
      1,
      `{${standing.flags.join(',')}}`,
      submittedAt,
      queue,
      dueAt,
      villageCode,
      channel,
    ]),
    journal: copyLine([proposalId, 1, 'submit', options.createdBy, 'petugas', submittedAt, 1, '{"flags":[]}']),
  }
}

/** What COPY takes of the cases `from` to `end`, per table. `now` is when the youngest of all was submitted. */
export function createComposer(
  options: CaseOptions,
  now: number,
): (from: number, end: number) => Record<Table, string> {
  const sealing = createIntakeSealing(createSealer(parseKeyRing(DATA_KEYS)))
  return (from, end) => {
    const texts: Record<Table, string[]> = { intake: [], proposal: [], proposal_status: [], journal: [] }
    for (let number = from; number < end; number += 1) {
      const lines = linesOf(number, options, sealing, now)
      for (const table of TABLE_NAMES) texts[table].push(lines[table])
    }
    const joined = TABLE_NAMES.map((table) => [table, texts[table].join('')] as const)
    return Object.fromEntries(joined) as Record<Table, string>
  }
}
