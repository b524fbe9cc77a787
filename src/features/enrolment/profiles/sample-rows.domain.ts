import type { RowContent } from '../batches/content.domain.ts'

/** Invented people, one for each thing that a layout may stumble over. */
const PEOPLE: readonly Partial<RowContent>[] = [
  { fullName: 'Siti Aminah', relationship: 'kepala_keluarga', familyRole: 'peserta', maritalStatus: 'cerai_mati' },
  { fullName: '=Budi Contoh', relationship: 'suami', familyRole: 'suami', sex: 'male', maritalStatus: 'kawin' },
  {
    fullName: 'Rina Contoh',
    relationship: 'istri',
    familyRole: 'istri',
    maritalStatus: 'kawin',
    facilityCode: null,
    facilityName: null,
  },
  { fullName: 'Adi Contoh', relationship: 'anak', familyRole: 'anak', sex: 'male', birthDate: '2015-02-09' },
  {
    fullName: 'Karta Contoh',
    relationship: 'orang_tua',
    familyRole: 'tambahan',
    familyRoleClear: false,
    sex: 'male',
    maritalStatus: 'cerai_hidup',
    postalCode: null,
  },
]

const FIRST: RowContent = {
  proposalId: '00000000-0000-4000-8000-000000000000',
  receiptNumber: 'PDW-3274-2611-000123-K',
  familyCardNumber: '3274010101200001',
  nik: '3274014505900001',
  fullName: 'Siti Aminah',
  relationship: 'kepala_keluarga',
  familyRole: 'peserta',
  familyRoleClear: true,
  birthPlace: 'Cirebon',
  birthDate: '1990-05-05',
  sex: 'female',
  maritalStatus: 'belum_kawin',
  phone: '6281234567890',
  street: 'Jl. Siliwangi 10',
  rt: '001',
  rw: '002',
  postalCode: '45123',
  villageCode: '32.74.01.1001',
  villageName: 'Kejaksan',
  districtCode: '32.74.01',
  districtName: 'Kejaksan',
  facilityCode: '09020107',
  facilityName: 'Puskesmas Kejaksan',
  proposedOn: '2026-11-20',
}

/** The same rows every time; the numbers are nobody's. */
export function sampleRows(count: number): RowContent[] {
  return Array.from({ length: count }, (_, index) => ({
    ...FIRST,
    ...PEOPLE[index % PEOPLE.length],
    nik: `327401450590${String(index + 1).padStart(4, '0')}`,
  }))
}
