import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import { errorName } from '../../error-name.ts'

// A handler is one short transaction; more side by side would only take connections from others.
const CONCURRENCY = 2
// Receipts of several days of a busy office; some 3 MB.
const LIMIT = 10_000
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 60_000

export type ReportQueue<Report> = {
  /** Resolves when the handler has been tried once. Never rejects. */
  push(report: Report): Promise<void>
  /** Reports not taken yet, those that wait for another try included. */
  size(): number
  /** Resolves when everything was taken. */
  untilTaken(): Promise<void>
  /** Takes nothing more, tries once what waits and resolves when no handler runs any more. */
  stop(): Promise<void>
}

/**
 * Hands reports to a handler at least once while the process lives: one that it rejects comes again with a growing pause, and
 * holds up none of the others. A full queue drops the newest: receipts are also found by asking, texts by catching up.
 */
export function createReportQueue<Report>(deps: {
  kind: string
  logger: Logger
  handle(report: Report): Promise<void>
  limit?: number
  firstRetryMs?: number
}): ReportQueue<Report> {
  const { logger, kind, limit = LIMIT, firstRetryMs = FIRST_RETRY_MS } = deps
  const waiting: { report: Report; tries: number; onTried(): void }[] = []
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const idle: (() => void)[] = []
  let postponed = 0
  let dropped = 0

  const size = (): number => waiting.length + postponed + running.size

  const runOne = async (item: (typeof waiting)[number]): Promise<void> => {
    try {
      await deps.handle(item.report).finally(item.onTried)
    } catch (error) {
      const pauseMs = Math.min(LAST_RETRY_MS, firstRetryMs * 2 ** item.tries)
      logger.warn({ kind, tries: item.tries + 1, errorName: errorName(error) }, 'a report of WhatsApp was not taken')
      if (stopping.signal.aborted) return
      postponed += 1
      void wait(pauseMs, undefined, { signal: stopping.signal })
        .catch(() => {})
        .then(() => {
          postponed -= 1
          waiting.push({ ...item, tries: item.tries + 1 })
          advance()
        })
    }
  }

  const advance = (): void => {
    while (running.size < CONCURRENCY) {
      const item = waiting.shift()
      if (!item) break
      const run = runOne(item).finally(() => {
        running.delete(run)
        advance()
      })
      running.add(run)
    }
    if (size() === 0) for (const tell of idle.splice(0)) tell()
  }

  return {
    async push(report) {
      if (stopping.signal.aborted) return
      if (waiting.length + postponed >= limit) {
        dropped += 1
        if (dropped === 1 || dropped % 1_000 === 0) logger.error({ kind, dropped }, 'reports of WhatsApp are dropped')
        return
      }
      const { promise, resolve: onTried } = Promise.withResolvers<void>()
      waiting.push({ report, tries: 0, onTried })
      advance()
      await promise
    },
    size,
    async untilTaken() {
      if (size() > 0) await new Promise<void>((resolve) => idle.push(resolve))
    },
    async stop() {
      stopping.abort()
      while (postponed > 0 || waiting.length > 0 || running.size > 0) {
        await Promise.all([...running, Promise.resolve()])
      }
    },
  }
}
