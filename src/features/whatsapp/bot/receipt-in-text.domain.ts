import { readReceiptNumber } from '../../../contracts/primitives/receipt-number.ts'

/** What people type for a digit: the letters that look like one. */
const LOOKALIKES: Record<string, string> = { O: '0', Q: '0', I: '1', L: '1', '|': '1' }
const REGION_AND_MONTH_DIGITS = 8
/** yymm, from 2024 on: it also tells a receipt from a family card number. */
const MONTH = /^\d{4}(?:2[4-9]|[3-9]\d)(?:0[1-9]|1[0-2])/u
const SERIAL_MIN = 6
const SERIAL_MAX = 12

type Place = { character: string; end: number }

/** Letters and digits from a position on, with where each ends in the text; stops at what cannot stand inside a number. */
function charactersFrom(text: string, start: number): Place[] {
  const places: Place[] = []
  const longest = REGION_AND_MONTH_DIGITS + SERIAL_MAX + 1
  for (let at = start; at < text.length && places.length < longest; at++) {
    const character = text[at] ?? ''
    if (/[0-9A-Z|]/u.test(character)) places.push({ character, end: at + 1 })
    else if (!/[\s._/\\\p{Pd}*:]/u.test(character)) break
  }
  return places
}

const toDigit = (character: string): string => LOOKALIKES[character] ?? character
const variants = (check: string): string[] => {
  const digit = toDigit(check)
  const alike = Object.keys(LOOKALIKES).filter((letter) => LOOKALIKES[letter] === check && letter !== '|')
  return [...new Set([check, digit, ...alike])]
}

function readFrom(text: string, start: number): { receiptNumber: string; end: number } | null {
  const places = charactersFrom(text, start)
  const found: { receiptNumber: string; end: number }[] = []
  for (let serial = SERIAL_MIN; serial <= SERIAL_MAX; serial++) {
    const length = REGION_AND_MONTH_DIGITS + serial
    const last = places[length]
    if (!last) break
    const digits = places
      .slice(0, length)
      .map((place) => toDigit(place.character))
      .join('')
    if (!/^\d+$/u.test(digits) || !MONTH.test(digits)) break
    for (const check of variants(last.character)) {
      const receiptNumber = readReceiptNumber(`PDW${digits}${check}`)
      if (receiptNumber) {
        found.push({ receiptNumber, end: last.end })
        break
      }
    }
  }
  // A number that ends where a word ends is the one that was meant: four digits of a phone may follow it.
  return found.find(({ end }) => !/[0-9A-Z]/u.test(text[end] ?? ' ')) ?? found[0] ?? null
}

// An identity number behind "PDW" stays one: 16 digits however they are grouped, or the 13 of a JKN card in one piece.
const IDENTITY_DIGITS = 16
const CARD = /(?<!\d)\d{13}(?!\d)/u
function looksMistyped(tail: string): boolean {
  const digits = tail.replace(/\D/gu, '').length
  return digits >= SERIAL_MIN && digits < IDENTITY_DIGITS && !CARD.test(tail)
}

export type ReceiptInText =
  /** `rest`: the text without it. */
  | { kind: 'found'; receiptNumber: string; rest: string }
  /** Looks like one, and its check character says that something is wrong. */
  | { kind: 'mistyped'; rest: string }
  | { kind: 'none' }

/**
 * The first receipt number in a text: any case, hyphens missing or other, "O" for zero, and without "PDW" when the rest proves
 * itself by its check character.
 */
export function findReceipt(written: string): ReceiptInText {
  const text = written

    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .toUpperCase()
  let mistyped: ReceiptInText | undefined
  for (const prefix of text.matchAll(/P[\s._-]?D[\s._-]?W/gu)) {
    const from = prefix.index + prefix[0].length
    const read = readFrom(text, from)
    if (read) {
      return {
        kind: 'found',
        receiptNumber: read.receiptNumber,
        rest: `${text.slice(0, prefix.index)} ${text.slice(read.end)}`,
      }
    }
    const tail = /^[\d\s._/*:\p{Pd}]*/u.exec(text.slice(from))?.[0] ?? ''
    if (!mistyped && looksMistyped(tail)) {
      mistyped = { kind: 'mistyped', rest: `${text.slice(0, prefix.index)} ${text.slice(from + tail.length)}` }
    }
  }
  for (const bare of text.matchAll(
    /(?<![0-9A-Z])\d{2}\.?\d{2}[\s.-]\d{4}[\s.-]\d{6,12}[\s.-]?[0-9A-Z](?![0-9A-Z])/gu,
  )) {
    const read = readFrom(text, bare.index)
    if (read) {
      return {
        kind: 'found',
        receiptNumber: read.receiptNumber,
        rest: `${text.slice(0, bare.index)} ${text.slice(read.end)}`,
      }
    }
  }
  return mistyped ?? { kind: 'none' }
}

/** The last four digits of a phone number that somebody gives: four digits on their own, or the whole number. */
export function findLastFour(text: string): string | null {
  const phone = /(?<!\d)(?:\+?62|0)[\s.-]?8(?:[\s.-]?\d){7,11}(?!\d)/u.exec(text)
  if (phone) return phone[0].replace(/\D/gu, '').slice(-4)
  return /(?<![\dA-Za-z])(\d{4})(?![\dA-Za-z])/u.exec(text)?.[1] ?? null
}
