import { randomUUID } from 'node:crypto'
import { open, rename } from 'node:fs/promises'

/** Writes a private file (0600) and returns when it is on disk. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a private file so that a reader, or a crash, sees either the old text or the new one, never a part. */
export async function replaceDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.new`
  await writeDurably(draft, text)
  await rename(draft, file)
}
