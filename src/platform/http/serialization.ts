import fastJsonStringify, { type Schema } from 'fast-json-stringify'
import type { FastifySerializerCompiler } from 'fastify'
import { core } from 'zod'

type Write = (value: unknown) => string
/** A schema never changes, and what writes it takes long to make: routes that answer the same, and servers in one process, share it. */
const writers = new WeakMap<core.$ZodType, Write>()

function writerOf(schema: core.$ZodType): Write {
  const known = writers.get(schema)
  if (known) return known
  const jsonSchema = core.toJSONSchema(schema, { target: 'openapi-3.0', io: 'output', unrepresentable: 'any' })
  const write: Write = fastJsonStringify(jsonSchema as Schema)
  writers.set(schema, write)
  return write
}

/**
 * Writes a response by its schema: only declared fields leave the house, at the speed of JSON.stringify.
 * `verify` (everywhere but in production) also checks the value against the schema and throws when the two differ;
 * zod takes three times as long as the writing itself, so production relies on the tests having seen every route.
 */
export function createSerializerCompiler(options: { verify: boolean }): FastifySerializerCompiler<unknown> {
  return ({ schema, method, url, httpStatus }) => {
    if (!(schema instanceof core.$ZodType))
      throw new Error(`the response schema of ${method} ${url} is not a zod schema`)
    const write = writerOf(schema)
    if (!options.verify) return write
    return (value: unknown) => {
      const result = core.safeParse(schema, value)
      if (!result.success) {
        const places = result.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.code}`)
        throw new Error(`${method} ${url} ${httpStatus} does not match its schema: ${places.join(', ')}`)
      }
      return write(value)
    }
  }
}
