import { describe, expect, test } from 'vitest'
import { readFlaggedStatus, readStatus, readStatusWord } from './member-status.domain.ts'
import { type Applicant, findDifferences, isAskableNik, judgeOutcome, type Participant } from './membership.domain.ts'

const applicant: Applicant = {
  nik: '3274014505900001',
  fullName: 'SITI AMINAH',
  birthDate: '1990-05-05',
  sex: 'female',
}

const participant = (change: Partial<Participant> = {}): Participant => ({
  nik: applicant.nik,
  fullName: 'SITI AMINAH',
  birthDate: '1990-05-05',
  sex: 'female',
  cardNumber: '0001234567890',
  status: { code: '0', text: 'AKTIF', standing: 'active' },
  segmentCode: '22',
  segmentText: 'PBI (APBD)',
  arrears: null,
  ...change,
})

const judge = (change: Partial<Participant>) => {
  const answer = participant(change)
  const differences = findDifferences(applicant, answer)
  return { outcome: judgeOutcome(answer, differences), differences }
}

describe('an answer is compared with the applicant', () => {
  test('the same person, active', () => {
    expect(judge({})).toEqual({ outcome: 'found_active', differences: [] })
  })

  test.each([
    ['another NIK', { nik: '3274014505900002' }, { field: 'nik', degree: 'different' }],
    ['no NIK', { nik: null }, { field: 'nik', degree: 'missing' }],
    ['a letter less', { fullName: 'SITI AMINA' }, { field: 'fullName', degree: 'slight' }],
    ['another name', { fullName: 'BAYI BR LAHIR' }, { field: 'fullName', degree: 'different' }],
    ['no name', { fullName: null }, { field: 'fullName', degree: 'missing' }],
    ['the next day', { birthDate: '1990-05-06' }, { field: 'birthDate', degree: 'slight' }],
    ['another date', { birthDate: '1971-12-06' }, { field: 'birthDate', degree: 'different' }],
    ['no date', { birthDate: null }, { field: 'birthDate', degree: 'missing' }],
  ] as const)('%s is a mismatch, active or not', (_, change, difference) => {
    expect(judge(change)).toEqual({ outcome: 'found_mismatch', differences: [difference] })
    const inactive = { code: '9', text: null, standing: 'inactive' } as const
    expect(judge({ ...change, status: inactive }).outcome).toBe('found_mismatch')
  })

  test('day and month that changed places differ slightly', () => {
    const born = { ...applicant, birthDate: '1990-05-06' }
    expect(findDifferences(born, participant({ birthDate: '1990-06-05' }))).toEqual([
      { field: 'birthDate', degree: 'slight' },
    ])
  })

  test('another sex is told but is no mismatch by itself; no sex says nothing', () => {
    expect(judge({ sex: 'male' })).toEqual({
      outcome: 'found_active',
      differences: [{ field: 'sex', degree: 'different' }],
    })
    expect(judge({ sex: null }).differences).toEqual([])
  })
})

describe('an applicant of whom not everything is entered yet', () => {
  test('is compared by what there is', () => {
    const stranger = participant({ fullName: 'BAYI BR LAHIR', birthDate: '1971-12-06', sex: 'male' })
    expect(findDifferences({ nik: applicant.nik }, stranger)).toEqual([])
    expect(findDifferences({ nik: applicant.nik, birthDate: applicant.birthDate }, stranger)).toEqual([
      { field: 'birthDate', degree: 'different' },
    ])
    expect(findDifferences({ nik: '3274014505900002' }, stranger)).toEqual([{ field: 'nik', degree: 'different' }])
  })
})

describe('a status is active only when code and text say so', () => {
  test.each([
    ['0', 'AKTIF', 'active'],
    ['0', ' Aktif ', 'active'],
    ['0', 'NON AKTIF KARENA PREMI', 'unknown'],
    ['0', null, 'unknown'],
    ['0', 'KELAS III', 'unknown'],
    ['2', 'MENINGGAL', 'inactive'],
    ['6', 'Masa berlaku peserta sudah berakhir (anak)', 'inactive'],
    ['7', 'PENANGGUHAN PESERTA', 'inactive'],
    ['9', 'NON AKTIF KARNA PREMI', 'inactive'],
    ['15', 'NON AKTIF DI AKHIR BULAN', 'inactive'],
    ['9', 'AKTIF', 'unknown'],
    ['3', 'APA SAJA', 'unknown'],
    ['3', 'AKTIF', 'unknown'],
    ['toString', 'APA SAJA', 'unknown'],
    [null, 'AKTIF', 'active'],
    [null, 'ENTAH', 'unknown'],
    [null, null, 'unknown'],
  ] as const)('VClaim %s %s is %s', (code, text, standing) => {
    expect(readStatus(code, text)).toMatchObject({ text, standing })
  })

  test.each([
    [true, 'AKTIF', 'active', '0'],
    [true, 'NON AKTIF KARENA PREMI', 'unknown', '9'],
    [true, null, 'unknown', null],
    [false, 'AKTIF', 'unknown', '0'],
    [false, 'Non Aktif Karena Premi', 'inactive', '9'],
    [false, 'NON-AKTIF DI AKHIR BULAN', 'inactive', '15'],
    [false, 'TIDAK AKTIF', 'inactive', null],
    [false, 'ENTAH', 'unknown', null],
  ] as const)('PCare %s %s is %s with code %s', (flag, text, standing, code) => {
    expect(readFlaggedStatus(flag, text)).toEqual({ code, text, standing })
  })

  test.each([
    ['0', 'active'],
    ['00', 'active'],
    ['9', 'inactive'],
    ['44', 'unknown'],
    ['aktif', 'active'],
    ['NONAKTIF', 'inactive'],
  ])('a list says %s: %s', (word, standing) => {
    expect(readStatusWord(word).standing).toBe(standing)
  })

  test('an unknown status of the right person goes to a person as inactive', () => {
    expect(judge({ status: readStatus('3', 'ENTAH') }).outcome).toBe('found_inactive')
  })
})

test.each(['0000000000000000', '327401450590000', '32740145059000011', '3274014505900001/x', ''])(
  'BPJS is never asked about %j',
  (nik) => {
    expect(isAskableNik(nik)).toBe(false)
  },
)
