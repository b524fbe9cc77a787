import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { expect, test } from 'vitest'

const MODULE = path.join(import.meta.dirname, '../../src/processes/run-until-stopped.ts')
const LOGGER = path.join(import.meta.dirname, '../../src/platform/log/logger.ts')

/** Runs a process with one resource on its stack and `trouble` afterwards; what it said, and its exit code. */
async function runWith(trouble: string): Promise<{ lines: string[]; code: number | null }> {
  const script = `
    import { runUntilStopped } from ${JSON.stringify(MODULE)}
    import { createLogger } from ${JSON.stringify(LOGGER)}
    const code = await runUntilStopped({
      log: createLogger({ level: 'info', format: 'json' }),
      stopTimeoutMs: 2000,
      endsWithWrapper: false,
      async run(stack, onFatal) {
        await stack.start('database', async () => ({ async stop() { console.log('database stopped') } }))
        ${trouble}
        return 'stay'
      },
    })
    process.exit(code)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: process.cwd() })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { lines: text.trim().split('\n'), code }
}

test.each([
  ['an error that nobody caught', "setTimeout(() => { throw new Error('boom') })"],
  ['a rejection that nobody handled', "setTimeout(() => void Promise.reject(new Error('boom')))"],
  ['something underneath that is lost', "setTimeout(() => onFatal(new Error('boom')))"],
])('%s is logged, everything is stopped, and the process ends with 1', async (_what, trouble) => {
  const { lines, code } = await runWith(trouble)
  expect(lines[0]).toMatch(/"level":60.*"message":"boom"/)
  expect(lines[1]).toBe('database stopped')
  expect(code).toBe(1)
})

test('a start that fails stops what it had started', async () => {
  const { lines, code } = await runWith("throw new Error('boom')")
  expect(lines[0]).toBe('database stopped')
  expect(lines.join('\n')).toContain('Error: boom')
  expect(code).toBe(1)
})

test('signals in a row are one stop, and end with 0', async () => {
  const { lines, code } = await runWith(`
    await stack.start('slow', async () => ({ stop: () => new Promise((resolve) => setTimeout(resolve, 300)) }))
    setTimeout(() => { for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM']) process.kill(process.pid, signal) })`)
  expect(lines.filter((line) => line === 'database stopped')).toHaveLength(1)
  expect(lines.filter((line) => line.includes('already stopping'))).toHaveLength(2)
  expect(code).toBe(0)
})

test('what does not stop in time is told, the rest is stopped all the same, and the process ends with 1', async () => {
  const { lines, code } = await runWith(`
    await stack.start('stuck', async () => ({ stop: () => new Promise(() => {}) }))
    setTimeout(() => process.kill(process.pid, 'SIGTERM'))`)
  expect(lines.join('\n')).toContain('"resource":"stuck","msg":"did not stop in time"')
  expect(lines.at(-1)).toBe('database stopped')
  expect(code).toBe(1)
})
