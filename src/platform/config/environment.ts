import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { createSettingError } from './setting-error.ts'

/** The settings as the operator wrote them. An empty value counts as not set: compose files pass those. */
export type Environment = Readonly<Record<string, string>>

/**
 * The one place that looks at process.env, called once by main. Names that are not in it are taken from the file
 * `.env` in the working directory if there is one (`ENV_FILE` names another).
 */
export function readEnvironment(): Environment {
  const given = withoutEmpty(process.env)
  const file = given['ENV_FILE']
  if (file !== undefined && !existsSync(file)) throw createSettingError('ENV_FILE', `there is no file ${file}`)
  const path = file ?? '.env'
  return existsSync(path) ? { ...withoutEmpty(parseEnv(readFileSync(path, 'utf8'))), ...given } : given
}

function withoutEmpty(variables: NodeJS.Dict<string>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined && value.trim() !== '') kept[name] = value.trim()
  }
  return kept
}
