import { core } from 'zod'
import { TEXTS } from '../../../src/contracts/text/index.ts'
import type { RegisteredRoute } from '../../../src/platform/http/index.ts'

type Part = 'body' | 'querystring' | 'params' | 'headers' | 'response'
type Report = (fault: string) => void

// These say themselves how long they can be, or are parsed before anything is kept of them.
const BOUNDED_FORMATS = new Set(['guid', 'uuid', 'date', 'datetime', 'time', 'ipv4', 'ipv6'])

const isAnchored = ({ source }: RegExp): boolean =>
  source.startsWith('^') && source.endsWith('$') && !/(?<!\\)(?:[*+]|\{\d+,\})/.test(source)

/** By a length, by its format, by a pattern without open ends, or by a rule of ours that declares its length. */
function isBounded(schema: core.$ZodType): boolean {
  const { def } = schema._zod
  if ('format' in def && typeof def.format === 'string' && BOUNDED_FORMATS.has(def.format)) return true
  const declared = core.globalRegistry.get(schema)?.maxLength
  if (typeof declared === 'number' && !core.safeParse(schema, '1'.repeat(declared + 1)).success) return true
  return (def.checks ?? []).some(({ _zod }) => {
    if (_zod.def.check === 'max_length' || _zod.def.check === 'length_equals') return true
    return 'pattern' in _zod.def && _zod.def.pattern instanceof RegExp && isAnchored(_zod.def.pattern)
  })
}

function checkTexts(schema: core.$ZodType, report: Report): void {
  for (const check of schema._zod.def.checks ?? []) {
    const { def } = check._zod
    if (!('params' in def) || typeof def.params !== 'object' || def.params === null || !('code' in def.params)) continue
    const { code } = def.params
    if (!Object.hasOwn(TEXTS.id.fields, `issue.${String(code)}`))
      report(`a rule whose code ${String(code)} has no text`)
  }
}

/** The schemas right inside, with their names. */
function listInner(schema: core.$ZodType): [string, core.$ZodType][] {
  if (schema instanceof core.$ZodObject) return Object.entries(schema._zod.def.shape)
  if (schema instanceof core.$ZodArray) return [['[]', schema._zod.def.element]]
  if (schema instanceof core.$ZodUnion) return schema._zod.def.options.map((option, i) => [`|${i}`, option])
  if (schema instanceof core.$ZodPipe) {
    return [
      ['', schema._zod.def.in],
      ['', schema._zod.def.out],
    ]
  }
  if (schema instanceof core.$ZodRecord) {
    return [
      ['{key}', schema._zod.def.keyType],
      ['{}', schema._zod.def.valueType],
    ]
  }
  if (schema instanceof core.$ZodTuple) return schema._zod.def.items.map((item, i) => [String(i), item])
  if (schema instanceof core.$ZodIntersection) {
    return [
      ['&', schema._zod.def.left],
      ['&', schema._zod.def.right],
    ]
  }
  if (
    schema instanceof core.$ZodOptional ||
    schema instanceof core.$ZodNullable ||
    schema instanceof core.$ZodDefault ||
    schema instanceof core.$ZodPrefault ||
    schema instanceof core.$ZodCatch ||
    schema instanceof core.$ZodReadonly ||
    schema instanceof core.$ZodNonOptional
  ) {
    return [['', schema._zod.def.innerType]]
  }
  return []
}

function checkOne(schema: core.$ZodType, part: Part, report: Report): void {
  checkTexts(schema, report)
  if (part === 'response') {
    // Encoding cannot run a transform backwards, and what is written must be what the schema says.
    if (schema instanceof core.$ZodTransform) report('a transform in a response')
    if (schema instanceof core.$ZodDefault) report('a default in a response')
    return
  }
  if (schema instanceof core.$ZodString && !isBounded(schema)) report('a string without a maximum')
  if (schema instanceof core.$ZodArray && !isBounded(schema)) report('a list without a maximum')
  if (schema instanceof core.$ZodAny || schema instanceof core.$ZodUnknown) report('anything at all')
  // Addresses and headers: the router and the browser decide what else is there.
  if (schema instanceof core.$ZodObject && (part === 'body' || part === 'querystring')) {
    if (!(schema._zod.def.catchall instanceof core.$ZodNever)) report('an object that takes unknown fields')
  }
  if (schema instanceof core.$ZodOptional && schema._zod.def.innerType instanceof core.$ZodDefault) {
    report('a default under optional: the default never applies')
  }
}

function walk(schema: core.$ZodType, part: Part, path: string, seen: Set<core.$ZodType>, faults: string[]): void {
  if (seen.has(schema)) return
  seen.add(schema)
  checkOne(schema, part, (fault) => faults.push(`${path}: ${fault}`))
  for (const [name, inner] of listInner(schema)) walk(inner, part, name === '' ? path : `${path}.${name}`, seen, faults)
}

/** What must not be in a schema of this part of a request or response; empty when all is well. */
export function findSchemaFaults(schema: unknown, part: Part): string[] {
  if (!(schema instanceof core.$ZodType)) return [`${part}: not a zod schema`]
  const faults: string[] = []
  walk(schema, part, part, new Set(), faults)
  return faults
}

const partOf = (schema: unknown, part: string): unknown =>
  typeof schema === 'object' && schema !== null ? Reflect.get(schema, part) : undefined

/** Everything that is wrong with how a route was registered. */
export function findRouteFaults({ method, url, schema }: RegisteredRoute): string[] {
  const faults: string[] = []
  for (const part of ['body', 'querystring', 'params', 'headers'] as const) {
    const given = partOf(schema, part)
    if (given !== undefined) faults.push(...findSchemaFaults(given, part))
  }
  if (url.includes(':') && partOf(schema, 'params') === undefined)
    faults.push('parameters in the address without a schema')
  const responses = partOf(schema, 'response')
  if (typeof responses !== 'object' || responses === null) faults.push('no response schema')
  else for (const response of Object.values(responses)) faults.push(...findSchemaFaults(response, 'response'))
  return faults.map((fault) => `${method} ${url} ${fault}`)
}
