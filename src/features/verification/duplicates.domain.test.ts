import { describe, expect, it } from 'vitest'
import { DUPLICATE_THRESHOLD, likelyBirthDates, type PersonTraits, scoreLikeness } from './duplicates.domain.ts'
import { comparableName, compareNames } from './name-similarity.domain.ts'

const person = (fullName: string, birthDate: string, sex = 'male'): PersonTraits => ({
  name: comparableName(fullName),
  birthDate,
  sex,
})
const likeness = (left: string, right: string) => compareNames(comparableName(left), comparableName(right))
const STRANGERS = { sameNik: false, sameFamilyCard: false }

describe('comparing names', () => {
  it.each([
    ['MUHAMMAD RIZKY FADILAH', 'M. RIZKY FADILAH'],
    ['MOCH. YUSUF', 'MUHAMMAD YUSUF'],
    ['SITI AMINAH', 'ST. AMINAH'],
    ['H. ABDUL AZIS, S.PD', 'ABD AZIZ'],
    ['SOEHARTO', 'SUHARTO'],
    ['DJOKO TJAHJONO', 'JOKO CAHYONO'],
    ['SYAMSUL BACHRI', 'SAMSUL BAHRI'],
    ['AMINAH SITI', 'SITI AMINAH'],
    ['NURHAYATI', 'NURHAYATY'],
    ["MA'RUF", 'MARUF'],
    ['SITI FATIMAH BINTI AHMAD', 'SITI FATIMAH'],
    ['JOKO SUSILO', 'JOKO SUSILLO'],
  ])('sees one person in %s and %s', (left, right) => {
    expect(likeness(left, right)).toBeGreaterThan(0.84)
    expect(likeness(right, left)).toBeCloseTo(likeness(left, right), 10)
  })

  it.each([
    ['SITI AMINAH', 'SITI KHODIJAH'],
    ['MUHAMMAD RIZKY', 'MUHAMMAD FAUZI'],
    ['BUDI SANTOSO', 'AGUS SETIAWAN'],
    ['DEWI LESTARI', 'DEWI SARTIKA'],
  ])('keeps %s and %s apart', (left, right) => {
    expect(likeness(left, right)).toBeLessThan(0.8)
  })

  it('takes a name of honours alone as it stands', () => {
    expect(likeness('HAJI', 'HAJI')).toBe(1)
    expect(likeness('H.', 'HJ.')).toBeLessThan(1)
  })

  it('finds nothing in a name without letters', () => {
    expect(likeness("'", 'BUDI')).toBe(0)
  })
})

describe('likely birth dates', () => {
  it.each([
    ['1990-05-06', ['1990-05-06', '1990-06-05', '1989-05-06', '1991-05-06']],
    ['1990-05-05', ['1990-05-05', '1989-05-05', '1991-05-05']],
    ['1990-05-31', ['1990-05-31', '1989-05-31', '1991-05-31']],
    ['2000-02-29', ['2000-02-29']],
  ])('of %s are days that exist, once each', (birthDate, expected) => {
    expect(likelyBirthDates(birthDate)).toEqual(expected)
  })
})

describe('scoring likeness', () => {
  it('is certain with one NIK, whatever else was written', () => {
    const { score } = scoreLikeness(person('BUDI', '1990-01-01'), person('SARI', '2001-12-31', 'female'), {
      sameNik: true,
      sameFamilyCard: false,
    })
    expect(score).toBe(1)
  })

  it.each([
    ['one name and one birth date', 'BUDI SANTOSO', '1990-05-06', STRANGERS],
    ['day and month swapped', 'BUDI SANTOSO', '1990-06-05', STRANGERS],
    ['the year before', 'BUDI SANTOSO', '1989-05-06', STRANGERS],
    ['a slip in the day, on one family card', 'BUDI SANTOSO', '1990-05-07', { sameNik: false, sameFamilyCard: true }],
    ['a slip in the name', 'BUDI SANTSO', '1990-05-06', STRANGERS],
  ])('finds %s', (_why, name, birthDate, shared) => {
    const { score } = scoreLikeness(person('BUDI SANTOSO', '1990-05-06'), person(name, birthDate), shared)
    expect(score).toBeGreaterThanOrEqual(DUPLICATE_THRESHOLD)
  })

  it.each([
    ['another name of the same day', 'AGUS SANTOSO', '1990-05-06', STRANGERS],
    ['the same name of another day', 'BUDI SANTOSO', '1972-11-20', { sameNik: false, sameFamilyCard: true }],
    ['a brother on one family card', 'BUDI HARTONO', '1990-05-06', { sameNik: false, sameFamilyCard: true }],
  ])('passes over %s', (_why, name, birthDate, shared) => {
    const { score } = scoreLikeness(person('BUDI SANTOSO', '1990-05-06'), person(name, birthDate), shared)
    expect(score).toBeLessThan(DUPLICATE_THRESHOLD)
  })

  it.each(likelyBirthDates('1990-05-06').slice(1))(
    'without a shared number, of another sex and born on %s nobody is found whatever the name: the search leaves them out',
    (birthDate) => {
      const { score } = scoreLikeness(person('BUDI', '1990-05-06'), person('BUDI', birthDate, 'female'), STRANGERS)
      expect(score).toBeLessThan(DUPLICATE_THRESHOLD)
    },
  )

  it('names every part of the score, and depends on no order', () => {
    const left = person('SITI AMINAH', '1990-05-06', 'female')
    const right = person('SITI AMINAT', '1990-05-06', 'male')
    const found = scoreLikeness(left, right, { sameNik: false, sameFamilyCard: true })
    expect(found.parts.map((part) => part.field)).toEqual(['nik', 'fullName', 'birthDate', 'familyCardNumber', 'sex'])
    expect(scoreLikeness(right, left, { sameNik: false, sameFamilyCard: true })).toEqual(found)
  })
})

