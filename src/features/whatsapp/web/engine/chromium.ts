import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { promisify } from 'node:util'

const SYSTEM_CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]
const VERSION = /\b(\d{2,4})\.\d+\.\d+\.\d+\b/
const VERSION_TIMEOUT_MS = 20_000

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** The configured Chromium, or the system's. Throws with what to do when there is none. */
export async function findChromium(
  configured: string | undefined,
  candidates: readonly string[] = SYSTEM_CHROMIUMS,
): Promise<string> {
  if (configured !== undefined) {
    if (await isExecutable(configured)) return configured
    throw new Error(`WHATSAPP_WEB_CHROMIUM: ${configured} is not a program that can be started`)
  }
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate
  }
  throw new Error(
    `No Chromium found (looked for ${candidates.join(', ')}): install one, or set WHATSAPP_WEB_CHROMIUM to the path of its program`,
  )
}

/** 147 of "Chromium 147.0.7727.55". Throws when the program does not start or does not say. */
export async function readChromiumMajorVersion(executablePath: string): Promise<number> {
  const { stdout } = await promisify(execFile)(executablePath, ['--version'], { timeout: VERSION_TIMEOUT_MS })
  const major = VERSION.exec(stdout)?.[1]
  if (major === undefined) throw new Error('the Chromium does not tell its version')
  return Number(major)
}
