import type { Archive } from './archive.ts'
import { readXml } from './xml.ts'

/** Formats that have no code in the file: dates, and dates of East Asian languages. 18-21 and 45-47 are times. */
const BUILT_IN_DATES = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58])
const DAY = 86_400_000
const SECOND = 1_000
/** 31 December 9999, the last day that a spreadsheet program knows. */
const LAST_SERIAL = 2_958_465

/** Whether a number in this format is shown as a day: not as a time of day, a span or a month of nothing. */
export function isDateFormat(code: string): boolean {
  const shown = code
    .replace(/"[^"]*"|\\.|[_*]./g, '')
    .replace(/\[[^\]]*\]/g, '')
    .split(';', 1)
    .join('')
    .toLowerCase()
  if (/general|@/.test(shown)) return false
  if (/[yd]/.test(shown)) return true
  // An m alone is a month; next to hours or seconds it is minutes.
  return /m/.test(shown) && !/[hs]|am\/pm/.test(shown)
}

/** For each style that a cell can have, by its number: whether it shows a date. */
export async function readDateStyles(archive: Archive, part: string): Promise<readonly boolean[]> {
  const codes = new Map<number, string>()
  const styles: boolean[] = []
  let isInCellFormats = false
  await readXml(archive.read(part), {
    open(name, attributes) {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
      if (name === 'cellXfs') isInCellFormats = true
      if (name !== 'xf' || !isInCellFormats) return
      const id = Number(attributes.numFmtId ?? '0')
      const code = codes.get(id)
      styles.push(code === undefined ? BUILT_IN_DATES.has(id) : isDateFormat(code))
    },
    close(name) {
      if (name === 'cellXfs') isInCellFormats = false
    },
  })
  return styles
}

/**
 * The day of a number in a date format, as `yyyy-MM-dd`, with `THH:mm:ss` when it is not midnight. Undefined when it is none: before
 * the first day, after the last, or 29 February 1900, which Excel has and no calendar.
 */
export function findDate(serial: number, from1904: boolean): string | undefined {
  if (!(serial >= 1) && !(from1904 && serial >= 0)) return undefined
  if (serial > LAST_SERIAL) return undefined
  const day = Math.floor(serial)
  if (!from1904 && day === 60) return undefined
  const start = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30)
  const time = Math.round(((serial - day) * DAY) / SECOND) * SECOND
  const text = new Date(start + day * DAY + time).toISOString()
  if (!/^\d{4}-/.test(text)) return undefined
  return text.slice(11, 19) === '00:00:00' ? text.slice(0, 10) : text.slice(0, 19)
}
