import { makeFamilyCardNumber, makeNik, makePhone } from '../intake-body.ts'

export type FamilyMember = { nik: string; fullName: string; birthDate: string; sex: 'male' | 'female' }
export type Family = { familyCardNumber: string; phone: string; members: FamilyMember[] }

const make = (fullName: string, birthDate: string, sex: 'male' | 'female'): FamilyMember => ({
  nik: makeNik(birthDate, sex),
  fullName,
  birthDate,
  sex,
})

/** A married couple with two children and a grandmother; other numbers every time. */
export const makeFamily = (): Family => ({
  familyCardNumber: makeFamilyCardNumber(),
  phone: makePhone(),
  members: [
    make('BAMBANG SUHARTONO', '1985-03-14', 'male'),
    make('RATNA KUSUMAWATI', '1988-07-21', 'female'),
    make('DIMAS PRAYOGA', '2012-01-30', 'male'),
    make('LARAS WULANDARI', '2016-11-02', 'female'),
    make('SUMINAH HADIWIJAYA', '1955-08-17', 'female'),
  ],
})

const PBI_APBD = { kode: '22', keterangan: 'PBI (APBD)' }

/** Teaches the mock of BPJS that somebody is a member, of which segment and whether active. */
export async function teachMember(
  mockAddress: string,
  member: FamilyMember,
  isActive: boolean,
  segment = PBI_APBD,
): Promise<void> {
  const { nik, fullName, birthDate, sex } = member
  const response = await fetch(`${mockAddress}/control/participants/${nik}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      nama: fullName,
      tglLahir: birthDate,
      sex: sex === 'male' ? 'L' : 'P',
      noKartu: `000${nik.slice(-10)}`,
      status: isActive ? { kode: '0', keterangan: 'AKTIF' } : { kode: '9', keterangan: 'NON AKTIF KARENA PREMI' },
      jenis: segment,
    }),
  })
  if (!response.ok) throw new Error(`the mock answered ${response.status}`)
}
