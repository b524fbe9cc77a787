import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { signIn } from '../../scripts/lib/session.ts'
import { onServer } from '../support/database.ts'
import {
  inspectNotices,
  killWhileSending,
  NO_HARM,
  readSimulatedPhone,
  registerHouseholds,
} from '../support/gateway-chaos.ts'
import { type Product, startProduct } from '../support/product.ts'
import { createTemporaryDirectory } from '../support/temporary-directory.ts'

const { serverUrl } = inject('database')
const NOTICES = 1_000
const BLOWS = 10

async function createDatabase(): Promise<string> {
  const name = `pdw_chaos_${randomBytes(6).toString('hex')}`
  await onServer(serverUrl, `CREATE DATABASE ${name}`)
  onTestFinished(() => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`))
  return Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href
}

test('1,000 notices while the gateway is killed at random moments: each phone has its text once, and every state is true', async () => {
  const databaseUrl = await createDatabase()
  const settings = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: createTemporaryDirectory(),
    DATA_KEYS: `1:${randomBytes(32).toString('base64')}`,
    DEMO: 'true',
    BPJS_SOURCE: 'manual',
    WHATSAPP_GATEWAY: 'simulator',
    RATE_LIMIT_FACTOR: '1000',
    LOG_LEVEL: 'warn',
  }
  const start = (roles: string): Product => {
    const product = startProduct({ settings: { ...settings, PROCESS_ROLES: roles, PORT: '0' } })
    onTestFinished(async () => void (await product.end('SIGKILL')))
    return product
  }
  const address = await start('api,worker').ready()
  const database = new Client({ connectionString: databaseUrl })
  await database.connect()
  onTestFinished(() => database.end())
  const countArrived = async (): Promise<number> => {
    const { rows } = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM simulator_message')
    return rows[0]?.count ?? 0
  }

  const killing = killWhileSending({ start: () => start('whatsapp'), blows: BLOWS, total: NOTICES, countArrived })
  const registered = await registerHouseholds(address, NOTICES)
  const gateways = await killing
  const reader = await signIn(address, 'petugas', 'puntadewa-demo')
  expect(await inspectNotices(reader, registered, readSimulatedPhone(address), { mayStayUnknown: false })).toEqual(
    NO_HARM,
  )
  for (const gateway of gateways) expect(await gateway.end('SIGTERM'), gateway.output()).toBe(0)
}, 400_000)
