import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createCheckout } from '../support/checkout.ts'
import { createTemporaryDirectory } from '../support/temporary-directory.ts'

const ROOT = path.join(import.meta.dirname, '../..')
/** Without what npm adds when it runs the tests. */
const HOST_PATH = (process.env['PATH'] ?? '')
  .split(':')
  .filter((directory) => !directory.endsWith('node_modules/.bin'))
  .join(':')

/** A project with our script, one dependency that needs no network, and its lock file as npm writes it. */
function createProject(): string {
  const project = createTemporaryDirectory()
  const write = (file: string, content: object): void => {
    mkdirSync(path.dirname(path.join(project, file)), { recursive: true })
    writeFileSync(path.join(project, file), JSON.stringify(content))
  }
  write('part/package.json', { name: 'part', version: '1.0.0' })
  write('package.json', { name: 'project', version: '1.0.0', dependencies: { part: 'file:part' } })
  cpSync(path.join(ROOT, 'scripts/ensure-installed.mjs'), path.join(project, 'scripts/ensure-installed.mjs'))
  execFileSync('npm', ['install', '--package-lock-only'], { cwd: project, env: { ...process.env, PATH: HOST_PATH } })
  return project
}

function ensureInstalled(project: string, programs = HOST_PATH) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/ensure-installed.mjs'], {
    cwd: project,
    env: { ...process.env, PATH: programs },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('what is missing is installed once, and again when the lock file has changed', () => {
  const project = createProject()
  const part = path.join(project, 'node_modules/part/package.json')
  const lock = readFileSync(path.join(project, 'package-lock.json'), 'utf8')
  expect(ensureInstalled(project)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Installing dependencies /),
  })
  expect(existsSync(part)).toBe(true)
  expect(ensureInstalled(project)).toEqual({ status: 0, stdout: '', stderr: '' })

  rmSync(path.join(project, 'node_modules/part'), { recursive: true })
  const later = new Date(Date.now() + 1_000)
  utimesSync(path.join(project, 'package-lock.json'), later, later)
  expect(ensureInstalled(project).status).toBe(0)
  expect(existsSync(part)).toBe(true)
  expect(readFileSync(path.join(project, 'package-lock.json'), 'utf8')).toBe(lock)
})

test('an npm that fails, or is not there, says what to do, and the next command tries again', () => {
  const project = createProject()
  const programs = createTemporaryDirectory()
  const npm = path.join(programs, 'npm')
  writeFileSync(npm, '#!/bin/sh\necho "npm error network" >&2\nexit 7\n')
  chmodSync(npm, 0o755)
  const failed = ensureInstalled(project, `${programs}:${HOST_PATH}`)
  expect(failed.status).toBe(7)
  expect(failed.stderr).toMatch(/^npm error network\nThe dependencies are not installed; npm says above why\./)
  expect(failed.stderr).toContain('run the same command again.')

  const missing = ensureInstalled(project, createTemporaryDirectory())
  expect(missing.status).toBe(1)
  expect(missing.stderr).toMatch(/^The dependencies are not installed; npm could not be run \(spawnSync npm ENOENT\)\./)

  expect(ensureInstalled(project).status).toBe(0)
  expect(existsSync(path.join(project, 'node_modules/part/package.json'))).toBe(true)
})

test('npm scripts run on the pinned Node, whatever Node the host has', () => {
  const checkout = createCheckout()
  const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const pinned = path.join(checkout, 'node_modules/.bin/node')
  expect(execFileSync(pinned, ['--version'], { encoding: 'utf8' })).toBe(`v${dependencies['node']}\n`)

  // The host's node runs npm itself and writes down what else it is asked to run.
  const programs = createTemporaryDirectory()
  const calls = path.join(programs, 'calls')
  const host = execFileSync('sh', ['-c', 'command -v node'], { env: { PATH: HOST_PATH }, encoding: 'utf8' }).trim()
  writeFileSync(path.join(programs, 'node'), `#!/bin/sh\necho "$*" >> "${calls}"\nexec "${host}" "$@"\n`)
  chmodSync(path.join(programs, 'node'), 0o755)
  const { PATH: _path, ...rest } = process.env
  const help = execFileSync('npm', ['run', '--silent', 'puntadewa', '--', '--help'], {
    cwd: checkout,
    env: { ...rest, PATH: `${programs}:${HOST_PATH}` },
    encoding: 'utf8',
  })
  expect(help).toContain('Usage: npm run puntadewa -- <command>')
  const asked = readFileSync(calls, 'utf8')
  expect(asked).toContain('npm run --silent puntadewa')
  expect(asked).not.toMatch(/src\/main\.ts|ensure-installed/)
})
