/** The part of Vite's manifest that is read here: a chunk by its source, with the chunks it needs at once. */
export type Manifest = Record<
  string,
  { file: string; css?: readonly string[]; imports?: readonly string[]; isEntry?: boolean }
>

export type FirstLoad = { address: string; scripts: string[]; styles: string[] }

const FRAME = 'app/shell.tsx'
const ROUTE = /(?:\bpath:|\b(?:page|part)\()\s*'([^']+)',[^]*?\bimport\('([^']+)'\)/g

/**
 * What each page of the router loads when it is the first one: the entry, the frame behind the sign-in, and the page's own
 * chunks, each with all that it imports.
 */
export function firstLoads(manifest: Manifest, routerSource: string): FirstLoad[] {
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry)
  if (entry === undefined) throw new Error('the manifest has no entry')
  return [...routerSource.matchAll(ROUTE)].map(([, address = '', source = '']) => {
    const own = source.replace(/^\.\.\//, '')
    const roots = address === '/masuk' ? [entry, own] : [entry, FRAME, own]
    const chunks = withImports(manifest, roots).map((key) => chunkOf(manifest, key))
    return {
      address,
      scripts: chunks.map(({ file }) => file),
      styles: [...new Set(chunks.flatMap(({ css = [] }) => css))],
    }
  })
}

function chunkOf(manifest: Manifest, key: string): Manifest[string] {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`the manifest has no chunk ${key}`)
  return chunk
}

function withImports(manifest: Manifest, roots: readonly string[]): string[] {
  const found = new Set<string>()
  const add = (key: string): void => {
    if (found.has(key)) return
    found.add(key)
    for (const one of chunkOf(manifest, key).imports ?? []) add(one)
  }
  for (const root of roots) add(root)
  return [...found]
}
