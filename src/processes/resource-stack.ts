import type { Logger } from 'pino'

export type Resource = { stop(): Promise<void> }

export type ResourceStack = {
  /** Starts one thing on top of the others. Refuses once stopping has begun, so that an early Ctrl-C leaves nothing behind. */
  start<Started extends Resource>(name: string, start: () => Promise<Started>): Promise<Started>
  /**
   * Stops everything in reverse order, each within what is left of `timeoutMs` but at least a second. What fails or does not
   * end is logged and passed over, so that the database below still gets its clean end. May be called again; false: something did not stop.
   */
  stopAll(timeoutMs: number): Promise<boolean>
  readonly isStopping: boolean
}

const LEAST_MS = 1_000
const STOPPING = 'StoppingError'

export function createResourceStack(log: Logger): ResourceStack {
  const started: { name: string; resource: Resource }[] = []
  let starting: Promise<unknown> = Promise.resolve()
  let stopped: Promise<boolean> | undefined

  const stopEach = async (timeoutMs: number): Promise<boolean> => {
    const deadline = performance.now() + timeoutMs
    const remaining = (): number => Math.max(LEAST_MS, deadline - performance.now())
    let isClean = await endsWithin(
      starting.catch(() => undefined),
      remaining(),
    )
    for (const { name, resource } of started.toReversed()) {
      const begun = performance.now()
      try {
        const hasEnded = await endsWithin(resource.stop(), remaining())
        isClean &&= hasEnded
        if (hasEnded) log.debug({ resource: name, ms: Math.round(performance.now() - begun) }, 'stopped')
        else log.error({ resource: name }, 'did not stop in time')
      } catch (error) {
        isClean = false
        log.error({ err: error, resource: name }, 'failed to stop')
      }
    }
    return isClean
  }

  return {
    async start(name, start) {
      if (stopped) throw Object.assign(new Error(`${name} is not started: stopping`), { name: STOPPING })
      const attempt = start()
      starting = attempt
      const resource = await attempt
      started.push({ name, resource })
      return resource
    },
    stopAll(timeoutMs) {
      stopped ??= stopEach(timeoutMs)
      return stopped
    },
    get isStopping() {
      return stopped !== undefined
    },
  }
}

async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: expired, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(resolve, ms, false)
  try {
    return await Promise.race([work.then(() => true), expired])
  } finally {
    clearTimeout(timer)
  }
}
