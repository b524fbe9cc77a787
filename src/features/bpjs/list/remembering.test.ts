import { getHeapStatistics } from 'node:v8'
import { expect, test } from 'vitest'
import { giveBackMemory } from '../../../platform/give-back-memory.ts'
import { remembering } from './remembering.ts'
import { createVillageFinder } from './village-finder.domain.ts'

const WORDS = 200
const TEXT = 512 * 1024
/** A word of its own, cut out of half a megabyte of text, as a file is read. */
const cutOut = (number: number): string =>
  Buffer.alloc(TEXT, `KELURAHAN ${String(number).padStart(20, 'X')},`)
    .toString('latin1')
    .slice(0, 30)

const megabytesKeptBy = (take: (word: string) => void): number => {
  giveBackMemory()
  const before = getHeapStatistics().used_heap_size
  for (let number = 0; number < WORDS; number += 1) take(cutOut(number))
  giveBackMemory()
  return (getHeapStatistics().used_heap_size - before) / 1024 / 1024
}

test('a word that is remembered does not keep the text alive that it was cut out of', () => {
  const known: string[] = []
  const lengthOf = remembering((word) => word.length, WORDS)
  const upperOf = remembering((word) => word.toUpperCase(), WORDS)
  const findVillage = createVillageFinder([])
  expect(megabytesKeptBy((word) => void known.push(word))).toBeGreaterThan(50)
  expect(megabytesKeptBy((word) => void lengthOf(word))).toBeLessThan(10)
  expect(megabytesKeptBy((word) => void upperOf(word))).toBeLessThan(10)
  expect(megabytesKeptBy((word) => void findVillage(word, word))).toBeLessThan(10)
  expect(known).toHaveLength(WORDS)
})

test('a function is asked once for a word, and always for what came too late to be remembered', () => {
  const asked: string[] = []
  const answer = remembering((word) => {
    asked.push(word)
    return `${word}!`
  }, 2)
  expect(['A', 'B', 'A', 'C', 'B', 'C'].map(answer)).toEqual(['A!', 'B!', 'A!', 'C!', 'B!', 'C!'])
  expect(asked).toEqual(['A', 'B', 'C', 'C'])
})
