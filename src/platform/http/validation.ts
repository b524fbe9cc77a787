import type { FastifySchemaCompiler } from 'fastify'
import { core } from 'zod'
import { AppError } from '../errors.ts'
import { toFieldIssues } from './zod-issues.ts'

/** Checks a part of the request; what is wrong becomes `invalid_input` with one issue per field. */
export const compileValidator: FastifySchemaCompiler<unknown> = ({ schema, url, httpPart }) => {
  if (!(schema instanceof core.$ZodType)) throw new Error(`the schema of ${url ?? 'a route'} is not a zod schema`)
  return (given: unknown) => {
    // A request without a body arrives here as null.
    const input = httpPart === 'body' && given === null ? undefined : given
    const result = core.safeParse(schema, input)
    if (result.success) return { value: result.data }
    return { error: new AppError('invalid_input', { issues: toFieldIssues(result.error.issues, input) }) }
  }
}
