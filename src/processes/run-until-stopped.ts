import type { Logger } from 'pino'
import { isSettingError } from '../platform/config/setting-error.ts'
import { createResourceStack, type ResourceStack } from './resource-stack.ts'
import { watchWrapper } from './wrapper-watch.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export type RunOptions = {
  log: Logger
  stopTimeoutMs: number
  /** End together with the npm that started us. */
  endsWithWrapper: boolean
  /** Resolve to go on until stopped; resolve to 'done' to stop now. */
  run(stack: ResourceStack, onFatal: (error: unknown) => void): Promise<'stay' | 'done'>
}

/**
 * Runs until a signal, a fatal error, or the end of the work; then stops everything in reverse order. Further signals change
 * nothing: npm hands its own copy of Ctrl-C on to us, and a drain that is cut short is what the next start has to repair.
 * Resolves with the exit code.
 */
export async function runUntilStopped(options: RunOptions): Promise<0 | 1> {
  const { log } = options
  const stack = createResourceStack(log)
  const { promise: ended, resolve: end } = Promise.withResolvers<0 | 1>()

  const onSignal = (signal: NodeJS.Signals): void => {
    if (stack.isStopping) log.info({ signal }, 'already stopping')
    else log.info({ signal }, 'stopping')
    end(0)
    void stack.stopAll(options.stopTimeoutMs)
  }
  const onFatal = (error: unknown): void => {
    if (isSettingError(error)) log.debug({ err: error }, 'a setting is wrong')
    else log.fatal({ err: error }, 'stopping after an error that nobody handled')
    end(1)
    void stack.stopAll(options.stopTimeoutMs)
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  process.on('uncaughtException', onFatal)
  process.on('unhandledRejection', onFatal)
  // Waiting for a signal does not keep Node running by itself.
  const keepAlive = setInterval(() => {}, 2 ** 30)
  const endWatch = options.endsWithWrapper ? watchWrapper(() => onSignal('SIGHUP')) : () => {}

  try {
    const isDone = (await options.run(stack, onFatal)) === 'done'
    if (isDone) end(0)
    const code = await ended
    const isClean = await stack.stopAll(options.stopTimeoutMs)
    return isClean ? code : 1
  } catch (error) {
    const isInterrupted = stack.isStopping
    await stack.stopAll(options.stopTimeoutMs)
    if (isInterrupted) return await ended
    throw error
  } finally {
    endWatch()
    clearInterval(keepAlive)
    for (const signal of SIGNALS) process.removeListener(signal, onSignal)
    process.removeListener('uncaughtException', onFatal)
    process.removeListener('unhandledRejection', onFatal)
  }
}
