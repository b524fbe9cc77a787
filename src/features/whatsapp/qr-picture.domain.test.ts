import { decode } from 'fast-png'
import { encode } from 'uqr'
import { expect, test } from 'vitest'
import { drawQr } from './qr-picture.domain.ts'

const LINK = 'https://puntadewa.example/status?receiptNumber=PDW-3274-2611-000123-K'
const DOTS = 12

test('the picture is the code of the printed receipt, dot for dot', () => {
  const { width, height, data, depth, channels, text } = decode(drawQr(LINK))
  const printed = encode(LINK, { ecc: 'M', border: 4 })
  expect({ width, height, depth, channels, text }).toEqual({
    width: printed.size * DOTS,
    height: printed.size * DOTS,
    depth: 8,
    channels: 1,
    text: {},
  })
  const isBlack = (row: number, column: number): boolean | undefined =>
    printed.data[Math.floor(row / DOTS)]?.[Math.floor(column / DOTS)]
  const wrong = [...data].filter((dot, index) => {
    const expected = isBlack(Math.floor(index / width), index % width) ? 0 : 255
    return dot !== expected
  })
  expect(wrong).toEqual([])
})

test('another link is another picture, the same link the same', () => {
  expect(drawQr(LINK)).toEqual(drawQr(LINK))
  expect(drawQr(`${LINK}0`)).not.toEqual(drawQr(LINK))
})
