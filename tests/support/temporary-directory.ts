import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

/** A directory that is gone after the test. */
export function createTemporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'puntadewa-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }))
  return directory
}
