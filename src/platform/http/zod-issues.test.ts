import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { issue } from '../../contracts/issues.ts'
import { toFieldIssues } from './zod-issues.ts'

function issuesOf(schema: z.ZodType, input: unknown): string[] {
  const result = schema.safeParse(input)
  if (result.success) return []
  return toFieldIssues(result.error.issues, input).map(({ path, code, params }) =>
    params ? `${path} ${code} ${JSON.stringify(params)}` : `${path} ${code}`,
  )
}

const field = (schema: z.ZodType, value?: unknown): string | undefined =>
  issuesOf(z.strictObject({ x: schema }), value === undefined ? {} : { x: value })[0]

describe('the code of what zod found', () => {
  test.each<[string, z.ZodType, unknown, string]>([
    ['missing', z.string(), undefined, 'x required'],
    ['empty though it must hold something', z.string().min(1), '', 'x required'],
    ['null', z.string(), null, 'x wrong_type {"expected":"string"}'],
    ['a number for text', z.string(), 5, 'x wrong_type {"expected":"string"}'],
    ['text for a number', z.number(), '5', 'x wrong_type {"expected":"number"}'],
    ['a fraction', z.int(), 1.5, 'x wrong_type {"expected":"integer"}'],
    ['text for a truth value', z.boolean(), 'true', 'x wrong_type {"expected":"boolean"}'],
    ['an object for a list', z.array(z.string()), {}, 'x wrong_type {"expected":"array"}'],
    ['a list for an object', z.strictObject({}), [], 'x wrong_type {"expected":"object"}'],
    ['too short', z.string().min(3), 'ab', 'x too_short {"min":3}'],
    ['too long', z.string().max(3), 'abcd', 'x too_long {"max":3}'],
    ['too few', z.array(z.string()).min(1), [], 'x too_few {"min":1}'],
    ['too many', z.array(z.string()).max(1), ['a', 'b'], 'x too_many {"max":1}'],
    ['too small', z.number().min(1), 0, 'x too_small {"min":1}'],
    ['too big', z.number().max(1), 2, 'x too_big {"max":1}'],
    ['not a multiple', z.number().multipleOf(5), 7, 'x not_multiple {"step":5}'],
    ['not the pattern', z.string().regex(/^\d$/), 'a', 'x bad_format'],
    ['no date', z.iso.date(), '2026-02-30', 'x not_a_date'],
    ['no time', z.iso.datetime(), 'today', 'x not_a_time'],
    ['no id', z.guid(), '1', 'x not_an_id'],
    ['an unknown choice', z.enum(['a', 'b']), 'c', 'x unknown_value {"options":"a, b"}'],
    ['a missing choice', z.enum(['a', 'b']), undefined, 'x required'],
    ['refused by a rule of ours', z.string().refine(() => false, issue('duplicate')), 'a', 'x duplicate {}'],
    ['refused by a rule without a name', z.string().refine(() => false), 'a', 'x invalid'],
    ['none of several', z.union([z.string(), z.number().max(3)]), 5, 'x too_big {"max":3}'],
  ])('%s', (_case, schema, value, expected) => {
    expect(field(schema, value)).toContain(expected)
  })
})

test('the place counts list items from zero and names every level', () => {
  const schema = z.strictObject({ members: z.array(z.strictObject({ nik: z.string() })) })
  expect(issuesOf(schema, { members: [{ nik: 'x' }, { nik: 5 }] })).toEqual([
    'members.1.nik wrong_type {"expected":"string"}',
  ])
})

test('each unknown field is an issue of its own, and a name that may hold data is not repeated', () => {
  expect(
    issuesOf(z.strictObject({}), { role: 1, '3274014505900001': 1, 'SITI AMINAH': 1, A3274014505900001: 1 }),
  ).toEqual(['role unknown_field', '? unknown_field', '? unknown_field', '? unknown_field'])
})

test('a body full of unknown fields is answered with fifty', () => {
  const input = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, 1]))
  expect(issuesOf(z.strictObject({}), input)).toHaveLength(50)
})
