import { createHash, randomUUID } from 'node:crypto'
import type { EngineConfig } from './engine-options.ts'

const MARKER = '--puntadewa-session='
const RUN_MARKER = '--puntadewa-run='
const MARKER_HASH_LENGTH = 12

/** On the command line of the browser, so that its processes can be found and ended. Two installations on one machine differ. */
export function sessionMarker({ clientId, profile }: Pick<EngineConfig, 'clientId' | 'profile'>): string {
  const place = createHash('sha256').update(profile).digest('hex').slice(0, MARKER_HASH_LENGTH)
  return `${MARKER}${clientId}-${place}`
}

/** The same for one run: a process that stood still must not end the browser of the one that took over from it. */
export function createRunMarker(): string {
  return `${RUN_MARKER}${randomUUID()}`
}

/** Without `--disable-web-security` and its like, which packaged Chromiums for functions bring along. */
export function launchArguments(config: EngineConfig): string[] {
  const args = [
    // A container gives /dev/shm 64 MB, too little for a page of this size.
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--disable-extensions',
    '--no-first-run',
    '--lang=id-ID',
    sessionMarker(config),
    ...config.extraArguments,
  ]
  if (config.noSandbox) args.push('--no-sandbox')
  if (config.testPage !== null) {
    args.push(`--host-resolver-rules=MAP web.whatsapp.com:443 ${config.testPage}, MAP * ~NOTFOUND`)
  }
  return args
}

/** As this Chromium would name itself with a window: "HeadlessChrome" in the name is a reason to be refused. */
export function windowedUserAgent(majorVersion: number): string {
  return (
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    `Chrome/${majorVersion}.0.0.0 Safari/537.36`
  )
}
