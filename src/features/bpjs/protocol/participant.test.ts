import { describe, expect, test } from 'vitest'
import { parseDate, readParticipant } from './participant.ts'

// Every pair has its own values, so that a field read from the wrong pair shows.
const vclaim = {
  peserta: {
    hakKelas: { kode: '3', keterangan: 'KELAS III' },
    jenisPeserta: { kode: '22', keterangan: 'PBI (APBD)' },
    nama: 'BUDI CONTOH',
    nik: '3274010101900001',
    noKartu: '0001234567890',
    provUmum: { kdProvider: '00000000', nmProvider: 'CONTOH' },
    sex: 'L',
    statusPeserta: { kode: '9', keterangan: 'NON AKTIF KARENA PREMI' },
    tglLahir: '1990-01-01',
    tglTAT: '2050-12-31',
    tglTMT: '2014-01-01',
  },
}
const pcare = {
  noKartu: '0001234567890',
  nama: 'BUDI CONTOH',
  sex: 'P',
  tglLahir: '31-01-1990',
  jnsKelas: { kode: '3', nama: 'KELAS III' },
  jnsPeserta: { kode: '13', nama: 'PEGAWAI SWASTA' },
  noKTP: '3274010101900001',
  aktif: true,
  ketAktif: 'AKTIF',
  tunggakan: 84_000,
}

describe('VClaim', () => {
  test('a member is read from its own fields', () => {
    expect(readParticipant('vclaim', vclaim)).toEqual({
      nik: '3274010101900001',
      fullName: 'BUDI CONTOH',
      birthDate: '1990-01-01',
      sex: 'male',
      cardNumber: '0001234567890',
      status: { code: '9', text: 'NON AKTIF KARENA PREMI', standing: 'inactive' },
      segmentCode: '22',
      segmentText: 'PBI (APBD)',
      arrears: null,
    })
  })

  test('a past end of entitlement does not change the status', () => {
    const past = {
      peserta: { ...vclaim.peserta, tglTAT: '2015-01-01', statusPeserta: { kode: '0', keterangan: 'AKTIF' } },
    }
    expect(readParticipant('vclaim', past)?.status.standing).toBe('active')
  })

  test.each([{ peserta: null }, { peserta: {} }, {}, null, 'text', pcare])('%j is no member', (data) => {
    expect(readParticipant('vclaim', data)).toBeUndefined()
  })
})

describe('PCare', () => {
  test('a member is read from its own fields', () => {
    expect(readParticipant('pcare', pcare)).toEqual({
      nik: '3274010101900001',
      fullName: 'BUDI CONTOH',
      birthDate: '1990-01-31',
      sex: 'female',
      cardNumber: '0001234567890',
      status: { code: '0', text: 'AKTIF', standing: 'active' },
      segmentCode: '13',
      segmentText: 'PEGAWAI SWASTA',
      arrears: 84_000,
    })
  })

  test.each(['', ' ', '0', null, undefined])('a NIK of %j is no NIK', (noKTP) => {
    expect(readParticipant('pcare', { ...pcare, noKTP })?.nik).toBeNull()
  })

  test.each(['123', '00012345678901', 1234567890, '000123456789X'])('%j is not a card number', (noKartu) => {
    expect(readParticipant('pcare', { ...pcare, noKartu })?.cardNumber).toBeNull()
  })

  test.each([{ ...pcare, aktif: 'true' }, { ...pcare, aktif: undefined }, vclaim, []])('%j is no member', (data) => {
    expect(readParticipant('pcare', data)).toBeUndefined()
  })
})

test.each([
  ['1990-01-31', '1990-01-31'],
  ['31-01-1990', '1990-01-31'],
  ['31/01/1990', '1990-01-31'],
  ['31-02-1990', null],
  ['1990-13-01', null],
  ['31011990', null],
  ['', null],
])('the date %j is read as %j', (written, expected) => {
  expect(parseDate(written)).toBe(expected)
})
