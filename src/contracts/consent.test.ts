import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { CONSENT_VERSION } from './consent.ts'
import { TEXTS } from './text/index.ts'

/** The words of each version, in both languages. A changed text is a new version and a new row; rows stay. */
const WORDS: Record<string, string> = {
  '2026-11': 'c81a16eee1624988f5decb16663ea00acb66e9944e86d431c5650ece157029e8',
  '2026-12': '96e62051552b810c3d573da994ca5881b72434f3ccf455d3a12a574fe28d105f',
}

test('the words of a version never change: what a household agreed to can be read again', () => {
  const words = JSON.stringify([TEXTS.id.consent, TEXTS.en.consent])
  expect(createHash('sha256').update(words).digest('hex')).toBe(WORDS[CONSENT_VERSION])
})
