import { setTimeout as wait } from 'node:timers/promises'
import type { EngineEnd } from '../engine.ports.ts'
import type { EngineConfig } from './engine-options.ts'
import type { PageLevel } from './in-page.ts'

const ENDS: Record<string, EngineEnd> = {
  CONFLICT: 'conflict',
  TOS_BLOCK: 'restricted',
  SMB_TOS_BLOCK: 'restricted',
  PROXYBLOCK: 'restricted',
  DEPRECATED_VERSION: 'deprecated_version',
}
const WAITS_FOR_SCAN = new Set(['UNPAIRED', 'UNPAIRED_IDLE'])

/** How a run ends on a state of the page; undefined for a state to live with. */
export function endOfState(state: string): EngineEnd | undefined {
  return ENDS[state]
}

/**
 * Looks at a page that is not in sync yet, because whatsapp-web.js only listens: `ready` is an edge that gets lost when the page was
 * quicker, an expired code is answered in the wrong process, and a bad state before `ready` is heard by nobody. Ends by itself when
 * the page is in sync, or the run has ended.
 */
export async function watchLevel(deps: {
  config: EngineConfig
  signal: AbortSignal
  /** Rejects when the page does not answer in time. */
  readLevel(): Promise<PageLevel>
  isReady(): boolean
  /** The library has heard that the page is in sync and is working on it. */
  isSyncHeard(): boolean
  onAuthenticated(): void
  onEnd(reason: EngineEnd, detail: string | null): void
  refreshQr(): Promise<void>
  announceSync(): Promise<void>
}): Promise<void> {
  const { deadlines, qrMaxRetries } = deps.config
  let since = performance.now()
  let step = ''
  let looksInSync = 0
  let qrRefreshed = 0

  const look = async (): Promise<void> => {
    const level = await deps.readLevel().catch(() => undefined)
    if (deps.signal.aborted || deps.isReady()) return
    const state = level?.state ?? null
    const end = state === null ? undefined : endOfState(state)
    if (end !== undefined) return deps.onEnd(end, state)

    // A page that does not answer is where it was before.
    const next =
      level === undefined
        ? step
        : state === 'CONNECTED'
          ? 'syncing'
          : WAITS_FOR_SCAN.has(state ?? '')
            ? 'scan'
            : 'opening'
    if (next !== step) {
      step = next
      since = performance.now()
    }
    if (step === 'syncing') deps.onAuthenticated()
    if (level !== undefined && state === 'UNPAIRED_IDLE') {
      if (++qrRefreshed > qrMaxRetries) return deps.onEnd('qr_expired', state)
      await deps.refreshQr().catch(() => {})
    }
    // Once more a poll later: the library may be about to hear it by itself.
    if (level?.hasSynced && !deps.isSyncHeard() && ++looksInSync === 2) await deps.announceSync().catch(() => {})

    if (step !== 'scan' && performance.now() - since > deadlines.readyMs) deps.onEnd('never_ready', state)
  }

  while (!deps.signal.aborted && !deps.isReady()) {
    await look()
    await wait(deadlines.pollMs, undefined, { signal: deps.signal }).catch(() => {})
  }
}
