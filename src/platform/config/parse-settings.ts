import type { z } from 'zod'
import type { Environment } from './environment.ts'
import { createSettingError } from './setting-error.ts'

/**
 * Reads settings by their schema, whose keys are their names. The first that is wrong ends with a SettingError that carries
 * the schema's own message, so each schema says in it what to write.
 */
export function parseSettings<Schema extends z.ZodObject>(schema: Schema, environment: Environment): z.output<Schema> {
  const result = schema.safeParse(environment)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw createSettingError(String(issue?.path[0] ?? 'environment'), issue?.message ?? 'is wrong')
}
