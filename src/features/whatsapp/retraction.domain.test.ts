import { expect, test } from 'vitest'
import { sayableNow, withoutTakenBack } from './retraction.domain.ts'

const told = (proposalId: string, ...templates: string[]) => templates.map((template) => ({ proposalId, template }))

test('an outcome taken back before it was sent is not told, nor is its correction', () => {
  expect(withoutTakenBack(told('a', 'eligible', 'correction_of_notice'))).toEqual([])
})

test('what was decided afterwards is told alone', () => {
  expect(withoutTakenBack(told('a', 'eligible', 'correction_of_notice', 'rejected'))).toEqual(told('a', 'rejected'))
})

test('a correction of something already sent stays', () => {
  const pending = told('a', 'correction_of_notice', 'eligible')
  expect(withoutTakenBack(pending)).toEqual(pending)
  expect(withoutTakenBack([...pending, ...told('a', 'correction_of_notice')])).toEqual(
    told('a', 'correction_of_notice'),
  )
})

test('of the same said twice in a row before it was sent, the later one is told', () => {
  const say = (proposalId: string) => ({ proposalId, template: 'needs_reactivation' })
  const [first, other, second] = [say('a'), say('b'), say('a')]
  expect(withoutTakenBack([first, other, second])).toEqual([other, second])
  expect(withoutTakenBack([first, other, second])).not.toContain(first)
  // It was told apart from the second by something else.
  const apart = told('a', 'eligible', 'needs_correction', 'eligible')
  expect(withoutTakenBack(apart)).toEqual(apart)
})

test('what was said again is taken back whole', () => {
  expect(withoutTakenBack(told('a', 'eligible', 'eligible', 'correction_of_notice'))).toEqual([])
})

test('one member’s correction does not touch the others', () => {
  const pending = [...told('a', 'eligible'), ...told('b', 'rejected'), ...told('a', 'correction_of_notice')]
  expect(withoutTakenBack(pending)).toEqual(told('b', 'rejected'))
})

const NOW = new Date('2026-11-23T03:00:00.000Z')
const LATER = new Date(NOW.getTime() + 1)
const LATEST = new Date(NOW.getTime() + 2)
const held = (proposalId: string, template: string, heldUntil: Date | null = null) => ({
  proposalId,
  template,
  heldUntil,
})

test('what is held waits, and what came after it about the same person; the others do not', () => {
  const [first, second, other, last] = [
    held('a', 'eligible', LATEST),
    held('a', 'closed'),
    held('b', 'rejected'),
    held('c', 'rejected', LATER),
  ]
  expect(sayableNow([first, second, other, last], NOW)).toEqual({ told: [other], takenBack: [], heldUntil: LATER })
  expect(sayableNow([first, second, other, last], LATEST)).toEqual({
    told: [first, second, other, last],
    takenBack: [],
    heldUntil: null,
  })
})

test('what was taken back while it was held is nothing to say, and nothing waits for it', () => {
  const pending = [held('a', 'eligible', LATER), held('a', 'correction_of_notice')]
  expect(sayableNow(pending, NOW)).toEqual({ told: [], takenBack: pending, heldUntil: null })
})
