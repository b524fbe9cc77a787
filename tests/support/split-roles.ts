import { randomBytes, randomUUID } from 'node:crypto'
import { expect, inject, onTestFinished } from 'vitest'
import { findFreePort } from '../../scripts/lib/free-port.ts'
import { type Json, signIn, until } from '../../scripts/lib/session.ts'
import { inventFamily } from '../../scripts/lib/synthetic-family.ts'
import { onServer } from './database.ts'
import { startProduct } from './product.ts'
import { createTemporaryDirectory } from './temporary-directory.ts'

async function createDatabase(): Promise<string> {
  const { serverUrl } = inject('database')
  const name = `pdw_split_${randomBytes(6).toString('hex')}`
  await onServer(serverUrl, `CREATE DATABASE ${name}`)
  onTestFinished(() => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`))
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** The roles as production runs them: a process each, on one database and one queue server. */
async function startRoles(settings: Record<string, string>): Promise<string> {
  const run = (role: string, more: Record<string, string> = {}) => {
    const product = startProduct({ settings: { ...settings, ...more, PROCESS_ROLES: role, LOG_FORMAT: 'text' } })
    onTestFinished(async () => expect(await product.end('SIGTERM'), product.output()).toBe(0))
    return product
  }
  const mock = run('bpjs-mock', { BPJS_MOCK_PORT: '0' })
  const mockAddress = await expect
    .poll(() => /BPJS mock is listening address=(\S+)/.exec(mock.output())?.[1], { timeout: 60_000 })
    .toBeDefined()
    .then(() => /address=(\S+)/.exec(mock.output())?.[1] ?? '')
  // All at once, on an empty database: they must agree on who migrates and loads the demo.
  const healthPorts = { worker: await findFreePort(), whatsapp: await findFreePort() }
  const api = run('api', { BPJS_BASE_URL: mockAddress, PORT: '0' })
  for (const [role, port] of Object.entries(healthPorts))
    run(role, { BPJS_BASE_URL: mockAddress, HEALTH_PORT: String(port) })
  const address = await api.ready()
  for (const port of Object.values(healthPorts)) {
    const ask = () =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        (answer) => answer.status,
        () => 0,
      )
    await expect.poll(ask, { timeout: 60_000 }).toBe(200)
  }
  return address
}

/** The main job by api, worker, whatsapp and mock as processes of their own; with queues on PostgreSQL when there is no Redis. */
export async function doMainJobInRoles(redisUrl: string | null): Promise<void> {
  const address = await startRoles({
    NODE_ENV: 'production',
    DATABASE_URL: await createDatabase(),
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    DATA_DIR: createTemporaryDirectory(),
    DATA_KEYS: `1:${randomBytes(32).toString('base64')}`,
    AUTH_SECRET: randomBytes(32).toString('base64'),
    DEMO: 'true',
    BPJS_SOURCE: 'mock',
    WHATSAPP_GATEWAY: 'simulator',
  })
  const petugas = await signIn(address, 'petugas', 'puntadewa-demo')
  const family = inventFamily()
  const intake = await petugas.must('POST', '/api/v1/intakes', family.intake(family.whatsappNumber), {
    'idempotency-key': randomUUID(),
  })
  const { id } = intake.proposals[1]
  await until(
    () => petugas.must('GET', `/api/v1/proposals/${id}`),
    (proposal: Json) => proposal.state === 'in_review',
    60,
  )
  await until(
    () => petugas.must('GET', `/api/v1/proposals/${id}/messages`),
    (page: Json) => page.items.some((item: Json) => ['delivered', 'read'].includes(item.state)),
    90,
  )
}
