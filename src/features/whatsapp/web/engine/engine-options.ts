import path from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../../../../platform/clock.ts'

/** How long each step may take. All in ms. */
export type EngineDeadlines = {
  /** From `initialize()` to a QR or a restored session, and for the library to get into a page that was loaded anew. */
  startMs: number
  /** From there to CONNECTED, and from CONNECTED to in sync: a `ready` that never comes is the second complaint about whatsapp-web.js. */
  readyMs: number
  /** For the hand-over of one text, within the time that its caller has; afterwards its outcome is unknown. */
  sendMs: number
  /** For every other question to the page. */
  callMs: number
  /** For an orderly end of the browser, before its processes are killed. */
  closeMs: number
  /** puppeteer's own bound on any call; its default of 180 s hides a dead page for too long. */
  protocolMs: number
  /** Between two looks at a page that is not in sync yet. */
  pollMs: number
}

export const DEFAULT_DEADLINES: EngineDeadlines = {
  startMs: 120_000,
  readyMs: 90_000,
  // A delivery waits 30 s by default (WHATSAPP_SEND_TIMEOUT_MS), which is the outer limit whatever these add up to.
  sendMs: 20_000,
  callMs: 5_000,
  closeMs: 10_000,
  protocolMs: 60_000,
  pollMs: 500,
}

// A code is shown for about 20 s, the first for 60 s: two to three minutes to find the phone.
const DEFAULT_QR_MAX_RETRIES = 6
const DEFAULT_FROZEN_AFTER = 3

export type WhatsappWebEngineOptions = {
  /** The Chromium to start: `findChromium`. */
  executablePath: string
  /** The profile is made in here, and both are readable by the owner only. */
  dataPath: string
  /** Letters, digits, `-` and `_`: one profile each. */
  clientId: string
  clock: Clock
  logger: Logger
  extraArguments?: readonly string[]
  /** Chromium's sandbox does not work as root and in some containers. Off only when the operator says so. */
  noSandbox?: boolean
  /** `127.0.0.1:<port>` of a page that takes WhatsApp's place, its certificate accepted and every other address cut off. Never outside tests. */
  testPage?: string | null
  qrMaxRetries?: number
  /** So many unanswered probes one after the other end the run as `frozen`. */
  frozenAfter?: number
  deadlines?: Partial<EngineDeadlines>
}

export type EngineConfig = Required<WhatsappWebEngineOptions> & {
  deadlines: EngineDeadlines
  profile: string
}

/** Named as LocalAuth names it. */
export function profileDirectory({
  dataPath,
  clientId,
}: Pick<WhatsappWebEngineOptions, 'dataPath' | 'clientId'>): string {
  return path.join(path.resolve(dataPath), `session-${clientId}`)
}

export function completeOptions(options: WhatsappWebEngineOptions): EngineConfig {
  return {
    extraArguments: [],
    noSandbox: false,
    testPage: null,
    qrMaxRetries: DEFAULT_QR_MAX_RETRIES,
    frozenAfter: DEFAULT_FROZEN_AFTER,
    ...options,
    dataPath: path.resolve(options.dataPath),
    deadlines: { ...DEFAULT_DEADLINES, ...options.deadlines },
    profile: profileDirectory(options),
  }
}
