// Makes the console anew when its source is newer than what was made of it. Before `npm start` and `npm test`, as a script of npm's own:
// only there is `node` the pinned one, when the dependencies were installed a moment ago.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const root = path.join(import.meta.dirname, '..')
const dist = path.join(root, 'dist/web')
// Last of the build, after the compressed copies: a build that was broken off is no build.
const stamp = path.join(dist, '.built')
const SOURCES = ['src/web', 'src/contracts', 'scripts/console', 'vite.config.ts', 'package-lock.json']
const COMPRESSED = /\.(?:js|css|html|svg|json|webmanifest)$/

const statOf = (file) => statSync(file, { throwIfNoEntry: false })

function filesBelow(place) {
  if (!statOf(place)?.isDirectory()) return [place]
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
}

const changedAt = Math.max(
  ...SOURCES.flatMap((source) => filesBelow(path.join(root, source))).map((file) => statOf(file).mtimeMs),
)
if ((statOf(stamp)?.mtimeMs ?? 0) < changedAt) {
  const begun = Date.now()
  const { build } = await import('vite')
  await build({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn' })
  for (const file of filesBelow(dist).filter((name) => COMPRESSED.test(name))) {
    const content = readFileSync(file)
    writeFileSync(`${file}.br`, brotliCompressSync(content))
    writeFileSync(`${file}.gz`, gzipSync(content))
  }
  writeFileSync(stamp, '')
  console.log(`Console built in ${((Date.now() - begun) / 1000).toFixed(1)} s`)
}
