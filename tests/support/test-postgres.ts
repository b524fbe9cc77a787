import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../../src/platform/embedded/embedded-postgres.ts'

export type TestPostgres = { serverUrl: string; description: string; stop(): Promise<void> }

/** The server of TEST_DATABASE_URL (its login must be allowed to create databases), else an embedded one that is thrown away. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { serverUrl: given, description: 'the PostgreSQL of TEST_DATABASE_URL', async stop() {} }
  const home = await mkdtemp(path.join(await chooseDirectory(), 'puntadewa-test-'))
  const server = await startEmbeddedPostgres({
    home,
    durable: false,
    maxConnections: 300,
    log: console.error,
    onLost: (error) => {
      throw error
    },
  })
  return {
    serverUrl: server.superuserUrl,
    description: 'an embedded PostgreSQL',
    async stop() {
      await server.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

const MEMORY = '/dev/shm'
/** Twenty times what `npm test` was seen to take, databases and log: lists of a million people are in the survival suite. */
const ROOM_BYTES = 4 * 1024 ** 3

/** In memory where there is room: a database is then cloned in half the time. */
async function chooseDirectory(): Promise<string> {
  const memory = await statfs(MEMORY).catch(() => undefined)
  return memory !== undefined && memory.bavail * memory.bsize > ROOM_BYTES ? MEMORY : tmpdir()
}
