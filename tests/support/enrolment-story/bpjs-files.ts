import { createHash } from 'node:crypto'
import type { FamilyRole } from '../../../src/contracts/api/batches.ts'
import { makeWorkbook, rowsOf, sheetXml } from '../workbook.ts'
import type { Case } from './health-office.ts'

/** What is known of a case when it is sealed, beyond what was registered. */
export type Sent = Case & { familyRole: FamilyRole; familyRoleClear: boolean; proposedOn: string }

export const FACILITY = { code: '09020107', name: 'Puskesmas Kejaksan' }

const ROLE_ORDER: readonly FamilyRole[] = ['peserta', 'suami', 'istri', 'anak', 'tambahan']
const PISAT: Record<FamilyRole, string> = { peserta: '1', suami: '2', istri: '3', anak: '4', tambahan: '5' }
const DINAS_MARITAL: Record<string, string> = { belum_kawin: '1', kawin: '2', cerai_hidup: '3', cerai_mati: '3' }
const EDABU_MARITAL: Record<string, string> = { belum_kawin: '1', kawin: '2', cerai_hidup: '3', cerai_mati: '4' }

const ROLES: Record<string, FamilyRole> = { kepala_keluarga: 'peserta', istri: 'istri', anak: 'anak' }
/** As it follows from the KK; whoever it does not say is an additional member. */
export const roleOf = ({ person }: Case): FamilyRole => ROLES[person.relationship] ?? 'tambahan'

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** The order of a sealed batch: village, KK, the head first, name. */
export function inOrder(sent: readonly Sent[]): Sent[] {
  return sent.toSorted(
    (left, right) =>
      compare(left.family.place.village, right.family.place.village) ||
      compare(left.family.body.familyCardNumber, right.family.body.familyCardNumber) ||
      ROLE_ORDER.indexOf(left.familyRole) - ROLE_ORDER.indexOf(right.familyRole) ||
      compare(left.person.fullName, right.person.fullName),
  )
}

const padded = (number: string): string => number.padStart(3, '0')

/** SHA-256 as docs/enrolment.md says it is made, out of what was typed at the counter. */
export function hashOf(sent: readonly Sent[]): string {
  const hash = createHash('sha256')
  for (const { id, receiptNumber, person, family, familyRole, familyRoleClear, proposedOn } of inOrder(sent)) {
    const { place, body, phone } = family
    const values = [
      id,
      receiptNumber,
      body.familyCardNumber,
      person.nik,
      person.fullName,
      person.relationship,
      familyRole,
      familyRoleClear,
      person.birthPlace,
      person.birthDate,
      person.sex,
      person.maritalStatus,
      phone,
      body.address.street,
      padded(body.address.rt),
      padded(body.address.rw),
      place.postalCode,
      place.village,
      place.villageName,
      place.district,
      place.districtName,
      FACILITY.code,
      FACILITY.name,
      proposedOn,
    ]
    hash.update(`${JSON.stringify(values)}\n`)
  }
  return hash.digest('hex')
}

const written = (day: string): string => day.split('-').reverse().join('/')
const plain = (code: string): string => code.replaceAll('.', '')

const person12 = (
  { person, family, familyRole }: Sent,
  position: number,
  codes: { sex: Record<'male' | 'female', string>; marital: Record<string, string> },
): string[] => [
  String(position),
  family.body.familyCardNumber,
  person.nik,
  person.fullName,
  PISAT[familyRole],
  person.birthPlace,
  written(person.birthDate),
  codes.sex[person.sex],
  codes.marital[person.maritalStatus] ?? '?',
  family.body.address.street.toUpperCase(),
  padded(family.body.address.rt),
  padded(family.body.address.rw),
]

const places7 = ({ family: { place } }: Sent): string[] => [
  place.postalCode,
  plain(place.district),
  place.districtName.toUpperCase(),
  plain(place.village),
  place.villageName.toUpperCase(),
  FACILITY.code,
  FACILITY.name.toUpperCase(),
]

/** A row of the 21 columns of a Dinas. A cell without a text is null. */
export const dinasRow = (sent: Sent, position: number): (string | null)[] => [
  ...person12(sent, position, { sex: { male: 'L', female: 'P' }, marital: DINAS_MARITAL }),
  ...places7(sent),
  null,
  written(sent.proposedOn),
]

const nothing = (cells: number): null[] => Array.from({ length: cells }, () => null)

/** A row of the 34 columns like e-Dabu. */
export const edabuRow = (sent: Sent, position: number): (string | null)[] => [
  ...person12(sent, position, { sex: { male: '1', female: '2' }, marital: EDABU_MARITAL }),
  ...places7(sent),
  ...nothing(2),
  sent.family.phone,
  ...nothing(4),
  '3',
  ...nothing(7),
]

/** What BPJS answers about one row of the file. */
export type Answer = { status: string; code?: string; text?: string; effectiveOn?: string }

/** The file of a branch, out of the rows of ours that it was sent; written by hand, as no library of the product would. */
export function answerFile(rows: readonly { nik: string; name: string; answer: Answer }[]): Buffer {
  const table = [
    ['No', 'NIK', 'Nama Peserta', 'Status', 'Kode', 'Keterangan', 'TMT'],
    ...rows.map(({ nik, name, answer }, index) => [
      String(index + 1),
      nik,
      name,
      answer.status,
      answer.code ?? '',
      answer.text ?? '',
      answer.effectiveOn ? written(answer.effectiveOn) : '',
    ]),
  ]
  return makeWorkbook({ sheets: [{ name: 'Hasil', xml: sheetXml(rowsOf(table)) }] })
}
