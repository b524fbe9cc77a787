import { globSync } from 'node:fs'
import { cruise } from 'dependency-cruiser'
import { LAYER_RULES } from './rules.ts'

export type LayerReport = {
  /** `rule: from -> to`, one line each. */
  violations: string[]
  modulesRead: number
  filesFound: number
}

/**
 * Checks the imports below `root`/src. A report that has read fewer modules than there are files proves nothing
 * (with a parser that does not know this TypeScript, the tool says "no violations" over none): callers must compare the two.
 */
export async function checkLayers(root: string): Promise<LayerReport> {
  const filesFound = globSync('src/**/*.{ts,tsx}', { cwd: root }).length
  const { output } = await cruise(
    ['src'],
    {
      baseDir: root,
      parser: 'swc',
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      ruleSet: { forbidden: LAYER_RULES },
      validate: true,
    },
    { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'], conditionNames: ['import', 'node', 'default', 'types'] },
  )
  if (typeof output === 'string') throw new Error('dependency-cruiser gave text instead of a result')
  const modulesRead = output.modules.filter((module) => /^src\/.*\.tsx?$/.test(module.source)).length
  const violations = output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)
  return { violations: [...new Set(violations)].sort(), modulesRead, filesFound }
}
