import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { describe, expect, test } from 'vitest'
import { ERRORS } from '../errors.ts'
import { findText, LANGUAGES, TEXTS, type TextArea, translate } from './index.ts'

const AREAS = Object.keys(TEXTS.id) as TextArea[]

function variablesOf(elements: MessageFormatElement[], found = new Set<string>()): Set<string> {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue
    if (element.type === TYPE.tag) {
      variablesOf(element.children, found)
      continue
    }
    found.add(element.value)
    if (element.type === TYPE.select || element.type === TYPE.plural) {
      for (const option of Object.values(element.options)) variablesOf(option.value, found)
    }
  }
  return found
}

describe.each(AREAS)('the texts of %s', (area) => {
  const indonesian: Record<string, string> = TEXTS.id[area]
  const english: Record<string, string> = TEXTS.en[area]

  test('have the same keys in both languages', () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(indonesian).sort())
  })

  test('use the same variables in both languages', () => {
    for (const [key, message] of Object.entries(indonesian)) {
      const ours = [...variablesOf(parse(message))].sort()
      const theirs = [...variablesOf(parse(english[key] ?? ''))].sort()
      expect(theirs, key).toEqual(ours)
    }
  })

  test('are never empty', () => {
    for (const texts of [indonesian, english]) {
      for (const [key, message] of Object.entries(texts)) expect(message.trim(), key).not.toBe('')
    }
  })
})

test.each(LANGUAGES)('every error code has a title and a remedy in %s, and no text is left over', (language) => {
  const expected = Object.keys(ERRORS).flatMap((code) => [`${code}.title`, `${code}.detail`])
  expect(Object.keys(TEXTS[language].errors).sort()).toEqual(expected.sort())
})

test('a message is filled in and follows the plural rules of its language', () => {
  expect(translate('id', 'fields', 'issue.too_long', { field: 'NIK', max: 16 })).toContain('paling banyak 16 karakter')
  expect(translate('en', 'fields', 'issue.too_long', { field: 'The NIK', max: 1 })).toContain('at most 1 character.')
})

test('a missing variable is an error, not a hole in the sentence', () => {
  expect(() => translate('id', 'fields', 'issue.required')).toThrow()
})

test('a key that only looks like one of Object.prototype is not found', () => {
  expect(findText('id', 'fields', 'constructor')).toBeUndefined()
})
