import { expect, test } from 'vitest'
import { newMember, nextMember } from './draft.ts'
import { changeMember } from './member-rules.ts'

const TODAY = '2026-11-26'
const head = newMember({ relationship: 'kepala_keluarga', maritalStatus: 'kawin' })

test('a pasted NIK fills birth date and sex', () => {
  expect(changeMember(head, { nik: '327401 450590 0001' }, TODAY)).toMatchObject({
    nik: '3274014505900001',
    birthDate: '05-05-1990',
    sex: 'female',
  })
})

test('what was filled follows the NIK, what was typed stays', () => {
  const filled = changeMember(head, { nik: '3274014505900001' }, TODAY)
  expect(changeMember(filled, { nik: '3274010101800001' }, TODAY)).toMatchObject({
    birthDate: '01-01-1980',
    sex: 'male',
  })
  const typed = changeMember(filled, { birthDate: '06-05-1990', sex: 'male' }, TODAY)
  expect(changeMember(typed, { nik: '3274010101800001' }, TODAY)).toMatchObject({
    birthDate: '06-05-1990',
    sex: 'male',
  })
  expect(changeMember(filled, { nik: '327401450590' }, TODAY)).toMatchObject({ birthDate: '', sex: '' })
})

test('the century follows the place in the family', () => {
  const child = changeMember(
    newMember({ relationship: 'anak', maritalStatus: 'belum_kawin' }),
    { nik: '3274010101200001' },
    TODAY,
  )
  expect(child.birthDate).toBe('01-01-2020')
  expect(changeMember(child, { relationship: 'orang_tua' }, TODAY).birthDate).toBe('01-01-1920')
})

test('the usual marital status follows the relationship until another is chosen', () => {
  expect(changeMember(head, { relationship: 'anak' }, TODAY).maritalStatus).toBe('belum_kawin')
  const widow = changeMember(head, { maritalStatus: 'cerai_mati' }, TODAY)
  expect(changeMember(widow, { relationship: 'mertua' }, TODAY).maritalStatus).toBe('cerai_mati')
})

test('the row after a married man is his wife, after her a child', () => {
  const man = changeMember(head, { nik: '3274010101800001' }, TODAY)
  const wife = nextMember([man])
  expect(wife).toMatchObject({ relationship: 'istri', maritalStatus: 'kawin', sex: 'female' })
  expect(nextMember([man, wife])).toMatchObject({ relationship: 'anak', sex: '' })
  const widow = changeMember(
    changeMember(head, { nik: '3274014505900001' }, TODAY),
    { maritalStatus: 'cerai_mati' },
    TODAY,
  )
  expect(nextMember([widow])).toMatchObject({ relationship: 'anak' })
})
