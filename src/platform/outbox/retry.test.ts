import { expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { describeError, errorCodeOf, judgeFailure } from './retry.ts'

const untilItWorks = { backoffMs: [1_000, 5_000], afterLast: 'repeat-last' } as const
const untilTheLast = { backoffMs: [1_000, 5_000], afterLast: 'dead' } as const
const middle = () => 0.5

test.each([
  [1, { kind: 'retry', delayMs: 1_000 }],
  [2, { kind: 'retry', delayMs: 5_000 }],
  [3, { kind: 'retry', delayMs: 5_000 }],
  [100, { kind: 'retry', delayMs: 5_000 }],
])('attempt %i is followed by %o when work is never given up', (attempt, verdict) => {
  expect(judgeFailure(new AppError('bpjs_unavailable'), attempt, untilItWorks, middle)).toEqual(verdict)
})

test.each([
  [1, { kind: 'retry', delayMs: 1_000 }],
  [2, { kind: 'retry', delayMs: 5_000 }],
  [3, { kind: 'dead' }],
])('attempt %i is followed by %o when work is given up after the last wait', (attempt, verdict) => {
  expect(judgeFailure(new AppError('bpjs_unavailable'), attempt, untilTheLast, middle)).toEqual(verdict)
})

test('waits are spread by a fifth either way', () => {
  expect(judgeFailure(undefined, 1, untilItWorks, () => 0)).toEqual({ kind: 'retry', delayMs: 800 })
  expect(judgeFailure(undefined, 1, untilItWorks, () => 1)).toEqual({ kind: 'retry', delayMs: 1_200 })
})

test('the error’s row in the table of errors decides before the contract does', () => {
  expect(judgeFailure(new AppError('not_found'), 1, untilItWorks, middle)).toEqual({ kind: 'drop' })
  expect(judgeFailure(new AppError('message_holds_identity_number'), 1, untilItWorks, middle)).toEqual({ kind: 'dead' })
})

test('an error of no name of ours is an internal one and is tried again', () => {
  expect(errorCodeOf(new TypeError('x is not a function'))).toBe('internal_error')
  expect(judgeFailure('thrown text', 1, untilItWorks, middle)).toMatchObject({ kind: 'retry' })
})

test('what is logged of an error holds no text of it, nor of its causes', () => {
  const database = Object.assign(new Error('Key (nik)=(3274014505900001) already exists'), {
    code: '23505',
    constraint: 'proposal_open_nik',
  })
  const input = z.object({ nik: z.literal('x') }).safeParse({ nik: '3274014505900001' })
  const described = describeError(
    new AppError('internal_error', { cause: new Error('SITI AMINAH', { cause: database }) }),
  )
  expect(described).toMatchObject({
    errorCode: 'internal_error',
    cause: { cause: { errorCode: '23505', constraint: 'proposal_open_nik' } },
  })
  expect(describeError(input.error)).toMatchObject({ paths: ['nik'] })
  expect(JSON.stringify([described, describeError(input.error), describeError('3274014505900001')])).not.toMatch(
    /3274014505900001|SITI/,
  )
})

test('what is logged of an error whose message has lines like those of a stack holds none of them', () => {
  const described = describeError(new Error('first\n    at 3274014505900001 Jalan Siliwangi'))
  expect(JSON.stringify(described)).not.toContain('3274014505900001')
})