describe('the threshold on made pairs', () => {
  const FIRST =
    'MUHAMMAD AHMAD SITI NUR DEWI SRI ABDUL AGUS BUDI EKO JOKO BAMBANG RINA YULI IMAM ANDI RIZKY FITRI INDAH RATNA DIAN ADE WAHYU HENDRA TATANG UJANG ASEP DEDE CUCU WAWAN'
  const SECOND =
    'AMINAH KHODIJAH SANTOSO SETIAWAN FADILAH HIDAYAT LESTARI SARTIKA WIJAYA PRASETYO KURNIAWAN SUSILO RAHMAWATI FAUZI YUSUF MAULANA HASANAH PURNAMA SAPUTRA NUGROHO HANDAYANI SUTRISNO JAMALUDIN SOLEHUDIN SYAMSURI ROHMAN MULYADI SUHARTO FATIMAH ZAENAB'
  const first = FIRST.split(' ')
  const second = SECOND.split(' ')

  // A linear congruential generator: the same pairs in every run.
  let seed = 20_261_122
  const draw = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const pick = (words: string[]): string => words[draw(words.length)] ?? ''
  const twoDigits = (value: number): string => String(value).padStart(2, '0')
  const makeName = (): string => [pick(first), pick(second), ...(draw(3) === 0 ? [pick(second)] : [])].join(' ')
  const makeDate = (): string => `${1950 + draw(70)}-${twoDigits(1 + draw(12))}-${twoDigits(1 + draw(12))}`

  const slip = (name: string): string => {
    const at = 1 + draw(name.length - 2)
    const kind = draw(3)
    if (kind === 0) return name.slice(0, at) + name.slice(at + 1)
    if (kind === 1) return name.slice(0, at) + name.charAt(at) + name.slice(at)
    return name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2)
  }
  const rewrite = (name: string): string => {
    const words = name.split(' ')
    switch (draw(6)) {
      case 0:
        return name
      case 1:
        return slip(name)
      case 2:
        return name.replace('MUHAMMAD', 'M.').replace('SITI', 'ST').replace('ABDUL', 'ABD').replace('U', 'OE')
      case 3:
        return words.toReversed().join(' ')
      case 4:
        return `H. ${name}`
      default:
        return words.length > 2 ? words.slice(0, 2).join(' ') : slip(name)
    }
  }

  it('finds at least 97 % of one person entered twice', () => {
    let found = 0
    for (let index = 0; index < 2000; index += 1) {
      const name = makeName()
      const birthDate = makeDate()
      const other = draw(10) === 0 ? (likelyBirthDates(birthDate).at(-1) ?? birthDate) : birthDate
      const pair = scoreLikeness(person(name, birthDate), person(rewrite(name), other), STRANGERS)
      if (pair.score >= DUPLICATE_THRESHOLD) found += 1
    }
    expect(found / 2000).toBeGreaterThanOrEqual(0.97)
  })

  it('wrongly stops less than one in a hundred strangers who share a birth date', () => {
    let stopped = 0
    for (let index = 0; index < 20_000; index += 1) {
      const left = makeName()
      const right = makeName()
      if (left === right) continue
      if (
        scoreLikeness(person(left, '1990-05-06'), person(right, '1990-05-06'), STRANGERS).score >= DUPLICATE_THRESHOLD
      ) {
        stopped += 1
      }
    }
    expect(stopped / 20_000).toBeLessThan(0.01)
  })
})
