import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import path from 'node:path'
import { writeDurably } from './durable-file.ts'

const PRIVATE_DIRECTORY = 0o700

/** Reads a private text file; undefined when it does not exist. */
export async function findSecret(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Returns the secret in `file`, made by `generate` on the first call. Of several processes that start at once all get
 * the same one: the file appears under its name only when it is complete and on disk, because data sealed
 * with a key that a power cut then loses cannot be opened again.
 */
export async function getOrCreateSecret(file: string, generate: () => string): Promise<string> {
  const existing = await findSecret(file)
  if (existing !== undefined) return existing
  await mkdir(path.dirname(file), { recursive: true, mode: PRIVATE_DIRECTORY })
  const draft = `${file}.${randomUUID()}.new`
  await writeDurably(draft, `${generate()}\n`)
  try {
    await link(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await unlink(draft)
  }
  await syncDirectory(path.dirname(file))
  return (await readFile(file, 'utf8')).trim()
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory; its rename is durable enough for a development key.
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
