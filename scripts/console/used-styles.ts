import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Plugin } from 'vite'

/** Reset, colours and sizes that all components stand on. */
const ALWAYS = ['baseline', 'default-css-variables', 'global']
const NAMED_IMPORTS = /\bimport \{([^}]*)\} from ['"]([^'"]+)['"]/g

const namesIn = (list: string): string[] =>
  list.split(',').map(
    (name) =>
      name
        .trim()
        .replace(/^type /, '')
        .split(' as ')
        .at(-1) ?? '',
  )

/**
 * Of the styles of Mantine, those of the components that the console imports and of all that these are made of, in the
 * order of the whole file: half of it. Read off the sources, so that nobody keeps a list. The development server gives the whole file.
 */
export function usedStyles({ mantine, sources }: { mantine: string; sources: string }): Plugin {
  const whole = path.join(mantine, 'styles.css')
  return {
    name: 'used-styles',
    apply: 'build',
    enforce: 'pre',
    load(id) {
      if (path.normalize(id) !== whole) return null
      const files = globSync('**/*.{ts,tsx}', { cwd: sources }).map((file) => path.join(sources, file))
      const kept = [...ALWAYS, ...stylesOf(mantine, files)]
      const text = readFileSync(whole, 'utf8')
      const parts = kept.map((name) => {
        const part = readFileSync(path.join(mantine, 'styles', `${name}.css`), 'utf8').trim()
        const place = text.indexOf(part)
        if (place < 0) throw new Error(`the styles of ${name} are not in styles.css as they stand`)
        return { part, place }
      })
      return parts
        .toSorted((a, b) => a.place - b.place)
        .map(({ part }) => part)
        .join('\n')
    },
  }
}

/** Names of the styles that the components imported by these files need, directly or by what they are made of. */
function stylesOf(mantine: string, files: readonly string[]): string[] {
  const index = path.join(mantine, 'esm/index.mjs')
  const modules = new Map(
    [...readFileSync(index, 'utf8').matchAll(NAMED_IMPORTS)].flatMap(([, names = '', from = '']) =>
      namesIn(names).map((name): [string, string] => [name, path.join(path.dirname(index), from)]),
    ),
  )
  const styles = new Set<string>()
  const seen = new Set<string>()
  const visit = (module: string): void => {
    if (seen.has(module) || !existsSync(module)) return
    seen.add(module)
    for (const [, from = ''] of readFileSync(module, 'utf8').matchAll(/ from ['"](\.[^'"]+)['"]/g)) {
      if (from.endsWith('.module.mjs')) styles.add(path.basename(from, '.module.mjs'))
      visit(path.join(path.dirname(module), from))
    }
  }
  for (const file of files) {
    for (const [, names = '', from = ''] of readFileSync(file, 'utf8').matchAll(NAMED_IMPORTS)) {
      if (from !== '@mantine/core') continue
      // Types are no modules.
      for (const name of namesIn(names)) visit(modules.get(name) ?? '')
    }
  }
  return [...styles]
}
