import { keptSizes, startKeptCases } from '../harness/kept-cases.ts'
import { runLoad } from '../harness/load.ts'
import type { Part } from '../harness/part.ts'
import { signIn, startProduct } from '../harness/product.ts'
import { loadQueuePages } from '../harness/queue-pages.ts'
import { atMost, stated } from '../harness/report.ts'
import { type Contender, compare, medianOf, medianRatio, TIMING } from '../harness/rounds.ts'

const QUICK = { rounds: 1, settleSeconds: 2, warmUpSeconds: 1, seconds: 2 }

/** The same pages of the same queue at two sizes, each with a server and a product of its own, in one run. */
export const size: Part = async ({ quick }) => {
  const sizes = keptSizes(quick)
  const stops: (() => Promise<void>)[] = []
  const contenders: Contender[] = []
  const nameOf = (page: 'page 1' | 'random depth', which: 'small' | 'large'): string => `${page}, ${sizes[which]} cases`
  try {
    for (const which of ['small', 'large'] as const) {
      const server = await startKeptCases(sizes[which])
      stops.push(() => server.stop())
      const product = await startProduct({ name: `product-size-${which}`, server, roles: 'api' })
      stops.push(product.stop)
      const cookie = await signIn(product.address, 'verifikator')
      const { first, deep } = await loadQueuePages(server, product.address, cookie)
      const pids = { program: product.pid, database: server.pid }
      contenders.push({ name: nameOf('page 1', which), pids, run: (seconds) => runLoad(first, seconds) })
      contenders.push({ name: nameOf('random depth', which), pids, run: (seconds) => runLoad(deep, seconds) })
    }
    const comparison = await compare(contenders, quick ? QUICK : TIMING)
    const grown = (page: 'page 1' | 'random depth') =>
      atMost(
        `${page} at ${sizes.large} against ${sizes.small} cases: p50`,
        medianRatio(comparison, nameOf(page, 'large'), nameOf(page, 'small'), (one) => one.p50),
        1.5,
      )
    return {
      part: 'size',
      figures: [
        ...contenders.map(({ name }) =>
          stated(
            name,
            `${Math.round(medianOf(comparison, name, (one) => one.perSecond))}/s, p50 ${medianOf(comparison, name, (one) => one.p50)}, p99 ${medianOf(comparison, name, (one) => one.p99)} ms`,
          ),
        ),
        grown('page 1'),
        grown('random depth'),
      ],
      details: { comparison },
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
