import type { IntakeBody, MemberBody } from '../intake-body.ts'

export type Villager = MemberBody & { nik: string }
export type Place = { village: string; villageName: string; postalCode: string; district: string; districtName: string }
export type Family = {
  number: number
  place: Place
  /** As the product writes to it. */
  phone: string
  body: Omit<IntakeBody, 'members'> & { members: Villager[] }
}

const FAMILIES = 60

/** One kelurahan in each kecamatan of Kota Cirebon. */
const PLACES: readonly Place[] = [
  ['32.74.01.1001', 'Kejaksan', '45123', 'Kejaksan'],
  ['32.74.02.1004', 'Panjunan', '45112', 'Lemahwungkuk'],
  ['32.74.03.1003', 'Kecapi', '45142', 'Harjamukti'],
  ['32.74.04.1002', 'Pekalipan', '45117', 'Pekalipan'],
  ['32.74.05.1004', 'Drajat', '45133', 'Kesambi'],
].map(([village = '', villageName = '', postalCode = '', districtName = '']) => ({
  village,
  villageName,
  postalCode,
  district: village.slice(0, 8),
  districtName,
}))

const words = (text: string): string[] => text.split(' ')
const MEN = words(
  'AHMAD BUDI CARSITA DEDI EKO FAJAR GILANG HENDRA IRFAN JAENUDIN KARSIM LUKMAN MULYADI NANA OMAN PURWANTO RUDI SAPRI TARSONO WAWAN',
)
const WOMEN = words(
  'AISYAH BADRIAH CICIH DEWI ENENG FITRI GINA HALIMAH IIS JUBAEDAH KOKOM LILIS MASTINAH NURHAYATI ONIH PIPIT RATNA SITI TUTI WARTINI',
)
const CHILDREN = words(
  'ADITYA BUNGA CHANDRA DINDA ERLANGGA FEBRI GALIH HANIFAH INTAN JOHAN KIRANA LESTI MUTIARA NABILA OKTAVIA PUTRI RAIHAN SYIFA TEGUH VINA',
)
const SURNAMES = words(
  'AMINULLAH BUDIMAN DARMAWAN FIRMANSYAH GUNAWAN HIDAYAT KURNIAWAN MAULANA NUGRAHA PERMANA SAPUTRA WAHYUDI',
)

const two = (value: number): string => String(value).padStart(2, '0')
const four = (value: number): string => String(value).padStart(4, '0')
const at = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index % items.length]
  if (item === undefined) throw new RangeError('an empty list')
  return item
}

/** Days so far apart that nobody looks like somebody else. */
function dayOf(firstYear: number, serial: number): string {
  return new Date(Date.UTC(firstYear, 0, 3) + serial * 97 * 86_400_000).toISOString().slice(0, 10)
}

/**
 * Sixty invented families of Kota Cirebon, the same ones every time: father, mother and child, every fifth with a grandmother, every
 * sixth a widow with her child, and here and there a child that is on the KK and not proposed. RT and RW as they are typed.
 */
export function inventFamilies(): Family[] {
  let serial = 1_000
  const villager = (given: Omit<Villager, 'nik' | 'birthPlace'>): Villager => {
    serial += 1
    const [year = '', month = '', day = ''] = given.birthDate.split('-')
    const written = two(Number(day) + (given.sex === 'female' ? 40 : 0))
    return {
      nik: `32740${1 + (serial % 5)}${written}${month}${year.slice(2)}${four(serial)}`,
      birthPlace: 'CIREBON',
      ...given,
    }
  }
  return Array.from({ length: FAMILIES }, (_, index): Family => {
    const number = index + 1
    const round = Math.floor(index / MEN.length)
    const surname = at(SURNAMES, index * 7 + round * 3)
    const maiden = at(SURNAMES, index * 7 + round * 3 + 5)
    const place = at(PLACES, index)
    const isWidow = number % 6 === 0
    const mother = {
      fullName: `${at(WOMEN, index)} ${maiden}`,
      birthDate: dayOf(1972, index),
      sex: 'female' as const,
    }
    const parents = isWidow
      ? [villager({ ...mother, relationship: 'kepala_keluarga', maritalStatus: 'cerai_mati' })]
      : [
          villager({
            fullName: `${at(MEN, index)} ${surname}`,
            birthDate: dayOf(1968, index),
            sex: 'male',
            relationship: 'kepala_keluarga',
            maritalStatus: 'kawin',
          }),
          villager({ ...mother, relationship: 'istri', maritalStatus: 'kawin' }),
        ]
    const child = villager({
      fullName: `${at(CHILDREN, index)} ${surname}`,
      birthDate: dayOf(2001, index),
      sex: index % 2 === 0 ? 'male' : 'female',
      relationship: 'anak',
      maritalStatus: 'belum_kawin',
      ...(number % 10 === 3 ? { propose: false } : {}),
    })
    const grandmother = villager({
      fullName: `${at(WOMEN, index + 9)} ${at(SURNAMES, index * 7 + round * 3 + 8)}`,
      birthDate: dayOf(1940, index),
      sex: 'female',
      relationship: 'orang_tua',
      maritalStatus: 'cerai_hidup',
    })
    const local = `81245${String(600_000 + number * 37)}`
    return {
      number,
      place,
      phone: `62${local}`,
      body: {
        familyCardNumber: `${place.district.replaceAll('.', '')}${two(1 + (index % 28))}0120${four(2_000 + number)}`,
        whatsappNumber: `0${local}`,
        channel: 'puskesmas',
        address: {
          street: `Jl. Siliwangi Gg. ${number}`,
          rt: String(1 + (index % 9)),
          rw: String(1 + (index % 4)),
          villageCode: place.village,
          // Left out, it is the village's.
          ...(number % 4 === 0 ? {} : { postalCode: place.postalCode }),
        },
        originalsSeen: true,
        consent: { processing: true, whatsapp: true },
        members: [...parents, child, ...(number % 5 === 0 ? [grandmother] : [])],
      },
    }
  })
}
