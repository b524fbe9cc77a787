import type { LightMyRequestResponse } from 'fastify'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { API_SCOPES, ROLES, type Role } from '../../../src/contracts/access.ts'
import { isConsoleFile } from '../../support/console/console-files.ts'
import type { Call, Probe } from './access-call.ts'
import { CALLS } from './access-calls.ts'
import { ACCESS, type AccessRow, type Cell, PAGES } from './access-table.ts'
import { type AccessWorld, type Caller, createAccessWorld, type Place } from './access-world.ts'
import { SILENT_CALLS } from './silent-calls.ts'

let world: AccessWorld
beforeAll(async () => {
  world = await createAccessWorld()
})
afterAll(() => world?.close())

const REGISTRARS: ReadonlySet<Role> = new Set(['petugas', 'kader'])

/** Which places a cell lets in. */
const REACH: Record<Cell, readonly Place[]> = {
  '-': [],
  own: ['own'],
  office: ['own', 'office'],
  region: ['own', 'office', 'neighbour'],
  yes: ['own', 'office', 'neighbour', 'elsewhere'],
  all: ['own', 'office', 'neighbour', 'elsewhere'],
  public: ['own', 'office', 'neighbour', 'elsewhere'],
}

const problemCode = (reply: LightMyRequestResponse): string =>
  z.looseObject({ code: z.string() }).safeParse(reply.json()).data?.code ?? ''

/** What an answer means in the words of the table; anything unforeseen as itself. */
function outcomeOf(call: Call, reply: LightMyRequestResponse, shows: Probe['shows']): string {
  const { statusCode } = reply
  const answer = `${statusCode} ${statusCode < 300 ? '' : problemCode(reply)}`.trim()
  if ([call.answers].flat().includes(answer)) return shows?.(reply) === false ? 'not found' : 'let in'
  if (answer === '403 forbidden') return 'refused'
  if (answer === '404 not_found') return 'not found'
  if (call.unknownAs !== undefined && statusCode === 400 && reply.body.includes(call.unknownAs)) return 'not found'
  return answer
}

// Of somebody known: by role, and by what the call is about.
const refusals = { forbidden: 0, not_found: 0 }
/** Of each call, the requests that were answered with what they asked for. */
const answered = new Map<string, string[]>()

/** An API key's or a person's credentials; none: signed out. */
type Credentials = Record<string, string>

async function ask(call: Call, caller: Caller, credentials: Credentials): Promise<string> {
  const { request, shows } = await call.probe(world, caller)
  const sent = { ...request, headers: { ...request.headers, ...credentials } }
  const reply = call.goesOn ? await world.whole.sendForStream(sent) : await world.whole.send(sent)
  const outcome = outcomeOf(call, reply, shows)
  const isKnown = Object.keys(credentials).length > 0
  if (outcome === 'let in' && reply.statusCode < 300) noteAnswered(call, String(reply.headers['x-request-id']))
  if (outcome === 'refused') refusals.forbidden += 1
  if (isKnown && reply.statusCode === 404) refusals.not_found += 1
  return outcome
}

const nameOf = new Map(Object.entries(CALLS).map(([name, call]) => [call, name]))
function noteAnswered(call: Call, requestId: string): void {
  const name = nameOf.get(call) ?? ''
  answered.set(name, [...(answered.get(name) ?? []), requestId])
}

async function credentialsOf(call: Call, username: string): Promise<Credentials> {
  if (!call.endsSession) return { cookie: await world.whole.cookieOf(username) }
  return { cookie: await world.whole.signIn(username) }
}

const placesOf = (call: Call, role: Role): readonly Place[] => {
  const { places } = call
  if (places === 'placeless') return ['office']
  // Only those who register have something of their own; of the audit everybody has.
  return REGISTRARS.has(role) || call === CALLS['GET /api/v1/audit']
    ? places
    : places.filter((place) => place !== 'own')
}

function expectedOf(cell: Cell, place: Place): string {
  if (cell === '-') return 'refused'
  return REACH[cell].includes(place) ? 'let in' : 'not found'
}

/** The row as the server answers it and as the table has it. */
async function compare(row: AccessRow, call: Call): Promise<[Record<string, string>, Record<string, string>]> {
  const actual: Record<string, string> = {}
  const expected: Record<string, string> = {}
  for (const role of ROLES) {
    for (const place of placesOf(call, role)) {
      const wanted = expectedOf(row.cells[role], place)
      const caller: Caller = { role, username: role, place, letIn: wanted === 'let in' }
      expected[`${role}, ${place}`] = wanted
      actual[`${role}, ${place}`] = await ask(call, caller, await credentialsOf(call, role))
    }
  }
  const stranger: Caller = { role: 'petugas', username: 'petugas', place: 'office', letIn: false }
  expected['signed out'] = Object.values(row.cells).every((cell) => cell === 'public') ? 'let in' : '401 not_signed_in'
  actual['signed out'] = await ask(call, stranger, {})
  return [actual, expected]
}

