import { encode } from 'uqr'
import { expect, test } from 'vitest'
import { readReceiptNumber } from '../../contracts/primitives/receipt-number.ts'
import { composeStatusLink, composeWhatsappLink, QR_OPTIONS, renderQr } from './receipt.domain.ts'

const RECEIPT = 'PDW-3274-2611-000123-K'

/** The modules of an SVG that draws each dark one as a square of ten: which of them are dark. */
function readModules(svg: string): boolean[][] {
  const size = Number(/viewBox="0 0 (\d+) \d+"/u.exec(svg)?.[1]) / 10
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => false))
  for (const [, x, y] of svg.matchAll(/M(\d+),(\d+)h10v10h-10z/gu)) {
    const row = rows[Number(y) / 10]
    if (row) row[Number(x) / 10] = true
  }
  return rows
}

test('the link opens a chat with the office, and the text in it names the receipt', () => {
  const link = new URL(composeWhatsappLink('6284000000000', RECEIPT))
  expect(link.origin + link.pathname).toBe('https://wa.me/6284000000000')
  expect([...link.searchParams.keys()]).toEqual(['text'])
  const text = link.searchParams.get('text') ?? ''
  expect(text).toBe(`Halo, nomor pendaftaran saya ${RECEIPT}`)
  expect(readReceiptNumber(text.split(' ').at(-1) ?? '')).toBe(RECEIPT)
  // Some phones read "+" as itself: spaces are written out.
  expect(link.href).not.toContain('+')
})

test('the status link fills in the receipt number and nothing else', () => {
  const link = new URL(composeStatusLink('https://puntadewa.example/status', RECEIPT))
  expect(Object.fromEntries(link.searchParams)).toEqual({ receiptNumber: RECEIPT })
})

test.each([
  composeWhatsappLink('6284000000000', RECEIPT),
  composeStatusLink('https://puntadewa.example/status', RECEIPT),
])('the picture holds exactly %s', (link) => {
  const { data } = encode(link, QR_OPTIONS)
  const drawn = readModules(renderQr(link))
  expect(drawn).toEqual(data)
  expect(drawn).not.toEqual(encode(`${link}0`, QR_OPTIONS).data)
  // The quiet zone is empty, and what is drawn is not.
  expect(drawn.slice(0, QR_OPTIONS.border).flat()).not.toContain(true)
  expect(drawn.flat().filter(Boolean).length).toBeGreaterThan(300)
})
