import { afterAll, beforeAll, expect, test } from 'vitest'
import { meResponse } from '../../../src/contracts/api/accounts.ts'
import { cookieOf, createWorld, OFFICES, post, postSignIn, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world?.close())

const me = async (cookie: string, headers: Record<string, string> = {}) =>
  meResponse.parse((await world.app.inject({ url: '/api/v1/me', headers: { cookie, ...headers } })).json())

test('a console learns who, where, in which words and zone, and what this installation is', async () => {
  const cookie = await world.signIn('petugas')
  expect(await me(cookie, { 'accept-language': 'en-GB' })).toMatchObject({
    username: 'petugas',
    role: 'petugas',
    regionCode: '32.74',
    regionName: 'Wilayah 32.74',
    officeId: OFFICES.puskesmas,
    offices: [{ id: OFFICES.puskesmas, name: 'Kantor A' }],
    timeZone: 'Asia/Jakarta',
    language: 'en',
    settings: {
      demo: true,
      publicUrl: 'https://puntadewa.example',
      whatsappNumber: null,
      whatsappGateway: 'simulator',
    },
    obligation: null,
    twoFactorEnabled: false,
  })
  expect((await me(cookie)).language).toBe('id')
})

test('whoever has a password from an admin learns it, can do nothing else, and is free after choosing one', async () => {
  const admin = await world.signIn('admin')
  const body = { username: 'baru', displayName: 'Baru', role: 'verifikator', regionCode: '32.74', officeIds: [] }
  const made = (await post(world.app, '/api/v1/accounts', body, { cookie: admin })).json()
  const cookie = cookieOf(await postSignIn(world.app, 'baru', made.oneTimePassword))
  expect((await me(cookie)).obligation).toBe('password_change_required')
  const refused = await world.app.inject({ url: '/api/v1/test/any', headers: { cookie } })
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'password_change_required'])
  const change = { currentPassword: made.oneTimePassword, newPassword: 'sembilan kuda berlari' }
  const changed = await post(world.app, '/api/auth/change-password', change, { cookie })
  expect(changed.statusCode).toBe(200)
  expect((await me(cookieOf(changed))).obligation).toBeNull()
  expect(world.audited.map(({ action }) => action)).toContain('change_password')
})
