import { runCommandLine } from './processes/command-line.ts'
import { commands, parts } from './processes/wiring/index.ts'

const write = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${line}\n`)

// Whoever read our output may be gone (a closed terminal, a finished `head`): no reason to stop working.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const print = write(process.stdout)
const printError = write(process.stderr)
process.exit(await runCommandLine(process.argv.slice(2), { parts, commands, print, printError }))
