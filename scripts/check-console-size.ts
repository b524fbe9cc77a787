// What a browser loads before the first input on each page of the console, against its budget. Part of `npm run check`.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { firstLoads, type Manifest } from './console/first-load.ts'

const ROOT = path.join(import.meta.dirname, '..')
/** Where a shift begins, on counter PCs and on phones with a weak connection; the others are come to from there. */
const FIRST_PAGES = new Set(['/masuk', '/pendaftaran'])
const BUDGET_KB = 200
const LATER_BUDGET_KB = 250
// The mark of its own on every schema: it survives minifying. Schemas are for the server; the console has their types.
const ZOD = '_zod'

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')
const kb = (files: readonly string[]): number =>
  files.reduce((sum, file) => sum + brotliCompressSync(read(`dist/web/${file}`)).length, 0) / 1000

const manifest = JSON.parse(read('dist/web/manifest.json')) as Manifest
const loads = firstLoads(manifest, read('src/web/app/router.tsx'))
const faults: string[] = []
if (!loads.some(({ address }) => address === '/masuk')) faults.push('the router has no /masuk that this check can read')
for (const { address, scripts, styles } of loads) {
  const script = kb([...scripts, 'color-scheme.js'])
  const budget = FIRST_PAGES.has(address) ? BUDGET_KB : LATER_BUDGET_KB
  const figures = `script ${script.toFixed(1)} KB of ${budget}, styles ${kb(styles).toFixed(1)} KB`
  console.log(`     ${address.padEnd(24)} ${figures} (brotli)`)
  if (script > budget) faults.push(`${address}: ${figures}`)
}
for (const { file } of Object.values(manifest)) {
  if (file.endsWith('.js') && read(`dist/web/${file}`).includes(ZOD)) faults.push(`${file} contains zod`)
}
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exit(1)
