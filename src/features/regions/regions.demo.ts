import type { OfficeItem, OpeningHours, PopulationFigure } from '../../contracts/api/regions.ts'
import type { Db } from '../database.ts'
import { insertOffice } from './offices.repository.ts'
import { setPostalCodes } from './regions.repository.ts'

/** Kota Cirebon: 5 kecamatan, 22 kelurahan. Its names and codes come with the reference data; here is what those lack. */
export const DEMO_REGION = '32.74'
/** Kabupaten Cirebon, the neighbour: something that lies outside everybody's scope. */
const OTHER_REGION = '32.09'

/** Kelurahan and postal code. */
const VILLAGES: readonly (readonly [code: string, name: string, postalCode: string])[] = [
  ['32.74.01.1001', 'Kejaksan', '45123'],
  ['32.74.01.1002', 'Sukapura', '45122'],
  ['32.74.01.1003', 'Kesenden', '45121'],
  ['32.74.01.1004', 'Kebonbaru', '45121'],
  ['32.74.02.1001', 'Pegambiran', '45113'],
  ['32.74.02.1002', 'Lemahwungkuk', '45111'],
  ['32.74.02.1003', 'Kesepuhan', '45114'],
  ['32.74.02.1004', 'Panjunan', '45112'],
  ['32.74.03.1001', 'Kalijaga', '45144'],
  ['32.74.03.1002', 'Harjamukti', '45143'],
  ['32.74.03.1003', 'Kecapi', '45142'],
  ['32.74.03.1004', 'Larangan', '45141'],
  ['32.74.03.1005', 'Argasunya', '45145'],
  ['32.74.04.1001', 'Jagasatru', '45115'],
  ['32.74.04.1002', 'Pekalipan', '45117'],
  ['32.74.04.1003', 'Pulasaren', '45116'],
  ['32.74.04.1004', 'Pekalangan', '45118'],
  ['32.74.05.1001', 'Pekiringan', '45131'],
  ['32.74.05.1002', 'Sunyaragi', '45132'],
  ['32.74.05.1003', 'Kesambi', '45134'],
  ['32.74.05.1004', 'Drajat', '45133'],
  ['32.74.05.1005', 'Karyamulya', '45131'],
]

const WEEKDAY = [{ opens: '07:30', closes: '14:30' }]
const OPENING_HOURS: OpeningHours = {
  monday: WEEKDAY,
  tuesday: WEEKDAY,
  wednesday: WEEKDAY,
  thursday: WEEKDAY,
  friday: [
    { opens: '07:30', closes: '11:30' },
    { opens: '13:00', closes: '14:30' },
  ],
}

/** The same ids in every demo: accounts, tests and documents can name an office. */
const demoId = (digits: string): string => `01937000-0000-7000-8000-${digits.padStart(12, '0')}`
const villageOfficeId = (code: string): string => demoId(code.replaceAll('.', ''))

export const DEMO_OFFICES = {
  puskesmas: villageOfficeId('32.74.01.1001'),
  otherPuskesmas: villageOfficeId('32.74.05.1003'),
  mpp: demoId('327400000002'),
  mobile: demoId('327400000003'),
  hospital: demoId('327400000004'),
  healthOffice: demoId('327400000001'),
  otherRegion: demoId('320900000001'),
} as const

const office = (
  given: Pick<OfficeItem, 'id' | 'code' | 'kind' | 'name' | 'regionCode' | 'villageCode' | 'address'>,
): OfficeItem => ({
  ...given,
  openingHours: OPENING_HOURS,
  phone: null,
  bpjsFacilityCode: null,
  active: true,
  version: 1,
})

// Invented for the demo, one puskesmas a kelurahan: no open list of the real ones exists.
const offices: readonly OfficeItem[] = [
  ...VILLAGES.map(([code, name, postalCode]) =>
    office({
      id: villageOfficeId(code),
      code: `PKM-${name.toUpperCase()}`,
      kind: 'puskesmas',
      name: `Puskesmas ${name}`,
      regionCode: DEMO_REGION,
      villageCode: code,
      address: `Jl. Contoh Puskesmas ${name} No. 1, Kota Cirebon ${postalCode}`,
    }),
  ),
  office({
    id: DEMO_OFFICES.healthOffice,
    code: 'DINKES-CIREBON',
    kind: 'health_office',
    name: 'Dinas Kesehatan Kota Cirebon',
    regionCode: DEMO_REGION,
    villageCode: '32.74.05.1003',
    address: 'Jl. Contoh Dinas No. 1, Kota Cirebon 45134',
  }),
  office({
    id: DEMO_OFFICES.mpp,
    code: 'MPP-CIREBON',
    kind: 'mpp',
    name: 'Loket JKN Mal Pelayanan Publik',
    regionCode: DEMO_REGION,
    villageCode: '32.74.01.1001',
    address: 'Jl. Contoh Pelayanan No. 1, Kota Cirebon 45123',
  }),
  office({
    id: DEMO_OFFICES.mobile,
    code: 'KELILING-CIREBON',
    kind: 'mobile',
    name: 'Layanan Keliling Kota Cirebon',
    regionCode: DEMO_REGION,
    villageCode: null,
    address: 'Berpindah, lihat jadwal kelurahan',
  }),
  office({
    id: DEMO_OFFICES.hospital,
    code: 'RS-CIREBON',
    kind: 'hospital',
    name: 'Loket JKN Rumah Sakit Contoh',
    regionCode: DEMO_REGION,
    villageCode: '32.74.05.1004',
    address: 'Jl. Contoh Rumah Sakit No. 1, Kota Cirebon 45133',
  }),
  office({
    id: DEMO_OFFICES.otherRegion,
    code: 'PKM-KEDAWUNG',
    kind: 'puskesmas',
    name: 'Puskesmas Kedawung',
    regionCode: OTHER_REGION,
    villageCode: '32.09.20.2008',
    address: 'Jl. Contoh Kedawung No. 1, Kabupaten Cirebon',
  }),
]

const SOURCE = 'Dukcapil Kemendagri, Desember 2024'
const POPULATION: Record<string, PopulationFigure> = {
  [DEMO_REGION]: { asOf: '2024-12-31', source: SOURCE, total: 356_629, male: 178_969, female: 177_660 },
  [OTHER_REGION]: { asOf: '2024-12-31', source: SOURCE, total: 2_489_046, male: null, female: null },
}

/** Adds what is missing of the demo; what somebody has changed since stays. Returns whether postal codes changed. */
export async function seedDemoRegions(executor: Db): Promise<boolean> {
  return await executor.transaction().execute(async (tx) => {
    const changed = await setPostalCodes(
      tx,
      Object.fromEntries(VILLAGES.map(([code, , postalCode]) => [code, postalCode])),
    )
    for (const each of offices) await insertOffice(tx, each)
    await tx
      .insertInto('population_figure')
      .values(
        Object.entries(POPULATION).map(([region_code, { asOf, ...figure }]) => ({
          region_code,
          as_of: asOf,
          ...figure,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return changed > 0
  })
}
