import { describe, expect, it } from 'vitest'
import { type CheckedPerson, checkFormat } from './format-check.domain.ts'

const TODAY = '2026-11-23'
const HEAD = { birthDate: '1980-01-15' }
const SOUND: CheckedPerson = {
  nik: '3274014605900001',
  familyCardNumber: '3274010101200001',
  birthDate: '1990-05-06',
  sex: 'female',
  relationship: 'istri',
  maritalStatus: 'kawin',
  confirmedWarnings: [],
}
const check = (changes: Partial<CheckedPerson>, head: { birthDate: string } | undefined = HEAD) =>
  checkFormat({ ...SOUND, ...changes }, head, TODAY)
const child = { relationship: 'anak', maritalStatus: 'belum_kawin' }

describe('the format check', () => {
  it('finds nothing in sound data', () => {
    expect(check({})).toEqual({ kind: 'format', outcome: 'ok', codes: [], details: {} })
  })

  it.each<[string, Partial<CheckedPerson>, string]>([
    ['a NIK of 15 digits', { nik: '327401460590001' }, 'nik_invalid'],
    ['the zero NIK', { nik: '0000000000000000' }, 'nik_invalid'],
    ['a KK number with month 13', { familyCardNumber: '3274010113200001' }, 'family_card_invalid'],
    ['the KK number as NIK', { nik: SOUND.familyCardNumber }, 'nik_is_family_card'],
    ['a birth date in the future', { birthDate: '2026-11-24' }, 'born_in_future'],
  ])('fails %s', (_what, changes, code) => {
    const result = check(changes)
    expect(result.outcome).toBe('fail')
    expect(result.codes).toContain(code)
  })

  it.each<[string, Partial<CheckedPerson>, string[]]>([
    ['another birth date than in the NIK', { birthDate: '1990-05-07' }, ['nik_birthdate_differs']],
    ['another sex than in the NIK', { sex: 'male', relationship: 'suami' }, ['nik_sex_differs']],
    ['a NIK of a day that no month has', { nik: '3274017102900001' }, ['nik_date_not_calendar']],
    ['a NIK with day 00, which says nothing about the sex', { nik: '3274010005900001' }, ['nik_date_not_calendar']],
    ['no NIK yet', { nik: null }, ['nik_missing']],
    ['what the officer confirmed', { confirmedWarnings: ['outside_domicile'] }, ['outside_domicile']],
    ['a wife of 14', { nik: null, birthDate: '2012-01-01' }, ['nik_missing', 'spouse_under_15']],
    [
      'a married child of 14',
      { nik: null, birthDate: '2012-01-01', relationship: 'anak' },
      ['married_under_15', 'nik_missing'],
    ],
    ['a male wife', { nik: null, sex: 'male' }, ['nik_missing', 'spouse_sex_differs']],
    ['an unmarried wife', { maritalStatus: 'belum_kawin' }, ['spouse_not_married']],
    [
      'a child as head',
      { nik: null, birthDate: '2012-01-01', relationship: 'kepala_keluarga', maritalStatus: 'belum_kawin' },
      ['head_is_child', 'nik_missing'],
    ],
    ['somebody of 111', { nik: null, birthDate: '1915-01-01' }, ['age_over_110', 'nik_missing']],
    [
      'a child older than the head',
      { nik: null, birthDate: '1979-12-31', ...child },
      ['child_older_than_head', 'nik_missing'],
    ],
    [
      'a child born when the head was 11',
      { nik: null, birthDate: '1991-06-01', ...child },
      ['child_near_age_of_head', 'nik_missing'],
    ],
    [
      'a grandchild born when the head was 20',
      { nik: null, birthDate: '2000-06-01', relationship: 'cucu' },
      ['grandchild_near_age_of_head', 'nik_missing'],
    ],
    [
      'a mother of the head’s age',
      { nik: null, birthDate: '1975-06-01', relationship: 'orang_tua' },
      ['nik_missing', 'parent_near_age_of_head'],
    ],
  ])('warns of %s', (_what, changes, codes) => {
    expect(check(changes)).toMatchObject({ outcome: 'warn', codes })
  })

  it('does not judge relations to a head it does not know', () => {
    expect(checkFormat({ ...SOUND, nik: null, birthDate: '1979-12-31', ...child }, undefined, TODAY).codes).toEqual([
      'nik_missing',
    ])
  })

  it('counts years to the day: the fifteenth birthday is today', () => {
    expect(check({ nik: null, birthDate: '2011-11-23' }).codes).not.toContain('spouse_under_15')
    expect(check({ nik: null, birthDate: '2011-11-24' }).codes).toContain('spouse_under_15')
  })
})
