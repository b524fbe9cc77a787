import { enableCompileCache } from 'node:module'
import path from 'node:path'

// Halves the time to start. Not in the shared temporary directory that Node would take: what lies there may be somebody else's.
enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/compiled'))

const { runCommandLine } = await import('./processes/command-line.ts')

const write = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${line}\n`)

// Whoever read our output may be gone (a closed terminal, a finished `head`): no reason to stop working.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const exitCode = await runCommandLine(process.argv.slice(2), {
  loadProduct: () => import('./processes/wiring/index.ts'),
  print: write(process.stdout),
  printError: write(process.stderr),
})
process.exit(exitCode)
