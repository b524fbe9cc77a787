import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { BREAKER_SCOPES, HOLD_REASONS } from '../../contracts/api/whatsapp-pacing.ts'
import {
  MESSAGE_STATES,
  type MessageFigures,
  type PacingStats,
  type SessionFigures,
  type WhatsappFigures,
} from '../../features/whatsapp/index.ts'

/** Where the figures come from: the tables, so that every process tells the same. */
export type WhatsappSources = {
  figures: WhatsappFigures
  breaker(): Promise<PacingStats>
  /** Null for a transport without a browser of ours. */
  session(): Promise<SessionFigures | null>
}

/** Several figures of one scrape, and several scrapers, share one look at the tables. */
const SHARED_MS = 3_000

const OPEN_STATES = ['queued', 'sending', 'unknown'] as const
// From a phone in the hand to one that was off for a day.
const ARRIVAL_BUCKETS = [1, 2, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400]

function shareFor<Value>(milliseconds: number, ask: () => Promise<Value>): () => Promise<Value> {
  let asked: { at: number; answer: Promise<Value> } | undefined
  return () => {
    const now = performance.now()
    if (!asked || now - asked.at > milliseconds) {
      const answer = ask()
      const mine = { at: now, answer }
      asked = mine
      // The next one asks again instead of being told of a failure that may be over.
      answer.catch(() => {
        if (asked === mine) asked = undefined
      })
    }
    return asked.answer
  }
}

/** What the tables tell: the same in every process, so dashboards take the maximum and never the sum. */
function registerMessageMetrics(registry: Registry, figures: WhatsappFigures): void {
  const registers = [registry]
  const read = shareFor(SHARED_MS, () => figures.read())
  const ageOf = (at: Date, since: Date): number => Math.max(0, (at.getTime() - since.getTime()) / 1000)
  const sum = (of: MessageFigures['recent'], pick: (figure: MessageFigures['recent'][number]) => number): number =>
    of.reduce((total, figure) => total + pick(figure), 0)

  new Gauge({
    name: 'puntadewa_whatsapp_open_messages',
    help: 'Messages that wait, are being handed over, or whose outcome nobody knows',
    labelNames: ['state'],
    registers,
    async collect() {
      const { open } = await read()
      for (const state of OPEN_STATES) this.set({ state }, open.find((one) => one.state === state)?.total ?? 0)
    },
  })
  new Gauge({
    name: 'puntadewa_whatsapp_oldest_open_seconds',
    help: 'Since when the oldest of them is so; 0 without any',
    labelNames: ['state'],
    registers,
    async collect() {
      const { at, open } = await read()
      for (const state of OPEN_STATES) {
        const oldest = open.find((one) => one.state === state)?.oldest
        this.set({ state }, oldest ? ageOf(at, oldest) : 0)
      }
    },
  })
  new Gauge({
    name: 'puntadewa_whatsapp_day_messages',
    help: 'Messages made within the last 24 hours by the state they are in, the newest 20,000 of them',
    labelNames: ['state'],
    registers,
    async collect() {
      const { recent } = await read()
      for (const state of MESSAGE_STATES) this.set({ state }, recent.find((one) => one.state === state)?.total ?? 0)
    },
  })
  new Gauge({
    name: 'puntadewa_whatsapp_unreceipted_messages',
    help: 'Messages of the last 24 hours that the gateway took and about which nothing has come back',
    registers,
    async collect() {
      this.set(sum((await read()).recent, (figure) => figure.unreceipted))
    },
  })
  new Gauge({
    name: 'puntadewa_whatsapp_oldest_unreceipted_seconds',
    help: 'How long the oldest of them has waited; 0 without any',
    registers,
    async collect() {
      const { at, recent } = await read()
      const waits = recent.map(({ oldestUnreceipted }) => (oldestUnreceipted ? ageOf(at, oldestUnreceipted) : 0))
      this.set(Math.max(0, ...waits))
    },
  })
  new Histogram({
    name: 'puntadewa_whatsapp_arrival_seconds',
    help: 'From the hand-over to the phone, of what has arrived since this process started',
    buckets: ARRIVAL_BUCKETS,
    registers,
    async collect() {
      for (const seconds of await figures.takeArrivals()) this.observe(seconds)
    },
  })
}

/** What the holder of the session wrote last, whichever process that is. */
function registerSessionMetrics(registry: Registry, session: WhatsappSources['session']): void {
  const registers = [registry]
  const read = shareFor(SHARED_MS, session)
  new Gauge({
    name: 'puntadewa_whatsapp_session_state',
    help: '1 for the state the WhatsApp Web session is in',
    labelNames: ['state'],
    registers,
    async collect() {
      const now = await read()
      this.reset()
      if (now) this.set({ state: now.state }, 1)
    },
  })
  new Counter({
    name: 'puntadewa_whatsapp_generations_total',
    help: 'Browsers started for WhatsApp Web, over all processes that had the session',
    registers,
    async collect() {
      const now = await read()
      this.reset()
      this.inc(now?.generations ?? 0)
    },
  })
  new Gauge({
    name: 'puntadewa_whatsapp_chromium_rss_bytes',
    help: 'Memory of the browser and its processes together',
    labelNames: [],
    registers,
    async collect() {
      const now = await read()
      this.remove()
      if (typeof now?.rssBytes === 'number') this.set(now.rssBytes)
    },
  })
  new Gauge({
    name: 'puntadewa_whatsapp_web_info',
    help: '1, with the version of WhatsApp Web and how it names message keys',
    labelNames: ['version', 'key_shape'],
    registers,
    async collect() {
      const now = await read()
      this.reset()
      if (now?.webVersion) this.set({ version: now.webVersion, key_shape: now.keyShape ?? 'not looked at' }, 1)
    },
  })
}

function registerBreakerMetrics(registry: Registry, breaker: WhatsappSources['breaker']): void {
  const registers = [registry]
  const read = shareFor(SHARED_MS, breaker)
  new Gauge({
    name: 'puntadewa_whatsapp_breaker_open',
    help: '1 while nothing is sent: "cold" to people who never wrote to us, "account" to anybody',
    labelNames: ['scope'],
    registers,
    async collect() {
      const { scope: open } = await read()
      for (const scope of BREAKER_SCOPES) this.set({ scope }, scope === open ? 1 : 0)
    },
  })
  new Gauge({
    name: 'puntadewa_whatsapp_held_messages',
    help: 'Messages that wait for a reason that is known',
    labelNames: ['reason'],
    registers,
    async collect() {
      const { held } = await read()
      for (const reason of HOLD_REASONS) this.set({ reason }, held[reason] ?? 0)
    },
  })
}

/** Everything about WhatsApp that is worth an alarm. Collected when it is asked for, from indexes only. */
export function registerWhatsappMetrics(registry: Registry, { figures, breaker, session }: WhatsappSources): void {
  registerMessageMetrics(registry, figures)
  registerSessionMetrics(registry, session)
  registerBreakerMetrics(registry, breaker)
}
