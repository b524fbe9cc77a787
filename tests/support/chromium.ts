import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const ROOT = path.join(import.meta.dirname, '../..')
const { version } = JSON.parse(
  readFileSync(path.join(ROOT, 'node_modules/@sparticuz/chromium/package.json'), 'utf8'),
) as { version: string }
const DIRECTORY = path.join(tmpdir(), `puntadewa-chromium-${version}`)
const BINARY = path.join(DIRECTORY, 'chromium')
const UNPACK = `const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath()`

/**
 * The headless Chromium that npm brought, unpacked once per machine. Several processes may ask at once: each unpacks for itself into
 * a private directory and the first puts its own in place, so that nobody ever starts half a binary.
 */
export async function unpackTestChromium(): Promise<string> {
  if (existsSync(BINARY)) return BINARY
  const own = await mkdtemp(path.join(tmpdir(), 'puntadewa-unpack-'))
  const environment = { ...process.env, TMPDIR: own }
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], {
    cwd: ROOT,
    env: environment,
  })
  await rename(own, DIRECTORY).catch(async (error: unknown) => {
    await rm(own, { recursive: true, force: true })
    if (!existsSync(BINARY)) throw error
  })
  return BINARY
}
