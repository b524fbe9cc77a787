import type { Logger } from 'pino'
import { errorName } from '../../error-name.ts'
import { withDeadline } from '../../with-deadline.ts'
import type { CreateEngine, Engine, EngineHandlers } from '../engine.ports.ts'

/** Its own steps have deadlines too; this is the net under them. */
const STOP_DEADLINE_MS = 20_000
const UNLINK_DEADLINE_MS = 25_000

export type EngineRunner = {
  /** Starts a run once every earlier one has ended, unless it is no longer wanted by then. */
  start(generation: number, isWanted: () => boolean): void
  stop(generation: number): void
  /** Asks WhatsApp to unlink this run's device; tells when it did. Ends in time in any case. */
  unlink(generation: number, onUnlinked: () => void): void
  /** After what is under way: no run is alive then. */
  thenDo(work: () => Promise<void>): void
  find(generation: number): Engine | undefined
  /** Nothing is being started or stopped, and nothing runs. */
  isEmpty(): boolean
  /** Resolves when what was asked for so far is done. */
  settled(): Promise<void>
}

/** Runs at most one engine at a time: the next one starts when the processes of the one before it are gone. */
export function createEngineRunner(deps: {
  createEngine: CreateEngine
  handlersOf(generation: number): EngineHandlers
  endOrphans(): Promise<number>
  logger: Logger
}): EngineRunner {
  const { logger } = deps
  let current: { generation: number; engine: Engine } | undefined
  let pending = 0
  let chain: Promise<void> = Promise.resolve()

  const enqueue = (work: () => Promise<void>): void => {
    pending += 1
    chain = chain
      .then(work)
      .catch((error: unknown) => logger.error({ errorName: errorName(error) }, 'a step of the browser failed'))
      .finally(() => {
        pending -= 1
      })
  }

  const stopCurrent = async (): Promise<void> => {
    const stopped = current
    if (!stopped) return
    try {
      await withDeadline(stopped.engine.stop(), STOP_DEADLINE_MS)
    } catch (error) {
      logger.error({ generation: stopped.generation, errorName: errorName(error) }, 'the browser did not stop')
      await deps.endOrphans()
    } finally {
      current = undefined
    }
  }

  return {
    start(generation, isWanted) {
      enqueue(async () => {
        // A run that ended by itself: its processes are gone, stopping it is nothing.
        await stopCurrent()
        if (!isWanted()) return
        const handlers = deps.handlersOf(generation)
        const engine = deps.createEngine(handlers)
        current = { generation, engine }
        engine.start().catch((error: unknown) => {
          logger.error({ generation, errorName: errorName(error) }, 'the browser failed to start')
          handlers.onEvent({ kind: 'ended', reason: 'start_failed', detail: null })
        })
      })
    },
    stop(generation) {
      enqueue(async () => {
        if (current?.generation === generation) await stopCurrent()
      })
    },
    unlink(generation, onUnlinked) {
      enqueue(async () => {
        if (current?.generation !== generation) return
        if (await withDeadline(current.engine.logOut(), UNLINK_DEADLINE_MS)) onUnlinked()
      })
    },
    thenDo(work) {
      enqueue(async () => {
        await stopCurrent()
        await work()
      })
    },
    find: (generation) => (current?.generation === generation ? current.engine : undefined),
    isEmpty: () => pending === 0 && current === undefined,
    async settled() {
      await chain
    },
  }
}
