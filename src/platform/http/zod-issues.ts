import type { core } from 'zod'
import type { IssueCode } from '../../contracts/issues.ts'
import type { FieldIssue } from '../errors.ts'

type ZodIssue = core.$ZodIssue
type Path = readonly PropertyKey[]
type Found = { code: string; values?: Record<string, string | number> }

// More than this helps nobody, and an attacker's body of unknown keys must not become an answer of the same size.
const MAX_ISSUES = 50
const MAX_OPTIONS = 30

const FORMATS: Record<string, IssueCode> = {
  date: 'not_a_date',
  datetime: 'not_a_time',
  time: 'not_a_time',
  uuid: 'not_an_id',
  guid: 'not_an_id',
}

const EXPECTED: Record<string, string> = {
  string: 'string',
  number: 'number',
  int: 'integer',
  boolean: 'boolean',
  array: 'array',
  object: 'object',
  record: 'object',
  date: 'date',
}

/**
 * The name of a field as it may be shown and logged. Keys that are not ours come from the caller and may hold
 * anything, a NIK for instance: whatever does not look like a field name is shown as "?".
 */
function toSegment(key: PropertyKey): string {
  const text = String(key)
  if (typeof key === 'number' || /^\d{1,4}$/.test(text)) return text
  return /^[A-Za-z_][\w-]{0,63}$/.test(text) && !/\d{6}/.test(text) ? text : '?'
}

export function toFieldPath(path: Path): string {
  return path.map(toSegment).join('.')
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input
  for (const key of path) {
    // A parameter of an address that is given once is a list of one.
    if (typeof value === 'string' && key === 0) continue
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function readTooSmall(issue: core.$ZodIssueTooSmall): Found {
  const min = Number(issue.minimum)
  if (issue.origin === 'string') return min === 1 ? { code: 'required' } : { code: 'too_short', values: { min } }
  if (issue.origin === 'array' || issue.origin === 'set') return { code: 'too_few', values: { min } }
  return { code: 'too_small', values: { min } }
}

function readTooBig(issue: core.$ZodIssueTooBig): Found {
  const max = Number(issue.maximum)
  if (issue.origin === 'string') return { code: 'too_long', values: { max } }
  if (issue.origin === 'array' || issue.origin === 'set') return { code: 'too_many', values: { max } }
  return { code: 'too_big', values: { max } }
}

function readCustom(issue: core.$ZodIssueCustom): Found {
  const code: unknown = issue.params?.code
  const values: unknown = issue.params?.values
  const found: Found = { code: 'invalid' }
  // The text of a code that has none falls back to the general one; the guard test over all routes finds such codes.
  if (typeof code === 'string') found.code = code
  if (typeof values === 'object' && values !== null) found.values = { ...values }
  return found
}

function readIssue(issue: ZodIssue, input: unknown): Found {
  switch (issue.code) {
    case 'invalid_type':
      if (valueAt(input, issue.path) === undefined) return { code: 'required' }
      return { code: 'wrong_type', values: { expected: EXPECTED[issue.expected] ?? 'other' } }
    case 'too_small':
      return readTooSmall(issue)
    case 'too_big':
      return readTooBig(issue)
    case 'invalid_format':
      return { code: FORMATS[issue.format] ?? 'bad_format' }
    case 'not_multiple_of':
      return { code: 'not_multiple', values: { step: issue.divisor } }
    case 'invalid_value':
      if (valueAt(input, issue.path) === undefined) return { code: 'required' }
      if (issue.values.length > MAX_OPTIONS) return { code: 'invalid' }
      return { code: 'unknown_value', values: { options: issue.values.map(String).join(', ') } }
    case 'custom':
      return readCustom(issue)
    default:
      return { code: 'invalid' }
  }
}

/** The alternative the caller most likely meant: the one with the fewest faults. */
function closestBranch(issue: core.$ZodIssueInvalidUnion): readonly ZodIssue[] | undefined {
  return [...issue.errors].sort((a, b) => a.length - b.length).find((branch) => branch.length > 0)
}

function flatten(issue: ZodIssue, input: unknown, prefix: Path): FieldIssue[] {
  const path = [...prefix, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: toFieldPath([...path, key]), code: 'unknown_field' }))
  }
  if (issue.code === 'invalid_union') {
    const value = valueAt(input, issue.path)
    if (value === undefined) return [{ path: toFieldPath(path), code: 'required' }]
    const branch = closestBranch(issue)
    if (branch) return branch.flatMap((nested) => flatten(nested, value, path))
  }
  const { code, values } = readIssue(issue, input)
  return [values ? { path: toFieldPath(path), code, params: values } : { path: toFieldPath(path), code }]
}

/** How little a code tells when another one names the same field: a length says less than the form it should have. */
function weakness({ code }: FieldIssue): number {
  if (code === 'required' || code === 'wrong_type') return 0
  return code === 'too_short' || code === 'too_long' ? 2 : 1
}

/** One field, one sentence: of several faults the one that tells most. */
function keepTellingOnes(issues: readonly FieldIssue[]): FieldIssue[] {
  const byPath = new Map<string, FieldIssue>()
  for (const [index, issue] of issues.entries()) {
    // Unknown fields are different ones, also where their names are not shown.
    const key = issue.code === 'unknown_field' ? `${index}` : `.${issue.path}`
    const kept = byPath.get(key)
    if (!kept || weakness(issue) < weakness(kept)) byPath.set(key, issue)
  }
  return [...byPath.values()]
}

/**
 * Zod's findings as our stable codes with the place of each, one a field. Values of the caller are never part of it.
 * At most 50, in the order zod found them.
 */
export function toFieldIssues(issues: readonly ZodIssue[], input: unknown): FieldIssue[] {
  return keepTellingOnes(issues.flatMap((issue) => flatten(issue, input, []))).slice(0, MAX_ISSUES)
}
