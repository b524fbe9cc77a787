import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { createMockPopulation } from '../../src/features/bpjs/mock/index.ts'
import { findPostmasterFile } from '../../src/platform/embedded/postmaster.ts'
import { findFreePort } from '../support/free-port.ts'
import { type IntakeBody, makeIntakeBody, makeMember } from '../support/intake-body.ts'
import { type Product, startProduct } from '../support/product.ts'
import { describeSurvivors, type Office, openOffice, type Sent } from '../support/survivors.ts'
import { createTemporaryDirectory } from '../support/temporary-directory.ts'
import { startPrivateRedis } from '../support/test-redis.ts'

const PASSWORD = 'puntadewa-demo'
/** Starts, recoveries, and a lease of 20 s for what the last blow left in flight. */
const PATIENCE_MS = 280_000
const UNHARMED = { lost: [], unsettled: [], untold: [], toldTwice: [], strangersTold: [] }

/** Of the first ones BPJS knows a member, so that the checks decide them and a second notice goes out. */
function inventHouseholds(count: number): Sent[] {
  const members = createMockPopulation().filter((member) => member.differs === 'no')
  return Array.from({ length: count }, (_, index) => {
    const body = makeIntakeBody({ members: [makeMember(members[index]?.applicant ?? {})] })
    return { body, key: randomUUID(), created: null }
  })
}

const inventRefused = (count: number): IntakeBody[] =>
  Array.from({ length: count }, () => makeIntakeBody({ originalsSeen: false }))

type Place = { directory: string; start(): Product; office: Office }

async function openPlace(extra: Record<string, string> = {}): Promise<Place> {
  const directory = path.join(createTemporaryDirectory(), 'data')
  const port = await findFreePort()
  const settings = {
    DATA_DIR: directory,
    PORT: String(port),
    BPJS_MOCK_PORT: String(await findFreePort()),
    LOG_LEVEL: 'warn',
    DEMO_PASSWORD: PASSWORD,
    ...extra,
  }
  return {
    directory,
    start: () => startProduct({ settings }),
    office: openOffice(`http://127.0.0.1:${port}`, PASSWORD),
  }
}

/** Strikes once somewhere within each equal part of the intakes, so that every blow meets requests and jobs under way. */
async function strikeWhile(
  sent: readonly Sent[],
  blows: number,
  strike: (blow: number) => Promise<void>,
): Promise<void> {
  for (let blow = 0; blow < blows; blow += 1) {
    const answered = Math.floor(((blow + Math.random() * 0.9) * sent.length) / blows)
    while (sent.filter((item) => item.created).length < answered) await delay(5)
    await strike(blow)
  }
}

test(
  'ten times kill -9 while 500 intakes arrive: nothing is lost, nobody is told twice',
  async () => {
    const { start, office } = await openPlace()
    let product = start()
    onTestFinished(async () => void (await product.end('SIGTERM')))
    await product.ready()
    const sent = inventHouseholds(500)
    const refused = inventRefused(50)
    const sending = office.sendAll(sent, refused, 8)
    await strikeWhile(sent, 10, async () => {
      await product.end('SIGKILL')
      product = start()
      await product.ready()
    })
    await sending
    expect(await describeSurvivors(office, sent, refused)).toEqual(UNHARMED)
    expect(await product.end('SIGTERM')).toBe(0)
  },
  PATIENCE_MS,
)

test(
  'the database killed and Redis flushed in turn while 200 intakes arrive: nothing is lost, nobody is told twice',
  async (context) => {
    const redis = await startPrivateRedis()
    if (!redis) return context.skip('no redis-server on PATH: the same on Redis is left out')
    onTestFinished(() => redis.stop())
    const { directory, start, office } = await openPlace({ REDIS_URL: redis.url })
    const product = start()
    onTestFinished(async () => void (await product.end('SIGTERM')))
    await product.ready()
    const sent = inventHouseholds(200)
    const refused = inventRefused(20)
    const client = new Redis(redis.url)
    onTestFinished(() => client.disconnect())
    const sending = office.sendAll(sent, refused, 8)
    await strikeWhile(sent, 6, async (blow) => {
      if (blow % 2 === 0) await client.flushall()
      else process.kill(findPostmasterFile(path.join(directory, 'postgres/cluster'))?.pid ?? 0, 'SIGKILL')
    })
    await sending
    expect(await describeSurvivors(office, sent, refused)).toEqual(UNHARMED)
    expect(await product.end('SIGTERM')).toBe(0)
  },
  PATIENCE_MS,
)
