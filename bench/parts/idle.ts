import { setTimeout as delay } from 'node:timers/promises'
import { readCpuSeconds } from '../harness/cpu.ts'
import type { Part } from '../harness/part.ts'
import { signIn, startProduct } from '../harness/product.ts'
import { register, waitUntilDone } from '../harness/registrations.ts'
import { atMost, stated } from '../harness/report.ts'
import { startBenchServer, withClient } from '../harness/server.ts'

const SPACING_MS = 8
/** So that all of it has worked: code is compiled, connections are open, tables have rows. */
const REGISTRATIONS = 500
/** Pools keep connections for a minute; closing them is the end of work, as are deliveries, roll-ups and the last vacuum. */
const SETTLE_SECONDS = 80

/** What everything costs while nothing happens. */
export const idle: Part = async ({ quick }) => {
  const seconds = quick ? 10 : 60
  const server = await startBenchServer()
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const product = await startProduct({ name: 'product-idle', server, roles: 'all' })
    stops.push(product.stop)
    const cookie = await signIn(product.address, 'petugas')
    await register(product.address, cookie, { from: 0, count: REGISTRATIONS }, () => delay(SPACING_MS))
    await withClient(server.ownerUrl, waitUntilDone)
    await delay((quick ? 5 : SETTLE_SECONDS) * 1000)
    const pids = [product.pid, server.pid]
    const before = pids.map((pid) => readCpuSeconds([pid]))
    await delay(seconds * 1000)
    const shares = pids.map((pid, index) => ((readCpuSeconds([pid]) - (before[index] ?? 0)) / seconds) * 100)
    const [program = 0, database = 0] = shares
    return {
      part: 'idle',
      figures: [
        atMost(`idle, share of a core over ${seconds} s`, program + database, 1, '%'),
        stated('of it node, database', `${program.toFixed(2)} %, ${database.toFixed(2)} %`),
      ],
      details: { server: server.version, program, database },
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
