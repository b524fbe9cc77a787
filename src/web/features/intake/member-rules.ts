import type { MaritalStatus, Relationship, Sex } from '../../../contracts/household-terms.ts'
import { findNikFault, guessBirthDate, onlyDigits, readNik } from '../../../contracts/primitives/nik-digits.ts'
import { writeDate } from '../../ui/date-text.ts'
import type { MemberDraft } from './draft.ts'

/** As on most cards; a suggestion that the officer sees and changes. */
const USUAL_STATUS: Partial<Record<Relationship, MaritalStatus>> = {
  kepala_keluarga: 'kawin',
  suami: 'kawin',
  istri: 'kawin',
  menantu: 'kawin',
  anak: 'belum_kawin',
  cucu: 'belum_kawin',
}
const ELDERS: readonly (Relationship | '')[] = ['kepala_keluarga', 'suami', 'istri', 'menantu', 'orang_tua', 'mertua']

export const usualStatus = (relationship: Relationship | ''): MaritalStatus | '' =>
  (relationship && USUAL_STATUS[relationship]) || ''

/** What the NIK of a member says; empty where it says nothing. */
function readMember(
  { nik, relationship, maritalStatus }: MemberDraft,
  today: string,
): { birthDate: string; sex: Sex | '' } {
  if (findNikFault(nik) !== null) return { birthDate: '', sex: '' }
  const isMarried = maritalStatus !== '' && maritalStatus !== 'belum_kawin'
  const birthDate = guessBirthDate(nik, today, isMarried || ELDERS.includes(relationship))
  const { day, sex } = readNik(nik)
  return { birthDate: birthDate === null ? '' : writeDate(birthDate), sex: day === 0 ? '' : sex }
}

/** A member after a change: what the NIK fills in follows it as long as nobody has typed something else. */
export function changeMember(member: MemberDraft, change: Partial<MemberDraft>, today: string): MemberDraft {
  const next = { ...member, ...change }
  if (change.nik !== undefined) next.nik = onlyDigits(change.nik)
  if (change.relationship !== undefined && member.maritalStatus === usualStatus(member.relationship)) {
    next.maritalStatus = usualStatus(change.relationship)
  }
  const before = readMember(member, today)
  const after = readMember(next, today)
  if (change.birthDate === undefined && (member.birthDate === '' || member.birthDate === before.birthDate)) {
    next.birthDate = after.birthDate
  }
  if (change.sex === undefined && (member.sex === '' || member.sex === before.sex)) next.sex = after.sex
  return next
}
