import type { MockParticipant } from './participant.ts'

/** What an officer would enter for a member: for most of them what BPJS holds, for some a letter or a day apart. */
export type MockApplicant = { nik: string; fullName: string; birthDate: string; sex: 'male' | 'female' }
export type MockMember = {
  participant: MockParticipant
  applicant: MockApplicant
  differs: 'no' | 'name' | 'birth_date'
}

export const MOCK_POPULATION_SIZE = 200

const MALE_NAMES = [
  'AGUS',
  'BUDI',
  'CARSITA',
  'DEDI',
  'EKO',
  'FAJAR',
  'HENDRA',
  'IRFAN',
  'JAENUDIN',
  'KARSIM',
  'MULYADI',
  'NANA',
  'RUDI',
  'SAPRI',
  'TARSONO',
  'UDIN',
  'WAWAN',
  'YANTO',
]
const FEMALE_NAMES = [
  'AISYAH',
  'CICIH',
  'DEWI',
  'ENENG',
  'FITRI',
  'IIS',
  'JUBAEDAH',
  'KOKOM',
  'LILIS',
  'MASTINAH',
  'NURHAYATI',
  'RATNA',
  'SITI',
  'TUTI',
  'UMI',
  'WARTINI',
  'YULIANTI',
  'ZAENAB',
]
const FAMILY_NAMES = [
  'AMINAH',
  'BUDIMAN',
  'DARMAWAN',
  'FIRMANSYAH',
  'GUNAWAN',
  'HIDAYAT',
  'KURNIAWAN',
  'LESTARI',
  'MAULANA',
  'NUGRAHA',
  'PERMANA',
  'RAHAYU',
  'SAPUTRA',
  'SETIAWAN',
  'SUHERMAN',
  'WAHYUDI',
]
const KECAMATAN = ['01', '02', '03', '04', '05']

const ACTIVE = { kode: '0', keterangan: 'AKTIF' }
const ARREARS = { kode: '9', keterangan: 'NON AKTIF KARENA PREMI' }
const PBI_APBN = { kode: '21', keterangan: 'PBI (APBN)' }
const PBI_APBD = { kode: '22', keterangan: 'PBI (APBD)' }
const EMPLOYEE = { kode: '13', keterangan: 'PEGAWAI SWASTA' }
const PENSIONER = { kode: '15', keterangan: 'PENERIMA PENSIUN PNS' }
const SELF_PAYING = { kode: '14', keterangan: 'PEKERJA MANDIRI' }

/** Every status known in the field and one that is not in any table; 200 in all. */
const GROUPS = [
  { count: 40, status: ACTIVE, jenis: PBI_APBN, differs: 'no' },
  { count: 30, status: ACTIVE, jenis: PBI_APBD, differs: 'no' },
  { count: 20, status: ACTIVE, jenis: EMPLOYEE, differs: 'no' },
  { count: 10, status: ACTIVE, jenis: SELF_PAYING, differs: 'no' },
  { count: 8, status: ACTIVE, jenis: PBI_APBN, differs: 'name' },
  { count: 8, status: ACTIVE, jenis: PBI_APBD, differs: 'birth_date' },
  { count: 30, status: ARREARS, jenis: SELF_PAYING, differs: 'no' },
  { count: 4, status: ARREARS, jenis: SELF_PAYING, differs: 'name' },
  { count: 15, status: { kode: '15', keterangan: 'NON AKTIF DI AKHIR BULAN' }, jenis: PBI_APBN, differs: 'no' },
  { count: 10, status: { kode: '2', keterangan: 'MENINGGAL' }, jenis: PENSIONER, differs: 'no' },
  { count: 10, status: { kode: '6', keterangan: 'TIDAK DITANGGUNG' }, jenis: EMPLOYEE, differs: 'no' },
  { count: 10, status: { kode: '7', keterangan: 'PENANGGUHAN PESERTA' }, jenis: EMPLOYEE, differs: 'no' },
  { count: 5, status: { kode: '88', keterangan: 'DALAM PENELITIAN' }, jenis: PBI_APBD, differs: 'no' },
] as const

/** The zero NIK answers with a stranger on the real service; so does the mock. */
export const PLACEHOLDER: MockParticipant = {
  nik: '0000000000000000',
  nama: 'BAYI BR LAHIR',
  tglLahir: '2015-01-01',
  sex: 'L',
  noKartu: '0000000000001',
  status: ACTIVE,
  jenis: PBI_APBN,
}

/** Synthetic members of Kota Cirebon (3274), the same ones every time. */
export function createMockPopulation(): MockMember[] {
  const random = createRandom(3274)
  const pick = <Item>(items: readonly [Item, ...Item[]] | readonly Item[], fallback: Item): Item =>
    items[Math.floor(random() * items.length)] ?? fallback
  const members: MockMember[] = []
  for (const group of GROUPS) {
    for (let index = 0; index < group.count; index += 1) {
      const serial = members.length + 1
      const isFemale = random() < 0.5
      const birthDate = randomDay(random)
      const nik = nikOf(pick(KECAMATAN, '01'), birthDate, isFemale, serial)
      const fullName = `${pick(isFemale ? FEMALE_NAMES : MALE_NAMES, 'SITI')} ${pick(FAMILY_NAMES, 'AMINAH')}`
      members.push({
        differs: group.differs,
        participant: {
          nik,
          nama: group.differs === 'name' ? misspelt(fullName) : fullName,
          tglLahir: group.differs === 'birth_date' ? dayAfter(birthDate) : birthDate,
          sex: isFemale ? 'P' : 'L',
          noKartu: `00032740${String(serial).padStart(5, '0')}`,
          status: group.status,
          jenis: group.jenis,
          ...(group.status === ARREARS ? { tunggakan: 42_000 * (1 + Math.floor(random() * 24)) } : {}),
        },
        applicant: { nik, fullName, birthDate, sex: isFemale ? 'female' : 'male' },
      })
    }
  }
  return members
}

/** Mulberry32: small, seeded, good enough to scatter names and days. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function randomDay(random: () => number): string {
  const first = Date.UTC(1945, 0, 1)
  const last = Date.UTC(2007, 11, 31)
  return new Date(first + Math.floor(random() * (last - first))).toISOString().slice(0, 10)
}

function nikOf(kecamatan: string, birthDate: string, isFemale: boolean, serial: number): string {
  const [year = '', month = '', day = ''] = birthDate.split('-')
  const writtenDay = String(Number(day) + (isFemale ? 40 : 0)).padStart(2, '0')
  return `3274${kecamatan}${writtenDay}${month}${year.slice(2)}${String(serial).padStart(4, '0')}`
}

/** The slip that clerks make: the last letter twice. */
function misspelt(name: string): string {
  return `${name}${name.at(-1)}`
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}
