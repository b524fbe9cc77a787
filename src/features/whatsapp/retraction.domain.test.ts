import { expect, test } from 'vitest'
import { withoutTakenBack } from './retraction.domain.ts'

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

test('one member’s correction does not touch the others', () => {
  const pending = [...told('a', 'eligible'), ...told('b', 'rejected'), ...told('a', 'correction_of_notice')]
  expect(withoutTakenBack(pending)).toEqual(told('b', 'rejected'))
})
