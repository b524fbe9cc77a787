import { chmod, writeFile } from 'node:fs/promises'
import path from 'node:path'

/*
 * A browser that dies in the middle of its own launch: it has answered puppeteer's first questions and shows no page yet. The real one
 * passes through that moment in milliseconds, too quickly for a test to hit it for certain.
 */
const PROGRAM = `
const { createReadStream, createWriteStream } = require('node:fs')
const commands = createReadStream('', { fd: 3 })
const answers = createWriteStream('', { fd: 4 })
let told = ''
commands.on('data', (chunk) => {
  told += chunk
  const whole = told.split('\\0')
  told = whole.pop()
  for (const { id, method } of whole.map((one) => JSON.parse(one))) {
    const result = method === 'Target.getBrowserContexts' ? { browserContextIds: [] } : {}
    answers.write(JSON.stringify({ id, result }) + '\\0')
    if (method === 'Target.setAutoAttach') setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)
  }
})
setTimeout(() => {}, 60_000)
`

/** A program that dies like that the first time, and is the given Chromium ever after. Answers its path. */
export async function writeDyingBrowser(directory: string, chromium: string): Promise<string> {
  const file = path.join(directory, 'browser')
  const program = path.join(directory, 'dying.cjs')
  const died = path.join(directory, 'died')
  await writeFile(program, PROGRAM)
  await writeFile(
    file,
    `#!/bin/sh
if [ "$1" = --version ] || [ -e '${died}' ]; then exec '${chromium}' "$@"; fi
touch '${died}'
exec '${process.execPath}' '${program}' "$@"
`,
  )
  await chmod(file, 0o755)
  return file
}
