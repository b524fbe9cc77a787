import { expect, test } from 'vitest'
import { negotiateLanguage } from './language.ts'

test.each([
  [undefined, 'id'],
  ['', 'id'],
  ['id-ID,id;q=0.9,en;q=0.8', 'id'],
  ['en', 'en'],
  ['en-US,en;q=0.9', 'en'],
  ['id,en-US;q=0.95', 'id'],
  ['en;q=0.9, in;q=0.8', 'en'],
  ['in-ID', 'id'],
  ['jv,su', 'id'],
  ['fr,en;q=0.5', 'en'],
  ['*', 'id'],
  ['en;q=nonsense', 'id'],
  ['en;q=0', 'id'],
  ['en,'.repeat(5000), 'id'],
])('Accept-Language %s is answered in %s', (header, language) => {
  expect(negotiateLanguage(header)).toBe(language)
})
