/** Synthetic people by number: the same number is the same person in every run, no two share a NIK or a KK. */

const GIVEN = (
  'SITI DEWI NUR SRI RATNA LILIS YULIANTI WARTINI AISYAH FITRI KOKOM CICIH TUTI UMI INDAH RINA EKA DIAN NANI YUNI ' +
  'AGUS BUDI EKO FAJAR HENDRA IRFAN KARSIM MULYADI NANA RUDI TARSONO UDIN WAWAN YANTO ASEP DEDI JOKO SLAMET BAMBANG ARIF'
).split(' ')
const MIDDLE = (
  'AMINAH ROHMAH KHASANAH MASTINAH FATIMAH ZAENAB HALIMAH JUBAEDAH SOLIHIN MAULANA ABDUL MUHAMAD NURUL TRI DWI PUTRI ' +
  'SARI WULAN INTAN MELATI KARTIKA ANGGRAENI PUSPITA MAHARANI'
).split(' ')
const FAMILY = (
  'LESTARI BUDIMAN DARMAWAN FIRMANSYAH GUNAWAN HIDAYAT KURNIAWAN NUGRAHA PERMANA RAHAYU SAPUTRA SETIAWAN SUHERMAN WAHYUDI ' +
  'SANTOSO WIJAYA HANDAYANI SUSANTI PRATAMA UTAMI KUSUMA HARTONO SUGIARTO SULAEMAN ISKANDAR MUSTOFA ROSIDIN SURYANA ' +
  'HERMAWAN WIBOWO ARDIANSYAH PURNAMA HAKIM FAUZI RAMDANI SUPRIATNA SUKARDI MARDIANA OKTAVIA ANDRIANI'
).split(' ')

const DAYS = 28
const MONTHS = 12
const FIRST_YEAR = 1955
const YEARS = 45
const BIRTH_DATES = DAYS * MONTHS * YEARS
const SERIALS = 9_999

export type Person = { nik: string; fullName: string; birthDate: string; sex: 'male' | 'female' }

const digits = (value: number, length: number): string => String(value).padStart(length, '0')

/** Scatters consecutive numbers, so that names and dates of neighbours have nothing in common. */
export function scatter(number: number, salt: number): number {
  let mixed = Math.imul(number ^ salt, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}

export const pick = <Item>(items: readonly Item[], number: number): Item => items[number % items.length] as Item

export function nameOf(number: number): string {
  const parts = [pick(GIVEN, scatter(number, 1)), pick(FAMILY, scatter(number, 3))]
  if (scatter(number, 4) % 3 > 0) parts.splice(1, 0, pick(MIDDLE, scatter(number, 2)))
  return parts.join(' ')
}

function birthOf(number: number): { year: number; month: number; day: number } {
  // A bijection of the remainder: consecutive numbers are born years apart, and every date comes once a cycle.
  const date = ((number % BIRTH_DATES) * 6_151) % BIRTH_DATES
  return {
    year: FIRST_YEAR + (date % YEARS),
    month: 1 + (Math.floor(date / YEARS) % MONTHS),
    day: 1 + Math.floor(date / YEARS / MONTHS),
  }
}

/** `kabKota` as in a NIK: four digits. */
export function personOf(number: number, kabKota = '3274'): Person {
  const { year, month, day } = birthOf(number)
  const cycle = Math.floor(number / BIRTH_DATES)
  const sex = scatter(number, 5) % 2 === 0 ? 'female' : 'male'
  const written = digits(day + (sex === 'female' ? 40 : 0), 2)
  const kecamatan = digits(1 + (Math.floor(cycle / SERIALS) % 5), 2)
  return {
    nik: `${kabKota}${kecamatan}${written}${digits(month, 2)}${digits(year % 100, 2)}${digits(1 + (cycle % SERIALS), 4)}`,
    fullName: nameOf(number),
    birthDate: `${year}-${digits(month, 2)}-${digits(day, 2)}`,
    sex,
  }
}

/** Written in other years than anybody was born in: never the number of its own head. */
export function familyCardOf(number: number, kabKota = '3274'): string {
  const { year, month, day } = birthOf(number)
  const cycle = Math.floor(number / BIRTH_DATES)
  const kecamatan = digits(1 + (Math.floor(cycle / SERIALS) % 5), 2)
  return `${kabKota}${kecamatan}${digits(day, 2)}${digits(month, 2)}${digits(year - FIRST_YEAR, 2)}${digits(1 + (cycle % SERIALS), 4)}`
}

export const phoneOf = (number: number): string => `62812${digits(number % 100_000_000, 8)}`

/** The body of one registration, as text: one proposed head of a household. */
export function intakeBody(number: number): string {
  const { nik, fullName, birthDate, sex } = personOf(number)
  return `{"familyCardNumber":"${familyCardOf(number)}","whatsappNumber":"0${phoneOf(number).slice(2)}","channel":"puskesmas","address":{"street":"Jl. Siliwangi ${number % 200}","rt":"001","rw":"002","villageCode":"32.74.01.1001","postalCode":"45123"},"originalsSeen":true,"consent":{"processing":true,"whatsapp":true},"members":[{"nik":"${nik}","fullName":"${fullName}","relationship":"kepala_keluarga","birthPlace":"CIREBON","birthDate":"${birthDate}","sex":"${sex}","maritalStatus":"kawin","propose":true}]}`
}
