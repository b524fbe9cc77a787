import { expect, test } from 'vitest'
import { JOBS, TOPICS } from '../../contracts/jobs/jobs.ts'
import { createGathering } from './gathering.ts'

const { gatherMs } = JOBS['intake.received']

test('nothing gathers before something was taken', () => {
  const gathering = createGathering()
  expect(gathering.listRipe(0)).toEqual(TOPICS)
  expect(gathering.nextRipeIn(0)).toBe(Number.POSITIVE_INFINITY)
})

test('a topic that was taken is left to gather for its own time, the others go on', () => {
  const gathering = createGathering()
  gathering.begin('intake.received', 1_000)
  expect(gathering.listRipe(1_000)).toEqual(TOPICS.filter((topic) => topic !== 'intake.received'))
  expect(gathering.nextRipeIn(1_000)).toBe(gatherMs)
  expect(gathering.listRipe(1_000 + gatherMs - 1)).not.toContain('intake.received')
  expect(gathering.nextRipeIn(1_000 + gatherMs - 1)).toBe(1)
  expect(gathering.listRipe(1_000 + gatherMs)).toEqual(TOPICS)
  expect(gathering.nextRipeIn(1_000 + gatherMs)).toBe(Number.POSITIVE_INFINITY)
})

test('a check never waits for the next one', () => {
  const gathering = createGathering()
  gathering.begin('proposal.check', 0)
  expect(gathering.listRipe(0)).toContain('proposal.check')
})

test('of several the first to be ripe ends the wait', () => {
  const gathering = createGathering()
  gathering.begin('whatsapp.send', 0)
  gathering.begin('whatsapp.compose', 30)
  expect(gathering.nextRipeIn(30)).toBe(JOBS['whatsapp.send'].gatherMs - 30)
})
