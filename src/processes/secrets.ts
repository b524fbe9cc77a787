import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createSettingError } from '../platform/config/setting-error.ts'
import { type KeyRing, parseKeyRing } from '../platform/crypto/sealer.ts'
import { getOrCreateSecret } from '../platform/files/secret-file.ts'
import type { Config } from './config.ts'
import { hasEmbeddedDatabase } from './embedded-home.ts'

export type Secrets = { keyRing: KeyRing; authSecret: string }

const KEY_BYTES = 32

/**
 * The keys of the settings, else those kept under the data directory, made at the first start. Refuses to make new ones
 * beside an existing database: everything in it would stay sealed for ever.
 */
export async function getSecrets(config: Config): Promise<Secrets> {
  const directory = path.join(config.dataDirectory, 'keys')
  const generate = (): string => randomBytes(KEY_BYTES).toString('base64')
  const keyFile = path.join(directory, 'data-keys')
  if (config.secrets.dataKeys === null && hasEmbeddedDatabase(config) && !existsSync(keyFile)) {
    const remedy = 'restore it, or set DATA_KEYS to the keys the data was sealed with'
    throw createSettingError('DATA_KEYS', `the database exists but its key file ${keyFile} does not; ${remedy}`)
  }
  const dataKeys = config.secrets.dataKeys ?? (await getOrCreateSecret(keyFile, () => `1:${generate()}`))
  const authSecret =
    config.secrets.authSecret ?? (await getOrCreateSecret(path.join(directory, 'auth-secret'), generate))
  try {
    return { keyRing: parseKeyRing(dataKeys), authSecret }
  } catch (cause) {
    throw createSettingError('DATA_KEYS', `the key file ${keyFile} is damaged; restore it from your backup`, { cause })
  }
}
