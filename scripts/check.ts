import { spawnSync } from 'node:child_process'
import path from 'node:path'

// All of them run, also after one has failed: a list of what is wrong is worth more than the first item of it.
const PARTS: { name: string; command: string; args: string[]; isTold?: boolean }[] = [
  { name: 'format and imports', command: 'biome', args: ['check', '--error-on-warnings'] },
  { name: 'types', command: 'tsc', args: [] },
  { name: 'types of the console', command: 'tsc', args: ['--project', 'src/web'] },
  { name: 'lint', command: 'oxlint', args: ['--deny-warnings'] },
  { name: 'layers', command: 'node', args: ['scripts/check-layers.ts'] },
  { name: 'dead code', command: 'knip', args: ['--treat-config-hints-as-errors'] },
  { name: 'build of the console', command: 'node', args: ['scripts/ensure-built.mjs'] },
  // Figures that creep up are seen before they are over.
  { name: 'size of the console', command: 'node', args: ['scripts/check-console-size.ts'], isTold: true },
  { name: 'row types', command: 'node', args: ['scripts/generate-database-types.ts', '--verify'] },
]

const failed = PARTS.filter(({ name, command, args, isTold }) => {
  const begun = performance.now()
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: path.join(import.meta.dirname, '..'),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const isGood = status === 0
  console.log(`${isGood ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`)
  if (!isGood || isTold) console.log(`${stdout ?? ''}${stderr ?? ''}`.trimEnd())
  return !isGood
})
if (failed.length > 0) {
  console.log(`Failed: ${failed.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}
