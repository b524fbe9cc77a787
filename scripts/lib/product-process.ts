import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findFreePort } from './free-port.ts'
import { ownEnvironment } from './own-environment.ts'

/** Where one product lives: its data and its two ports. It can be started there again. */
export type ProductPlace = { directory: string; port: number; mockPort: number }

export type ProductProcess = {
  address: string
  mockAddress: string
  output(): string
  /** Sends the signal to npm (Ctrl-C unless told otherwise) and waits; the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export type ThrowAwayProduct = ProductProcess & {
  /** After `stop`: removes the data directory. */
  remove(): Promise<void>
}

const ROOT = path.join(import.meta.dirname, '../..')
const READY_PATIENCE_MS = 120_000

export async function createProductPlace(): Promise<ProductPlace> {
  const directory = await mkdtemp(path.join(tmpdir(), 'puntadewa-'))
  return { directory, port: await findFreePort(), mockPort: await findFreePort() }
}

export async function removeProductPlace(place: ProductPlace): Promise<void> {
  await rm(place.directory, { recursive: true, force: true, maxRetries: 5 })
}

/** Starts the product as the README says (`npm start`), with no settings but these, and returns once it is ready; ended and told when it does not get there. */
export async function startProduct(
  place: ProductPlace,
  settings: Record<string, string> = {},
): Promise<ProductProcess> {
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: ownEnvironment({
      DATA_DIR: path.join(place.directory, 'data'),
      PORT: String(place.port),
      BPJS_MOCK_PORT: String(place.mockPort),
      LOG_LEVEL: 'warn',
      ...settings,
    }),
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const closed = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)
  const address = `http://127.0.0.1:${place.port}`
  const product: ProductProcess = {
    address,
    mockAddress: `http://127.0.0.1:${place.mockPort}`,
    output: () => text,
    async stop(signal = 'SIGINT') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return await closed
    },
  }
  const isReady = async (): Promise<boolean> =>
    await fetch(`${address}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
  for (const end = performance.now() + READY_PATIENCE_MS; performance.now() < end; await delay(100)) {
    if (await isReady()) return product
    if (child.exitCode !== null) break
  }
  await product.stop()
  throw new Error(`the product did not become ready:\n${text}`)
}

/** A product on a data directory and ports of its own. */
export async function startThrowAwayProduct(settings: Record<string, string> = {}): Promise<ThrowAwayProduct> {
  const place = await createProductPlace()
  const remove = (): Promise<void> => removeProductPlace(place)
  try {
    return { ...(await startProduct(place, settings)), remove }
  } catch (error) {
    await remove()
    throw error
  }
}
