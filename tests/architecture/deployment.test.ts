import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig, SETTING_NAMES } from '../../src/processes/config.ts'
import { PROCESS_ROLES } from '../../src/processes/settings/process-roles.ts'

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8')
const dockerfile = read('Dockerfile')
const compose = read('docker-compose.yml')

/** The indented block below the line that is exactly this. */
function blockOf(text: string, line: string): string {
  const lines = text.split('\n')
  const start = lines.indexOf(line)
  if (start < 0) throw new Error(`no line "${line}"`)
  const depth = line.search(/\S/u)
  const length = lines.slice(start + 1).findIndex((next) => next.trim() !== '' && next.search(/\S/u) <= depth)
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n')
}

const services = blockOf(compose, 'services:')
const service = (name: string): string => blockOf(services, `  ${name}:`)

describe('docker-compose.yml', () => {
  /** Settings that the file `.env` beside it need not reach, and why. */
  const NOT_PASSED: Record<string, string> = {
    ENV_FILE: 'compose reads the file itself',
    HOST: 'the image says it: every address of the container',
    PORT: 'the image says it; PORT of the file is the port of the machine',
    DATA_DIR: 'the image says it: the volume',
    MIGRATION_DATABASE_URL: 'the one login owns its database',
  }

  it('passes every setting on, or says why not', () => {
    const passed = new Set([...compose.matchAll(/^ +([A-Z][A-Z0-9_]+): /gmu)].map(([, name]) => name))
    expect(SETTING_NAMES.filter((name) => passed.has(name) === name in NOT_PASSED)).toEqual([])
    expect(Object.keys(NOT_PASSED).filter((name) => !SETTING_NAMES.includes(name))).toEqual([])
    for (const name of ['HOST', 'PORT', 'DATA_DIR']) expect(dockerfile).toMatch(new RegExp(`^ENV .*\\b${name}=`, 'mu'))
  })

  it('takes each setting from the variable of its name', () => {
    const pairs = [...compose.matchAll(/^ +([A-Z][A-Z0-9_]+): \$\{([A-Z][A-Z0-9_]+)/gmu)]
    expect(pairs.length).toBeGreaterThan(25)
    const apart = pairs.filter(([, name, variable]) => name !== variable && name !== 'REDISCLI_AUTH')
    expect(apart.map(([line]) => line)).toEqual([])
  })

  it('offers no gateway that the product refuses', () => {
    const [, hint = ''] = /\$\{WHATSAPP_GATEWAY:\?set it to (\w+)/u.exec(compose) ?? []
    expect(loadConfig({ WHATSAPP_GATEWAY: hint }).whatsapp.gateway).toBe(hint)
  })

  it('has the servers, each role as a service, and the mock as a profile', () => {
    const names = [...services.matchAll(/^ {2}([a-z-]+):$/gmu)].map(([, name]) => name)
    expect(names).toEqual(['postgres', 'redis', 'migrate', ...PROCESS_ROLES])
    for (const role of PROCESS_ROLES) expect(service(role)).toContain(`PROCESS_ROLES: ${role}\n`)
    const inProfiles = names.filter((name = '') => service(name).includes('profiles:'))
    expect(inProfiles).toEqual(['bpjs-mock'])
    expect(service('bpjs-mock')).toContain('profiles: [mock]')
  })

  it('knows of every service whether it is healthy', () => {
    for (const name of ['postgres', 'redis', 'bpjs-mock']) expect(service(name)).toMatch(/healthcheck:\n +test: \[CMD/u)
    // These are asked as the image says, at its port.
    const [, port] = /^ENV .*\bPORT=(\d+)/mu.exec(dockerfile) ?? []
    for (const name of ['worker', 'whatsapp']) expect(service(name)).toContain(`HEALTH_PORT: ${port}\n`)
    for (const name of ['api', 'worker', 'whatsapp']) expect(service(name)).not.toContain('healthcheck:')
  })

  it('gives a browser to the service that needs one, with an end to its processes and somebody who reaps them', () => {
    const browsers = [...services.matchAll(/^ {2}([a-z-]+):$/gmu)].filter(([, name = '']) =>
      service(name).includes('target: with-chromium'),
    )
    expect(browsers.map(([, name]) => name)).toEqual(['whatsapp'])
    expect(service('whatsapp')).toMatch(/^ +image: puntadewa-with-chromium$/mu)
    expect(service('whatsapp')).toMatch(/^ +pids_limit: \d+$/mu)
    const shared = blockOf(compose, 'x-puntadewa: &puntadewa')
    for (const line of ['init: true', 'target: puntadewa', 'volumes: ["data:/data"]']) expect(shared).toContain(line)
  })

  it('gives a container no more rights than it needs', () => {
    const shared = blockOf(compose, 'x-puntadewa: &puntadewa')
    for (const line of ['read_only: true', 'cap_drop: [ALL]', 'no-new-privileges:true']) expect(shared).toContain(line)
    for (const name of ['migrate', ...PROCESS_ROLES]) expect(service(name)).toContain('<<: *puntadewa\n')
  })
})

/** What stands between one FROM and the next, by the name of the stage. */
function stages(): Record<string, { from: string; text: string }> {
  const parts = dockerfile.split(/^(?=FROM )/mu).filter((part) => part.startsWith('FROM '))
  return Object.fromEntries(
    parts.map((text) => {
      const [, from = '', name = ''] = /^FROM (\S+) AS (\S+)$/mu.exec(text) ?? []
      return [name, { from, text }]
    }),
  )
}
const usersOf = (text = ''): (string | undefined)[] => [...text.matchAll(/^USER (\S+)/gmu)].map(([, user]) => user)

describe('Dockerfile', () => {
  it('is made of node:24-slim and nothing else', () => {
    const named = Object.keys(stages())
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gmu)].map(([, image = '']) => image)
    expect(new Set(images.filter((image) => !named.includes(image)))).toEqual(new Set(['node:24-slim']))
  })

  it('runs as a user who is not root, and is asked for its readiness', () => {
    const { program } = stages()
    expect(usersOf(program?.text)).toEqual(['node'])
    expect(program?.text).toMatch(/^HEALTHCHECK .*\\\n.*\/readyz/mu)
    expect(program?.text).toMatch(/^CMD \["node", "src\/main\.ts", "start"\]$/mu)
  })

  it('has a browser in one target only, which is not the one built without a name', () => {
    const all = stages()
    expect(Object.keys(all).at(-1)).toBe('puntadewa')
    expect(all.puntadewa?.from).toBe('program')
    expect(all['with-chromium']?.from).toBe('program')
    expect(Object.keys(all).filter((name) => all[name]?.text.includes('apt-get'))).toEqual(['with-chromium'])
    expect(usersOf(all['with-chromium']?.text).at(-1)).toBe('node')
    for (const name of ['XDG_CONFIG_HOME', 'XDG_CACHE_HOME'])
      expect(all['with-chromium']?.text).toMatch(new RegExp(`^ENV .*\\b${name}=/tmp/`, 'mu'))
    expect(compose).toContain('tmpfs: [/tmp]')
  })
})

describe('the CI workflow', () => {
  it('runs both parts of .ci/run with the oldest PostgreSQL and a Redis, both required', () => {
    const workflow = read('.github/workflows/ci.yml')
    for (const line of [
      'image: postgres:15',
      'image: redis:7',
      'part: [change, long]',
      'bash .ci/run ${{ matrix.part }}',
      'CI_SERVERS_REQUIRED: "1"',
    ])
      expect(workflow).toContain(line)
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } }
    expect(engines.node).toBe(`>=${/node-version: "([\d.]+)"/u.exec(workflow)?.[1]}`)
  })
})
