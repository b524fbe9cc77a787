import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

// Node publishes every process that it makes, before it is started.
const CHANNEL = 'child_process'

/**
 * Tells of the process that bears the mark from its first moment to its last. puppeteer hands a browser over when its launch is done; of one
 * that dies before, 24.38 may never say anything: what the launch waits for then never settles. Returns what ends it.
 */
export function watchLaunch(
  marker: string,
  handlers: { onSpawned(pid: number): void; onExited(how: string): void },
): () => void {
  const onMade = (message: unknown): void => {
    const { process: made } = message as { process: ChildProcess }
    made.once('spawn', () => {
      if (made.pid === undefined || !made.spawnargs.includes(marker)) return
      stop()
      handlers.onSpawned(made.pid)
      made.once('exit', (code, by) => handlers.onExited(by === null ? `exit code ${code}` : by))
    })
  }
  const stop = (): void => void unsubscribe(CHANNEL, onMade)
  subscribe(CHANNEL, onMade)
  return stop
}
