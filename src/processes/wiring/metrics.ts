import { Counter, Gauge, type Registry } from 'prom-client'
import type { Features } from './features.ts'

/** Work promised and not yet done, by topic: the figures that say whether a backlog grows. Read when they are asked for. */
export function registerOutboxMetrics(registry: Registry, features: Pick<Features, 'db' | 'outbox'>): void {
  const gauge = new Gauge({
    name: 'puntadewa_outbox_rows',
    help: 'Rows of the outbox by topic and state',
    labelNames: ['topic', 'state'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { topic, waiting, inFlight, dead } of await features.outbox.stats(features.db)) {
        this.set({ topic, state: 'waiting' }, waiting)
        this.set({ topic, state: 'in_flight' }, inFlight)
        this.set({ topic, state: 'dead' }, dead)
      }
    },
  })
  gauge.reset()
}

/** Which receivers need a person: an alert on `paused` or `dead` is the one to have. Read when they are asked for. */
export function registerWebhookMetrics(registry: Registry, features: Pick<Features, 'webhooks'>): void {
  const endpoints = new Gauge({
    name: 'puntadewa_webhook_endpoints',
    help: 'Endpoints of webhooks by how they fare',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const { dead, ...counts } = await features.webhooks.countEndpoints()
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count)
      deadLetters.set(dead)
    },
  })
  const deadLetters = new Gauge({
    name: 'puntadewa_webhook_dead_deliveries',
    help: 'Deliveries of webhooks that were given up',
    registers: [registry],
  })
  endpoints.reset()
}

/** Any other number than 0 means that the database lost or altered something: an alert. */
export function registerDocumentMetrics(registry: Registry, { intake }: Pick<Features, 'intake'>): void {
  const counter = new Counter({
    name: 'puntadewa_damaged_documents_total',
    help: 'Looks at documents whose picture was missing or altered where it is kept',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(intake.countDamagedDocuments())
    },
  })
  counter.reset()
}

/** Consoles that hear of changes just now; at the bound of a process new ones are refused and ask for themselves. */
export function registerStreamMetrics(registry: Registry, features: Pick<Features, 'console'>): void {
  const streams = new Gauge({
    name: 'puntadewa_event_streams',
    help: 'Event streams of the console that are open in this process',
    registers: [registry],
    collect() {
      this.set(features.console.countStreams())
    },
  })
  streams.reset()
}
