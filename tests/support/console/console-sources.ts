import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

const WEB = path.join(import.meta.dirname, '../../../src/web')

/** Sources of the console, by their path from src/web. Read, not imported: its modules need a browser. */
export const CONSOLE_SOURCES: ReadonlyMap<string, string> = new Map(
  globSync('**/*.{ts,tsx}', { cwd: WEB })
    .toSorted()
    .map((file) => [file.replaceAll(path.sep, '/'), readFileSync(path.join(WEB, file), 'utf8')]),
)

/** Where texts stand: folders of src/web with an id.json. */
export const TEXT_FOLDERS: readonly string[] = globSync('**/id.json', { cwd: WEB })
  .map((file) => path.posix.dirname(file.replaceAll(path.sep, '/')))
  .toSorted()

export const readTexts = (folder: string, language: 'id' | 'en'): Record<string, string> =>
  JSON.parse(readFileSync(path.join(WEB, folder, `${language}.json`), 'utf8')) as Record<string, string>

export type DeclaredCall = { file: string; name: string; route: string }

const DECLARED =
  /\b(\w+)(?: =|:) define(?:Call|Download|Upload)<(?:(?!\bdefine(?:Call|Download|Upload)\b)[^])*?\(\s*'(GET|POST|PUT|PATCH|DELETE)',\s*'([^']+)',?\s*\)/g

/** Every call that the console makes. Throws when one is written in a way that this cannot read. */
export function declaredCalls(): DeclaredCall[] {
  return [...CONSOLE_SOURCES].flatMap(([file, source]) => {
    const found = [...source.matchAll(DECLARED)].map(([, name = '', method = '', url = '']) => ({
      file,
      name,
      route: `${method} ${url}`,
    }))
    const written = ['lib/call.ts', 'lib/upload.ts'].includes(file)
      ? 0
      : source.split(/\bdefine(?:Call|Download|Upload)[<(]/).length - 1
    if (found.length !== written) {
      throw new Error(
        `${file} declares ${written} calls, of which ${found.length} are "name = defineCall<...>('METHOD', 'url')"`,
      )
    }
    return found
  })
}

const IMPORTS = /import \{([^}]*)\} from '(\.[^']+)'/g

/** Where each name that a file imports from another file of the console stands: by the name, the file. */
export function importsOf(file: string): Map<string, string> {
  return new Map(
    [...(CONSOLE_SOURCES.get(file) ?? '').matchAll(IMPORTS)].flatMap(([, names = '', from = '']) =>
      names
        .split(',')
        .map((name) => name.trim().split(' as ').at(-1) ?? '')
        .filter((name) => /^\w+$/.test(name))
        .map((name): [string, string] => [name, path.posix.join(path.posix.dirname(file), from)]),
    ),
  )
}
