import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const { scripts } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

// A shell remembers where it found `node`: after an installation it would go on with the Node of the host.
test('whatever follows an installation begins as a script of npm, on the pinned Node', () => {
  const installing = Object.entries(scripts).filter(([, command]) => command.includes('ensure-installed'))
  expect(installing.length).toBeGreaterThan(5)
  for (const [name, command] of installing) {
    const rest = command.replace('node scripts/ensure-installed.mjs', '')
    expect([name, rest]).toEqual([name, expect.stringMatching(/^(?: && npm run --silent \w+)?$/)])
  }
})