const documented = (): string[] => {
  const { paths } = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(world.whole.app.swagger())
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
}

describe('the table', () => {
  test('has a row for every route of the document, and no other', () => {
    expect([...new Set(ACCESS.map(({ route }) => route))].sort()).toEqual(documented().sort())
  })

  test('has a call for every row', () => {
    expect(Object.keys(CALLS).sort()).toEqual(ACCESS.map(({ call }) => call).sort())
  })

  test('leaves nothing out but pages that are open to everybody', () => {
    const rows = new Set(ACCESS.map(({ route }) => route.replace(/\{(\w+)\}/g, ':$1')))
    const rest = world.whole.app.registeredRoutes.filter(
      ({ method, url }) => method !== 'HEAD' && !rows.has(`${method} ${url}`),
    )
    const pages = rest.filter(({ url }) => !isConsoleFile(url))
    expect(pages.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(PAGES)
    expect(rest.filter(({ access }) => access !== 'public')).toEqual([])
  })

  test('holds for HEAD what it says of GET', () => {
    const routes = world.whole.app.registeredRoutes
    for (const { url, access } of routes.filter(({ method }) => method === 'HEAD')) {
      // The page of the document answers with and without a slash at its end.
      if (url === '/docs/') continue
      expect(routes.find((route) => route.method === 'GET' && route.url === url)?.access).toEqual(access)
    }
  })
})

describe('every role and everybody else', () => {
  test.each(ACCESS)('$call', async (row) => {
    const call = CALLS[row.call]
    if (!call) throw new Error('has no call')
    const [actual, expected] = await compare(row, call)
    expect(actual).toEqual(expected)
  })
})

describe("a machine with a registrar's key", () => {
  let all: string
  const lacking = new Map<string, string>()
  beforeAll(async () => {
    all = (await world.apiKey('petugas', [...API_SCOPES])).key
    for (const scope of API_SCOPES) {
      const others = API_SCOPES.filter((other) => other !== scope)
      lacking.set(scope, (await world.apiKey('petugas', others)).key)
    }
  })

  test.each(ACCESS.filter(({ cells }) => cells.petugas !== 'public'))('$call', async ({ call: name, cells, key }) => {
    const call = CALLS[name]
    if (!call) throw new Error('has no call')
    const letIn = key !== '-' && cells.petugas !== '-'
    const caller: Caller = { role: 'petugas', username: 'petugas', place: 'office', letIn }
    expect(await ask(call, caller, { 'x-api-key': all })).toBe(letIn ? 'let in' : 'refused')
    const narrower = lacking.get(key)
    if (narrower !== undefined) expect(await ask(call, caller, { 'x-api-key': narrower })).toBe('refused')
  })

  test('keys cover scopes that exist', () => {
    const known = new Set<string>(['', '-', ...API_SCOPES])
    expect(ACCESS.filter(({ key }) => !known.has(key))).toEqual([])
  })
})

test.each(ROLES.filter((role) => role !== 'admin'))(
  '%s counts in the queues what it may list, no more',
  async (role) => {
    await world.whole.features.intake.rollUpCounts()
    const queues = await world.whole.send({ as: role, method: 'GET', url: '/api/v1/queues' })
    const { states } = z
      .object({ states: z.array(z.object({ state: z.string(), total: z.number() })) })
      .parse(queues.json())
    const counted = states.reduce((sum, { total }) => sum + total, 0)
    let listed = 0
    let cursor: string | null = ''
    while (cursor !== null) {
      const url: string = `/api/v1/proposals?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`
      const reply = await world.whole.send({ as: role, method: 'GET', url })
      const page = z.object({ items: z.array(z.unknown()), nextCursor: z.string().nullable() }).parse(reply.json())
      listed += page.items.length
      cursor = page.nextCursor
    }
    expect(counted).toBe(listed)
    expect(listed).toBeGreaterThan(0)
  },
)

test('every one of these refusals is in the audit log', async () => {
  const { rows } = await sql<{ code: string; entries: number }>`
    select details ->> 'code' as code, count(*)::int as entries from audit_event where action = 'denied' group by 1
  `.execute(world.whole.database.owner)
  expect(refusals.forbidden).toBeGreaterThan(400)
  expect(refusals.not_found).toBeGreaterThan(80)
  expect(Object.fromEntries(rows.map(({ code, entries }) => [code, entries]))).toEqual(refusals)
})

test('every answer leaves an entry in the audit log, but for what tells of nobody', async () => {
  const { rows } = await sql<{ id: string }>`select distinct request_id as id from audit_event`.execute(
    world.whole.database.owner,
  )
  const entered = new Set(rows.map(({ id }) => id))
  const silent = [...answered].filter(([, requests]) => requests.some((id) => !entered.has(id)))
  expect(silent.map(([name]) => name).sort()).toEqual([...SILENT_CALLS].sort())
})
