import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Program, startProgram } from './program.ts'
import type { BenchServer } from './server.ts'

/** Keys of the benchmark: the generator seals with them what the product opens. Synthetic people only. */
export const DATA_KEYS = `1:${Buffer.alloc(32, 'bench').toString('base64')}`
const AUTH_SECRET = 'bench-secret-of-more-than-32-characters'
export const DEMO_PASSWORD = 'puntadewa-demo'

export type ProductOptions = {
  name: string
  server: BenchServer
  roles: string
  settings?: Record<string, string>
  /** Of roles that serve no API: where their health is asked. */
  healthPort?: number
  preload?: string
  profile?: boolean
}

/** Production mode with the demo's accounts; limits raised, nothing else off. */
export function productSettings(server: BenchServer): Record<string, string> {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: server.appUrl,
    MIGRATION_DATABASE_URL: server.ownerUrl,
    DATA_KEYS,
    AUTH_SECRET,
    DEMO: 'true',
    DEMO_PASSWORD,
    WHATSAPP_GATEWAY: 'simulator',
    BPJS_SOURCE: 'mock',
    BPJS_MOCK_PORT: '0',
    RATE_LIMIT_FACTOR: '1000',
  }
}

/** The real program on the benchmark's server. */
export async function startProduct(options: ProductOptions): Promise<Program> {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'puntadewa-bench-data-'))
  const program = await startProgram({
    name: options.name,
    args: ['src/main.ts', 'start'],
    ...(options.profile ? { profile: true } : {}),
    ...(options.preload === undefined ? {} : { preload: options.preload }),
    ...(options.healthPort ? { probe: `http://127.0.0.1:${options.healthPort}/readyz` } : {}),
    settings: {
      ...productSettings(options.server),
      PROCESS_ROLES: options.roles,
      PORT: '0',
      DATA_DIR: dataDirectory,
      ...(options.healthPort ? { HEALTH_PORT: String(options.healthPort) } : {}),
      ...options.settings,
    },
  })
  return {
    ...program,
    async stop() {
      await program.stop()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

/** The Cookie header of a demo account. */
export async function signIn(address: string, username: string): Promise<string> {
  const response = await fetch(`${address}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: DEMO_PASSWORD }),
  })
  if (!response.ok) throw new Error(`${username} cannot sign in: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}
