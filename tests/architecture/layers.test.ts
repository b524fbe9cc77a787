import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { checkLayers } from '../../scripts/layers/check-layers.ts'
import { FEATURE_USES, LAYER_RULES } from '../../scripts/layers/rules.ts'
import { createTemporaryDirectory } from '../support/temporary-directory.ts'

type Files = Record<string, string>

const writeTree = (files: Files): string => {
  const root = createTemporaryDirectory()
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  return root
}

/** Two files, the first importing the second. */
const imports = (from: string, to: string): Files => ({
  [from]: `import { x } from '${path.posix.relative(path.posix.dirname(from), to).replace(/^(?!\.)/, './')}'\nexport const y = x\n`,
  [to]: 'export const x = 1\n',
})

/** One bad import per rule. */
const BAD: Record<string, Files> = {
  'no-cycle': {
    'src/platform/a.ts': "import { b } from './b.ts'\nexport const a = () => b\n",
    'src/platform/b.ts': "import { a } from './a.ts'\nexport const b = () => a\n",
  },
  'contracts-first': imports('src/contracts/a.ts', 'src/platform/b.ts'),
  'contracts-run-anywhere': { 'src/contracts/a.ts': "import { join } from 'node:path'\nexport const a = join\n" },
  'platform-second': imports('src/platform/a.ts', 'src/features/database.ts'),
  'features-third': imports('src/features/audit/a.ts', 'src/processes/b.ts'),
  'processes-fourth': imports('src/processes/a.ts', 'src/main.ts'),
  'web-knows-contracts': imports('src/web/a.ts', 'src/platform/b.ts'),
  'product-without-tests': imports('src/platform/a.ts', 'tests/support/b.ts'),
  'front-door': imports('src/features/verification/a.ts', 'src/features/audit/chain.repository.ts'),
  'front-door-of-processes': imports('src/processes/a.ts', 'src/features/audit/audit.service.ts'),
  'feature-has-a-row': imports('src/features/weather/a.ts', 'src/platform/b.ts'),
  'domain-is-pure': imports('src/features/audit/a.domain.ts', 'src/features/audit/a.repository.ts'),
  'domain-without-input-and-output': {
    'src/features/audit/a.domain.ts': "import { readFileSync } from 'node:fs'\nexport const a = readFileSync\n",
  },
  'repository-below-service': imports('src/features/audit/a.repository.ts', 'src/features/audit/a.service.ts'),
  'service-below-routes': imports('src/features/audit/a.service.ts', 'src/features/audit/a.jobs.ts'),
  'routes-through-services': imports('src/features/audit/a.routes.ts', 'src/features/audit/a.repository.ts'),
  'mock-and-client-apart': imports('src/features/bpjs/mock/a.ts', 'src/features/bpjs/protocol/b.ts'),
  ...Object.fromEntries(
    Object.entries(FEATURE_USES).map(([feature, uses]) => {
      const stranger = Object.keys(FEATURE_USES).find((other) => other !== feature && !uses.includes(other))
      return [`feature-table-${feature}`, imports(`src/features/${feature}/a.ts`, `src/features/${stranger}/index.ts`)]
    }),
  ),
}

test('every rule has an example that breaks it', () => {
  expect(Object.keys(BAD).sort()).toEqual(LAYER_RULES.map((rule) => rule.name ?? '').sort())
})

test.each(Object.entries(BAD))('%s is noticed', async (rule, files) => {
  const { violations } = await checkLayers(writeTree(files))
  expect(violations.map((violation) => violation.split(':')[0])).toContain(rule)
})

test('an import of a type alone is noticed as well', async () => {
  const { violations } = await checkLayers(
    writeTree({
      'src/contracts/a.ts': "import type { B } from '../platform/b.ts'\nexport type A = B\n",
      'src/platform/b.ts': 'export type B = 1\n',
    }),
  )
  expect(violations).toEqual(['contracts-first: src/contracts/a.ts -> src/platform/b.ts'])
})

test('what the rules allow is not noticed', async () => {
  const { violations, modulesRead, filesFound } = await checkLayers(
    writeTree({
      ...imports('src/features/intake/a.service.ts', 'src/features/regions/index.ts'),
      ...imports('src/features/intake/b.repository.ts', 'src/features/intake/b.domain.ts'),
      ...imports('src/processes/a.ts', 'src/platform/b.ts'),
    }),
  )
  expect(violations).toEqual([])
  expect([modulesRead, filesFound]).toEqual([6, 6])
})

test('a file that is not read shows in the count', async () => {
  const root = writeTree({
    'src/platform/a.ts': 'export const a = 1\n',
    'src/node_modules/b.ts': 'export const b = 1\n',
  })
  expect(await checkLayers(root)).toEqual({ violations: [], modulesRead: 1, filesFound: 2 })
})

test('a file that cannot be parsed is an error', async () => {
  await expect(checkLayers(writeTree({ 'src/platform/a.ts': 'export const = <' }))).rejects.toThrow('src/platform/a.ts')
})

test('the product keeps to its layers, and all of its files were read', async () => {
  const { violations, modulesRead, filesFound } = await checkLayers(path.join(import.meta.dirname, '../..'))
  expect(violations).toEqual([])
  expect(modulesRead).toBe(filesFound)
})
