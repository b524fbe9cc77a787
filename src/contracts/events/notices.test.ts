import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NOTICE_NAME_MAX, noticeName, publicReasons } from './notices.ts'

test.each([
  ['SITI AMINAH', 'Siti A.'],
  ['MUHAMMAD RIZKY FADILAH AZIS', 'Muhammad R. F.'],
  ["NUR'AINI", "Nur'aini"],
  ['SRI-REJEKI', 'Sri-Rejeki'],
  ['H. ABDUL AZIS', 'H. Abdul A.'],
  ['M. RIZKY', 'M. Rizky'],
  ['SUKARNO', 'Sukarno'],
  ['A', 'A'],
])('%s is called %s', (fullName, called) => {
  expect(noticeName(fullName)).toBe(called)
})

test('a name on a shared phone is never longer than its bound and never holds a second full name', () => {
  const word = fc.stringMatching(/^[A-Z][A-Z'.-]{0,40}$/)
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      const called = noticeName(words.join(' '))
      expect(called.length).toBeLessThanOrEqual(NOTICE_NAME_MAX)
      expect(called.split(' ').filter((part) => !part.endsWith('.')).length).toBeLessThanOrEqual(1)
    }),
  )
})

test('sensitive reasons are told at the counter only', () => {
  expect(publicReasons(['KK_TIDAK_TERBACA', 'MENINGGAL', 'DIDUGA_PALSU', 'SEGMEN_PEKERJA', 'LAINNYA'])).toEqual([
    'KK_TIDAK_TERBACA',
  ])
})
