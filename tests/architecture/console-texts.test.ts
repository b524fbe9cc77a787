import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { describe, expect, test } from 'vitest'
import { CONSOLE_SOURCES, readTexts, TEXT_FOLDERS } from '../support/console/console-sources.ts'

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

/** Whether a key stands in a source: as itself, or as one that a template makes ("role.${role}", "${kind}.title"). */
function createUse(sources: readonly string[]): (key: string) => boolean {
  const found = (pattern: RegExp): string[] =>
    sources.flatMap((source) => [...source.matchAll(pattern)].map(([, part = '']) => part))
  const beginnings = found(/`([\w.-]*\.)\$\{/g)
  const ends = found(/`\$\{[^}`]*\}(\.[\w.-]+)`/g)
  return (key) =>
    sources.some((source) => source.includes(`'${key}'`)) ||
    beginnings.some((one) => key.startsWith(one)) ||
    ends.some((one) => key.endsWith(one))
}

/** What may say texts of a folder: its own sources, and whatever uses its hook. */
function sourcesFor(folder: string): string[] {
  const own = [...CONSOLE_SOURCES].filter(([file]) => file.startsWith(`${folder}/`)).map(([, source]) => source)
  const hooks = own.flatMap((source) =>
    [...source.matchAll(/export const (\w+) = createTexts/g)].map(([, name = '']) => name),
  )
  return [...CONSOLE_SOURCES]
    .filter(([file, source]) => file.startsWith(`${folder}/`) || hooks.some((hook) => source.includes(hook)))
    .map(([, source]) => source)
}

test('every folder with texts is found', () => {
  expect(TEXT_FOLDERS).toEqual(expect.arrayContaining(['app', 'ui', 'ui/terms', 'features/sign-in', 'features/review']))
})

describe.each(TEXT_FOLDERS)('the texts of %s', (folder) => {
  const indonesian = readTexts(folder, 'id')
  const english = readTexts(folder, 'en')

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

  test('are all said somewhere', () => {
    const isUsed = createUse(sourcesFor(folder))
    expect(Object.keys(indonesian).filter((key) => !isUsed(key))).toEqual([])
  })
})
