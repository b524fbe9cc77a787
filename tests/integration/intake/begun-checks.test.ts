import { Client } from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createJobRuntime, type JobRuntime } from '../../../src/platform/outbox/index.ts'
import { createPostgresQueueBackend, prepareQueueSchema } from '../../../src/platform/queue/index.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

const ROLE = 'puntadewa_app'
const logger = pino({ level: 'silent' })

type Check = { key: string; payload: unknown; attempt: number }

let fixture: IntakeFixture
let runtime: JobRuntime
const checks: Check[] = []

beforeAll(async () => {
  fixture = await createIntakeFixture()
  const { url } = fixture.database
  await prepareQueueSchema({ databaseUrl: url, role: ROLE })
  runtime = createJobRuntime({
    databaseUrl: url,
    role: ROLE,
    pool: fixture.database.pool,
    backend: createPostgresQueueBackend({ databaseUrl: url, role: ROLE, workers: 1, logger }),
    queues: ['verification'],
    handlers: {
      'proposal.check': async (items) => {
        checks.push(...items.map(({ key, payload, attempt }) => ({ key, payload, attempt })))
      },
      'bulk.run': async () => {},
      'batch.seal': async () => {},
      'list.work': async () => {},
      'list.tell': async () => {},
      'results.work': async () => {},
    },
    schedules: null,
    clock: fixture.clock,
    logger,
  })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop(1_000)
  await fixture.close()
})

test('a registration begins the checks of its members with its commit, each once; elsewhere they wait', async () => {
  const petugas = fixture.actor('petugas')
  expect((await fixture.register(petugas)).statusCode).toBe(201)
  await vi.waitFor(() => expect(checks).toHaveLength(1))
  expect(checks.splice(0)).toMatchObject([{ attempt: 1 }])

  const begun: string[] = []
  fixture.outbox.attach({
    wake: () => runtime.wake(),
    reserve(topic, count) {
      const slot = runtime.reserve(topic, count)
      return (
        slot && {
          ...slot,
          run(rows) {
            begun.push(...rows.map(({ key }) => key))
            slot.run(rows)
          },
        }
      )
    },
  })
  const listener = new Client({ connectionString: fixture.database.url })
  onTestFinished(() => listener.end())
  const heard: string[] = []
  listener.on('notification', ({ channel }) => heard.push(channel))
  await listener.connect()
  await listener.query('LISTEN outbox; LISTEN after')
  const body = makeIntakeBody({ members: [makeMember(), makeMember({ relationship: 'anak' })] })
  const answer = await fixture.register(petugas, body)
  await fixture.database.pool.query('NOTIFY after')
  await vi.waitFor(() => expect(heard).toContain('after'))
  // The process has told its own relay.
  expect(heard).toEqual(['after'])
  expect(answer.statusCode).toBe(201)
  const ids = answer.json<{ proposals: { id: string }[] }>().proposals.map(({ id }) => id)
  expect(begun.toSorted()).toEqual(ids.map((id) => `${id}-1`).toSorted())
  await vi.waitFor(() => expect(checks).toHaveLength(2))
  const expected = ids.map((id) => ({ key: `${id}-1`, payload: { proposalId: id, version: 1 }, attempt: 1 }))
  expect(checks.toSorted(byKey)).toEqual(expected.toSorted(byKey))
  const left = fixture.database.owner.selectFrom('outbox').select('key').where('topic', '=', 'proposal.check')
  await vi.waitFor(async () => expect(await left.execute()).toEqual([]))
})

const byKey = (a: Check, b: Check): number => (a.key < b.key ? -1 : 1)
