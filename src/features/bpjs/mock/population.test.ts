import { describe, expect, test } from 'vitest'
import { findNikFault, readNik } from '../../../contracts/primitives/nik-digits.ts'
import { createMockPopulation, MOCK_POPULATION_SIZE } from './population.ts'

describe('the synthetic members', () => {
  const members = createMockPopulation()

  test('are two hundred of Kota Cirebon, the same ones every time', () => {
    expect(members).toHaveLength(MOCK_POPULATION_SIZE)
    expect(createMockPopulation()).toEqual(members)
    expect(members.every((member) => member.applicant.nik.startsWith('3274'))).toBe(true)
  })

  test('have their own NIK and card each, and a NIK that fits birth date and sex', () => {
    expect(new Set(members.map((member) => member.applicant.nik)).size).toBe(MOCK_POPULATION_SIZE)
    expect(new Set(members.map((member) => member.participant.noKartu)).size).toBe(MOCK_POPULATION_SIZE)
    for (const { applicant, participant } of members) {
      expect(findNikFault(applicant.nik)).toBeNull()
      const parts = readNik(applicant.nik)
      const [year, month, day] = applicant.birthDate.split('-').map(Number)
      expect(parts).toMatchObject({ day, month, year: (year ?? 0) % 100, sex: applicant.sex })
      expect(participant.noKartu).toMatch(/^000\d{10}$/)
    }
  })

  test('cover every status and several segments', () => {
    const statuses = new Set(members.map((member) => member.participant.status.kode))
    expect([...statuses].sort()).toEqual(['0', '15', '2', '6', '7', '88', '9'])
    expect(new Set(members.map((member) => member.participant.jenis.kode)).size).toBeGreaterThanOrEqual(5)
    expect(members.some((member) => (member.participant.tunggakan ?? 0) > 0)).toBe(true)
  })

  test('differ from their papers exactly where they say so', () => {
    for (const { applicant, participant, differs } of members) {
      expect(applicant.fullName !== participant.nama).toBe(differs === 'name')
      expect(applicant.birthDate !== participant.tglLahir).toBe(differs === 'birth_date')
    }
    expect(members.filter((member) => member.differs === 'name').length).toBeGreaterThanOrEqual(8)
    expect(members.filter((member) => member.differs === 'birth_date').length).toBeGreaterThanOrEqual(8)
  })
})
