import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { replaceDurably, writeDurably } from '../files/durable-file.ts'
import type { PostgresBinaries } from './binaries.ts'
import type { ServerIdentity } from './server-identity.ts'

/** What we remember about a server of ours: it listens on loopback only, and nobody gets in without a password. */
export type ClusterSettings = z.infer<typeof clusterSettingsSchema>

const clusterSettingsSchema = z.object({
  port: z.int().min(0).max(65_535),
  superuserPassword: z.string().min(1),
  ownerPassword: z.string().min(1),
  appPassword: z.string().min(1),
})

const SETTINGS_FILE = 'settings.json'
const PASSWORD_BYTES = 24

export const clusterDirectory = (home: string): string => path.join(home, 'cluster')

export async function findClusterSettings(home: string): Promise<ClusterSettings | undefined> {
  const file = path.join(home, SETTINGS_FILE)
  if (!existsSync(file)) return undefined
  return clusterSettingsSchema.parse(JSON.parse(await readFile(file, 'utf8')))
}

export async function saveClusterSettings(home: string, settings: ClusterSettings): Promise<void> {
  await replaceDurably(path.join(home, SETTINGS_FILE), `${JSON.stringify(settings, null, 2)}\n`)
}

/** Makes the data directory unless it is there. An interrupted attempt leaves only a draft, which the next one clears away. */
export async function ensureCluster(
  home: string,
  binaries: PostgresBinaries,
  identity: ServerIdentity,
): Promise<ClusterSettings> {
  const directory = clusterDirectory(home)
  const known = await findClusterSettings(home)
  if (known && existsSync(directory)) return known
  if (existsSync(directory))
    throw new Error(`${path.join(home, SETTINGS_FILE)} is missing: restore it with its database`)

  const password = (): string => randomBytes(PASSWORD_BYTES).toString('base64url')
  const settings: ClusterSettings = {
    port: 0,
    superuserPassword: password(),
    ownerPassword: password(),
    appPassword: password(),
  }
  await saveClusterSettings(home, settings)
  const draft = `${directory}.new`
  await rm(draft, { recursive: true, force: true })
  await initialise(draft, settings.superuserPassword, binaries, identity)
  await rename(draft, directory)
  return settings
}

async function initialise(
  draft: string,
  password: string,
  binaries: PostgresBinaries,
  identity: ServerIdentity,
): Promise<void> {
  const passwordFile = `${draft}.password`
  await writeDurably(passwordFile, password)
  if (identity.owner) {
    chownSync(passwordFile, identity.owner.uid, identity.owner.gid)
    await mkdir(draft, { mode: 0o700 })
    chownSync(draft, identity.owner.uid, identity.owner.gid)
  }
  const flags = [`--pgdata=${draft}`, '--username=postgres', `--pwfile=${passwordFile}`]
  flags.push('--auth-host=scram-sha-256', '--auth-local=reject', '--encoding=UTF8')
  // Independent of the machine's locales, so that a copied directory sorts and matches the same elsewhere.
  flags.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8')
  const { file, args, ...who } = identity.wrap(binaries.initdb, flags)
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(file, args, { ...who, stdio: ['ignore', 'ignore', 'pipe'], cwd: path.parse(draft).root })
      let complaint = ''
      child.stderr.on('data', (chunk: Buffer) => {
        complaint += chunk.toString()
      })
      child.on('error', reject)
      child.on('close', (code) => {
        if (code === 0) resolve()
        else reject(new Error(`initdb failed: ${firstLine(complaint) || `exit code ${code}`}`))
      })
    })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? ''
