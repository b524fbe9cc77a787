import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { generateCases } from './cases.ts'
import { paths } from './paths.ts'
import { seedPlaces } from './places.ts'
import { startProduct } from './product.ts'
import { type BenchServer, startBenchServer } from './server.ts'

type Sizes = { small: number; usual: number; large: number }

/** How many cases the parts `queue` (usual) and `size` (small against large) look at. */
export const keptSizes = (quick: boolean): Sizes =>
  quick ? { small: 5_000, usual: 50_000, large: 150_000 } : { small: 100_000, usual: 1_000_000, large: 3_000_000 }

const homeOf = (count: number): string => path.join(paths.cache, `cases-${count}`)
const markerOf = (count: number): string => path.join(homeOf(count), 'generated')

/** A server that holds so many cases; makes them when nobody has yet. They stay for the next run. */
export async function startKeptCases(count: number): Promise<BenchServer> {
  await ensureCases(count)
  return await startBenchServer({ home: homeOf(count) })
}

/** Makes so many cases in a directory of their own, unless they are there. Whatever an interrupted run left is thrown away. */
export async function ensureCases(count: number): Promise<{ seconds: number | null }> {
  const home = homeOf(count)
  if (existsSync(markerOf(count))) return { seconds: null }
  console.log(`  generating ${count} cases, kept in ${path.relative(paths.root, home)}`)
  await rm(home, { recursive: true, force: true })
  await mkdir(paths.cache, { recursive: true })
  const startedAt = performance.now()
  const server = await startBenchServer({ home })
  try {
    // Its first start makes the tables, the regions and the accounts.
    const product = await startProduct({ name: 'product-generate', server, roles: 'api' })
    await product.stop()
    const places = await seedPlaces(server)
    await generateCases(server, { count, from: 0, places, createdBy: 'bench', state: null })
  } finally {
    await server.stop()
  }
  await writeFile(markerOf(count), '')
  const seconds = (performance.now() - startedAt) / 1000
  console.log(`  ${count} cases in ${Math.round(seconds)} s`)
  return { seconds }
}
