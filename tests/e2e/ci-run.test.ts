import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import path from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { answerAsOldPostgres } from '../support/old-postgres.ts'
import { createTemporaryDirectory } from '../support/temporary-directory.ts'

const NOWHERE = { TEST_DATABASE_URL: 'postgres://me@127.0.0.1:9/x', TEST_REDIS_URL: 'redis://127.0.0.1:9' }
const { serverUrl } = inject('database')
const redisUrl = inject('redisUrl')

/** Runs .ci/run with an npm that only says what it was asked for, and on which servers. */
async function runCi(
  settings: Record<string, string>,
  ...parts: string[]
): Promise<{ code: number | null; lines: string[] }> {
  const programs = createTemporaryDirectory()
  const npm = path.join(programs, 'npm')
  writeFileSync(npm, '#!/bin/sh\necho "npm $*; database ${TEST_DATABASE_URL:-own}; redis ${TEST_REDIS_URL:-own}"\n')
  chmodSync(npm, 0o755)
  const { PATH = '', HOME = '' } = process.env
  const run = spawn('bash', ['.ci/run', ...parts], {
    env: { PATH: `${programs}:${PATH}`, HOME, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [run.stdout, run.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [code] = (await once(run, 'close')) as [number | null]
  return { code, lines: text.split('\n').filter((line) => line !== '') }
}

test('runs a change on its own servers, says what is left out, and repeats nothing', async () => {
  const { code, lines } = await runCi(NOWHERE)
  expect(code).toBe(0)
  expect(lines.filter((line) => line.startsWith('Left out: '))).toEqual([
    expect.stringContaining('a PostgreSQL to repeat the database suite on (connect ECONNREFUSED'),
    expect.stringContaining('a Redis (connect ECONNREFUSED'),
  ])
  expect(lines.filter((line) => line.startsWith('npm '))).toEqual([
    'npm test; database own; redis own',
    'npm run test:survival -- tests/survival/kill.test.ts tests/survival/database.test.ts tests/survival/redis.test.ts; database own; redis own',
    'npm run check; database own; redis own',
    'npm audit --omit=dev --audit-level=high; database own; redis own',
    'npm run --silent smoke; database own; redis own',
  ])
})

test('runs what takes minutes when it is asked for the long part, on the Redis that answers', async ({ skip }) => {
  if (redisUrl === null) return skip('there is no Redis')
  const { code, lines } = await runCi({ ...NOWHERE, TEST_REDIS_URL: redisUrl }, 'long')
  expect(code).toBe(0)
  expect(lines.filter((line) => line.startsWith('npm '))).toEqual([
    `npm run test:console; database own; redis ${redisUrl}`,
    `npm run test:survival; database own; redis ${redisUrl}`,
  ])
})

test('refuses a part that it does not know', async () => {
  const { code, lines } = await runCi(NOWHERE, 'short')
  expect(code).toBe(2)
  expect(lines).toEqual(['Not a part: short. Say nothing, or long.'])
})

test('repeats the database suite on the PostgreSQL that it names', async () => {
  const { code, lines } = await runCi({ ...NOWHERE, TEST_DATABASE_URL: serverUrl })
  expect(code).toBe(0)
  expect(lines.find((line) => line.startsWith('== The database suite'))).toMatch(/on PostgreSQL \d+\.\d+/)
  expect(lines).toContain('npm test; database own; redis own')
  expect(lines).toContain(`npm test -- --project integration --maxWorkers 2; database ${serverUrl}; redis own`)
})

test('gives the first run a Redis that answers', async ({ skip }) => {
  if (redisUrl === null) return skip('there is no Redis')
  const { lines } = await runCi({ ...NOWHERE, TEST_REDIS_URL: redisUrl })
  expect(lines).toContain(`npm test; database own; redis ${redisUrl}`)
})

test('fails before it begins when servers are required and one is not there, or too old', async () => {
  const required = { ...NOWHERE, CI_SERVERS_REQUIRED: '1' }
  const none = await runCi(required)
  expect(none.code).toBe(1)
  expect(none.lines.at(-1)).toContain('Required, and not there: a PostgreSQL to repeat the database suite on')
  const noRedis = await runCi({ ...required, TEST_DATABASE_URL: serverUrl })
  expect(noRedis.code).toBe(1)
  expect(noRedis.lines.at(-1)).toContain('Required, and not there: a Redis')

  const old = createServer(answerAsOldPostgres).listen(0, '127.0.0.1')
  await once(old, 'listening')
  onTestFinished(() => void old.close())
  const { port } = old.address() as AddressInfo
  const tooOld = await runCi({ ...required, TEST_DATABASE_URL: `postgres://me@127.0.0.1:${port}/x` })
  expect(tooOld.code).toBe(1)
  expect(tooOld.lines.at(-1)).toContain('this is 14.12, and 15 is the oldest')
  for (const { lines } of [none, noRedis, tooOld]) expect(lines.filter((line) => line.startsWith('npm '))).toEqual([])
})
