import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

/** Every file that these files reach by relative imports inside the feature. */
function reachFrom(pattern: string): Set<string> {
  const reached = new Set<string>()
  const waiting = globSync(pattern, { cwd: import.meta.dirname, exclude: ['**/*.test.ts'] })
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    const source = readFileSync(path.join(import.meta.dirname, file), 'utf8')
    for (const [, target = ''] of source.matchAll(/from '(\.[^']+)'/g)) {
      const imported = path.join(path.dirname(file), target)
      if (!imported.startsWith('..')) waiting.push(imported)
    }
  }
  return reached
}

test('client and mock share no code of this feature, so a mistake in one shows against the other', () => {
  const client = reachFrom('protocol/*.ts')
  const mock = reachFrom('mock/*.ts')
  expect(client.size).toBeGreaterThan(7)
  expect(mock.size).toBeGreaterThan(7)
  expect([...client].filter((file) => mock.has(file))).toEqual([])
})
