import { Client } from 'pg'
import type { Logger } from 'pino'
import { describeError } from './retry.ts'

export type CommitListener = { stop(): Promise<void> }

const RECONNECT_MS = 500

/**
 * Calls `onCommit` when a transaction that added work has committed, and once after every (re)connection, because what
 * was announced in between is lost. Keeps one connection of its own: LISTEN lives and dies with it.
 */
export function createCommitListener(options: {
  databaseUrl: string
  role: string
  logger: Logger
  onCommit: () => void
}): CommitListener {
  const { logger, onCommit } = options
  let stopped = false
  let current: Client | undefined
  let timer: NodeJS.Timeout | undefined

  const retryLater = (client: Client, error?: unknown): void => {
    if (current !== client) return
    current = undefined
    client.end().catch(() => {})
    if (stopped) return
    logger.warn({ error: describeError(error) }, 'outbox listener lost, reconnecting')
    timer = setTimeout(connect, RECONNECT_MS)
  }

  function connect(): void {
    const client = new Client({
      connectionString: options.databaseUrl,
      application_name: 'puntadewa-outbox-listener',
      options: `-c role=${options.role}`,
      // Without it a silently dropped connection stays unnoticed for hours; the relay's slow poll bridges the rest.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: 5_000,
    })
    current = client
    client.on('error', (error) => retryLater(client, error))
    client.on('end', () => retryLater(client))
    client.on('notification', () => onCommit())
    client
      .connect()
      .then(() => client.query('LISTEN outbox'))
      .then(() => onCommit())
      .catch((error: unknown) => retryLater(client, error))
  }
  connect()

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      const client = current
      current = undefined
      await client?.end().catch(() => {})
    },
  }
}
