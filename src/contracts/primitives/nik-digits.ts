import { isCalendarDate } from './calendar-day.ts'

/**
 * What the sixteen digits of a NIK say: region of first issue, birth date (day + 40 for women), serial number.
 * The number is for life and follows neither removals nor corrections, so everything here is evidence, never proof.
 */
export type NikParts = {
  /** Six digits: province, kab/kota, kecamatan of first issue. */
  regionDigits: string
  day: number
  month: number
  /** Two digits; the century is not in the number. */
  year: number
  sex: 'male' | 'female'
}

export type NikFault =
  | 'nik_not_16_digits'
  | 'nik_all_zero'
  | 'nik_serial_zero'
  | 'nik_day_invalid'
  | 'nik_month_invalid'

const WOMAN_DAY_OFFSET = 40

/** Sixteen digits that cannot be a NIK, or null. Day and month 00 occur in practice and are left to the officer. */
export function findNikFault(nik: string): NikFault | null {
  if (!/^[0-9]{16}$/.test(nik)) return 'nik_not_16_digits'
  if (/^0+$/.test(nik)) return 'nik_all_zero'
  if (nik.endsWith('0000')) return 'nik_serial_zero'
  const day = Number(nik.slice(6, 8))
  if (day > 71 || (day > 31 && day < 41)) return 'nik_day_invalid'
  if (Number(nik.slice(8, 10)) > 12) return 'nik_month_invalid'
  return null
}

/** Reads a NIK that has no fault. */
export function readNik(nik: string): NikParts {
  const day = Number(nik.slice(6, 8))
  const isWoman = day > WOMAN_DAY_OFFSET
  return {
    regionDigits: nik.slice(0, 6),
    day: isWoman ? day - WOMAN_DAY_OFFSET : day,
    month: Number(nik.slice(8, 10)),
    year: Number(nik.slice(10, 12)),
    sex: isWoman ? 'female' : 'male',
  }
}

export type NikDifference = 'nik_date_not_calendar' | 'nik_birthdate_differs' | 'nik_sex_differs'

/**
 * Where a NIK without a fault says something else than what is stated ("yyyy-MM-dd"). Warnings only: a NIK never changes,
 * data do.
 */
export function findNikDifferences(
  nik: string,
  stated: { birthDate: string; sex: 'male' | 'female' },
): NikDifference[] {
  const { year, month, day, sex } = readNik(nik)
  const found: NikDifference[] = []
  const [inYear, inMonth, inDay] = [year, month, day].map((part) => String(part).padStart(2, '0'))
  const inNumber = `${stated.birthDate.slice(0, 2)}${inYear}-${inMonth}-${inDay}`
  if (!isCalendarDate(inNumber)) found.push('nik_date_not_calendar')
  else if (inNumber !== stated.birthDate) found.push('nik_birthdate_differs')
  // Day 00 stands for an unknown birth date: it says nothing about the sex either.
  if (day > 0 && sex !== stated.sex) found.push('nik_sex_differs')
  return found
}

const ADULT_YEARS = 17

/**
 * The birth date that a NIK without a fault stands for ("yyyy-MM-dd"): the latest one that is not in the future, of somebody who holds a KTP
 * (`isAdult`) the latest that makes them 17. Null when its digits are no day of the calendar.
 */
export function guessBirthDate(nik: string, today: string, isAdult: boolean): string | null {
  const { year, month, day } = readNik(nik)
  const latest = isAdult ? `${Number(today.slice(0, 4)) - ADULT_YEARS}${today.slice(4)}` : today
  const [inYear, inMonth, inDay] = [year, month, day].map((part) => String(part).padStart(2, '0'))
  const candidates = ['20', '19'].map((century) => `${century}${inYear}-${inMonth}-${inDay}`)
  return candidates.find((date) => isCalendarDate(date) && date <= latest) ?? null
}

/** Written with spaces, dots or dashes as on a copy, or pasted with invisible marks; only digits are kept. */
export function onlyDigits(value: string): string {
  return value.replace(/[\s.\p{Cf}-]/gu, '')
}
