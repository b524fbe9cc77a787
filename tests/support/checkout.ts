import { cpSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { createTemporaryDirectory } from './temporary-directory.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const PARTS = ['package.json', 'package-lock.json', '.npmrc', 'vite.config.ts', 'scripts', 'src', 'migrations', 'dist']

/** A copy of what runs, with these dependencies: for what must not be tried beside the real `.env`. Gone after the test. */
export function createCheckout(): string {
  const checkout = createTemporaryDirectory()
  for (const part of PARTS) {
    cpSync(path.join(ROOT, part), path.join(checkout, part), { recursive: true, preserveTimestamps: true })
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(checkout, 'node_modules'))
  return checkout
}
