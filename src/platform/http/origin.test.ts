import { describe, expect, test } from 'vitest'
import { isOriginAllowed } from './origin.ts'

const PUBLIC = 'https://puntadewa.example'
const HOST = '10.0.0.5:3000'

describe('a write that carries our cookie', () => {
  test.each([
    ['from our public address', PUBLIC, 'same-origin', true],
    ['from the host that was called', 'http://10.0.0.5:3000', undefined, true],
    ['from the host that was called, behind a proxy that ends TLS', 'https://10.0.0.5:3000', undefined, true],
    ['from another site', 'https://evil.example', 'cross-site', false],
    ['from a subdomain of ours', 'https://other.puntadewa.example', 'same-site', false],
    ['from a name that starts like ours', 'https://puntadewa.example.evil.example', 'cross-site', false],
    ['from another port', 'http://10.0.0.5:3001', 'same-site', false],
    ['from a sandboxed frame', 'null', 'cross-site', false],
    ['with an origin that is no address', 'puntadewa.example', undefined, false],
    ['with an empty origin', '', undefined, false],
    ['without origin, same-origin by Sec-Fetch-Site', undefined, 'same-origin', true],
    ['without origin, typed by the person', undefined, 'none', true],
    ['without origin, cross-site', undefined, 'cross-site', false],
    ['without origin, same-site', undefined, 'same-site', false],
    ['without origin, with an unknown Sec-Fetch-Site', undefined, 'whatever', false],
    ['with neither header: no browser of this decade', undefined, undefined, true],
  ])('%s', (_case, origin, secFetchSite, expected) => {
    expect(isOriginAllowed({ origin, secFetchSite, host: HOST }, PUBLIC)).toBe(expected)
  })

  test('knows only the called host when there is no public address', () => {
    expect(isOriginAllowed({ origin: PUBLIC, secFetchSite: undefined, host: HOST }, null)).toBe(false)
    expect(isOriginAllowed({ origin: `http://${HOST}`, secFetchSite: undefined, host: HOST }, null)).toBe(true)
  })
})
