import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ROLES, type Role } from '../../../src/contracts/access.ts'
import { meResponse } from '../../../src/contracts/api/accounts.ts'
import { CONSOLE_PAGES } from '../../../src/contracts/console-pages.ts'
import { navigationFor } from '../../../src/web/app/navigation.ts'
import { CONSOLE_SOURCES, declaredCalls, importsOf } from '../../support/console/console-sources.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

type Access = 'public' | { roles: readonly Role[] }
const accessSchema = z.union([z.literal('public'), z.looseObject({ roles: z.array(z.enum(ROLES)) })])
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ 'x-access': accessSchema }))),
})

let whole: WholeApp
/** Who may call each route of the OpenAPI document, by the route as the console writes it. */
let documented: Map<string, Access>
beforeAll(async () => {
  whole = await createWholeApp()
  const { paths } = documentSchema.parse((await whole.send({ method: 'GET', url: '/openapi.json' })).json())
  documented = new Map(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]): [string, Access] => [
        `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
        operation['x-access'],
      ]),
    ),
  )
})
afterAll(() => whole?.close())

const mayCall = (role: Role, route: string): boolean => {
  const access = documented.get(route)
  return typeof access === 'object' && access.roles.includes(role)
}

async function describeMe(role: Role) {
  return meResponse.parse((await whole.send({ as: role, method: 'GET', url: '/api/v1/me' })).json())
}

/** Calls that decide what is shown: `may(call)` in a file that has `useMay`. */
function guards(): { where: string; route: string | undefined }[] {
  const routes = new Map(declaredCalls().map(({ file, name, route }) => [`${file} ${name}`, route]))
  return [...CONSOLE_SOURCES].flatMap(([file, source]) => {
    if (!/\bconst may = useMay\(\)/.test(source)) return []
    const imported = importsOf(file)
    // A variable (one of a list of calls) is no declaration itself: those of the list are.
    return [...source.matchAll(/\bmay\(([\w.]+)\)/g)]
      .map(([, name = '']) => name)
      .filter((name) => imported.has(name) || routes.has(`${file} ${name}`))
      .map((name) => ({
        where: `${file}: may(${name})`,
        route: routes.get(`${imported.get(name) ?? file} ${name}`),
      }))
  })
}

describe('the calls of the console', () => {
  test('are all in the OpenAPI document', () => {
    const calls = declaredCalls()
    expect(calls.length).toBeGreaterThan(20)
    expect(calls.filter(({ route }) => !documented.has(route))).toEqual([])
  })

  test('are the only addresses of the API that it knows', () => {
    const known = new Set([...documented.keys()].map((route) => route.split(' ')[1]))
    const unknown = [...CONSOLE_SOURCES].flatMap(([file, source]) =>
      [...source.matchAll(/['"`](?:(?:GET|POST|PUT|PATCH|DELETE) )?(\/(?:api|openapi)[^'"`?]*)/g)]
        .map(([, url = '']) => url.replace(/\$\{[^}]*\}/g, ':id'))
        .filter((url) => !known.has(url) && ![...known].some((one) => one?.replace(/:\w+/g, ':id') === url))
        .map((url) => `${file}: ${url}`),
    )
    expect(unknown).toEqual([])
  })

  test('are made in two places, which ask for a new sign-in when the session has ended', () => {
    const fetching = [...CONSOLE_SOURCES].filter(([, source]) => /\bfetch\(|XMLHttpRequest|sendBeacon/.test(source))
    expect(fetching.map(([file]) => file)).toEqual(['lib/call.ts', 'lib/upload.ts'])
    for (const [, source] of fetching) expect(source).toMatch(/\bwithSession\(/)
  })
})

describe('what the console offers', () => {
  test.each(ROLES)('%s is told exactly what the document says that this role may call', async (role) => {
    const { permissions } = await describeMe(role)
    const allowed = [...documented.keys()].filter((route) => mayCall(role, route))
    expect(permissions.filter((route) => route.includes(' /api/v1/')).sort()).toEqual(
      allowed.filter((route) => route.includes(' /api/v1/')).sort(),
    )
  })

  test.each(ROLES)('%s finds in the navigation what this role may call, and all of it', async (role) => {
    const everything = navigationFor({ ...(await describeMe(role)), permissions: [...documented.keys()] })
    const shown = navigationFor(await describeMe(role)).map(({ to }) => to)
    const allowed = everything.filter(({ needs }) => needs === null || mayCall(role, needs)).map(({ to }) => to)
    expect(shown).toEqual(allowed)
    expect(shown).toContain('/')
  })

  test('leads nowhere that the document does not know, and nowhere that nobody may go', async () => {
    const items = navigationFor({ ...(await describeMe('admin')), permissions: [...documented.keys()] })
    const source = CONSOLE_SOURCES.get('app/navigation.ts') ?? ''
    expect(items).toHaveLength([...source.matchAll(/\bto: '/g)].length)
    for (const { to, needs } of items) {
      expect(['/', ...CONSOLE_PAGES], to).toContain(to)
      if (needs !== null)
        expect(
          ROLES.some((role) => mayCall(role, needs)),
          `${to} needs ${needs}`,
        ).toBe(true)
    }
  })

  test('hangs on routes that the permissions can name: a guard by an open route would hide its button from everybody', () => {
    const found = guards()
    expect(found.length).toBeGreaterThan(4)
    expect(found.filter(({ route }) => route === undefined || !ROLES.some((role) => mayCall(role, route)))).toEqual([])
  })

  test('has pages only where the server answers with the console', () => {
    const source = CONSOLE_SOURCES.get('app/router.tsx') ?? ''
    const addresses = [...source.matchAll(/(?:\bpath:|\bpage\()\s*'(\/[^']+)'/g)].map(([, address = '']) => address)
    expect(addresses).toContain('/masuk')
    const roots = addresses.map((address) => `/${address.split('/')[1]}`)
    expect(roots.filter((root) => !CONSOLE_PAGES.some((page) => page === root))).toEqual([])
  })
})
