import { describe, expect, test } from 'vitest'
import { NOTICE_TEMPLATES } from '../../contracts/events/notices.ts'
import { findTemplateFaults, listTemplatePreviews, type Rendered } from './template-preview.domain.ts'

const rendered = (given: Partial<Rendered> = {}): Rendered => ({
  text: 'Kabar untuk Siti A.',
  body: 'Kabar untuk {{1}}.',
  parameters: ['Siti A.'],
  filled: 'Kabar untuk Siti A.',
  ...given,
})

describe('previews of what residents are told', () => {
  test('show every message in both languages, and none of them has a fault', () => {
    const previews = listTemplatePreviews()
    const keys = [...NOTICE_TEMPLATES, 'household'].flatMap((key) => [`${key} id`, `${key} en`])
    expect(previews.map(({ key, language }) => `${key} ${language}`)).toEqual(keys)
    expect(previews.filter(({ faults }) => faults.length > 0)).toEqual([])
  })

  test('say the same in both renderings', () => {
    const eligible = listTemplatePreviews().find(({ key, language }) => key === 'eligible' && language === 'id')
    expect(eligible?.text).toContain('memenuhi syarat')
    expect(eligible?.cloud.filled).toContain('memenuhi syarat')
    expect(eligible?.cloud.name).toBe('puntadewa_eligible_v1')
    expect(eligible?.cloud.variables.map(({ name }) => name)).toEqual([
      'office',
      'head',
      'name',
      'receipt',
      'statusUrl',
      'reference',
    ])
  })
})

describe('the check of a template', () => {
  test('finds nothing in one that is as it should be', () => {
    expect(findTemplateFaults(rendered())).toEqual([])
  })

  test.each<[string, Partial<Rendered>, string[]]>([
    ['a place that nothing fills', { filled: 'Kabar untuk {{2}}.' }, ['place_unfilled']],
    ['a variable of a text that was not filled', { text: 'Kabar untuk {name}.' }, ['place_unfilled']],
    ['a variable without a place', { parameters: ['Siti A.', 'Budi S.'] }, ['variable_unused']],
    ['more than can be sent', { text: 'a'.repeat(1025) }, ['too_long']],
    ['a number like a NIK', { filled: 'NIK 3274014505900017' }, ['identity_number']],
  ])('finds %s', (_, given, faults) => {
    expect(findTemplateFaults(rendered(given))).toEqual(faults)
  })
})
