import { Gauge, type Registry } from 'prom-client'
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
