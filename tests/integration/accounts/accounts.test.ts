import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cookieOf, createWorld, OFFICES, PASSWORD, post, postSignIn, type World } from './world.ts'

let world: World
let admin: string
beforeAll(async () => {
  world = await createWorld()
  admin = await world.signIn('admin')
})
afterAll(() => world.close())

const call = (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object, cookie = admin) => {
  const options: InjectOptions = { method, url, headers: { cookie } }
  if (payload) options.payload = payload
  return world.app.inject(options)
}

const newAccount = (username: string) => ({
  username,
  displayName: 'Orang Baru',
  role: 'petugas',
  regionCode: '32.74',
  officeIds: [OFFICES.puskesmas],
})

async function create(username: string, change: object = {}) {
  const reply = await call('POST', '/api/v1/accounts', { ...newAccount(username), ...change })
  expect(reply.statusCode, reply.body).toBe(201)
  return reply.json()
}

describe('a new account', () => {
  test('gets a one-time password that must be changed before anything else', async () => {
    const { account, oneTimePassword } = await create('baru.satu')
    expect(oneTimePassword).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/)
    expect(account).toMatchObject({
      mustChangePassword: true,
      active: true,
      officeIds: [OFFICES.puskesmas],
      version: 1,
    })
    expect(world.audited.at(-1)).toMatchObject({ action: 'create_account', subjectId: account.id })

    const cookie = await world.signIn('baru.satu', oneTimePassword)
    expect((await call('GET', '/api/v1/test/any', undefined, cookie)).json().code).toBe('password_change_required')
    const changed = await post(
      world.app,
      '/api/auth/change-password',
      { currentPassword: oneTimePassword, newPassword: 'kerbau naik sepeda 41' },
      { cookie },
    )
    expect(changed.statusCode, changed.body).toBe(200)
    expect((await call('GET', '/api/v1/test/any', undefined, cookieOf(changed))).statusCode).toBe(200)
    expect((await call('GET', '/api/v1/test/any', undefined, cookie)).statusCode).toBe(401)
    expect((await postSignIn(world.app, 'baru.satu', oneTimePassword)).statusCode).toBe(401)
  })

  test('with a name that is taken is refused, also when both come at once', async () => {
    expect((await call('POST', '/api/v1/accounts', newAccount('kader'))).json()).toMatchObject({ code: 'name_in_use' })
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => call('POST', '/api/v1/accounts', newAccount('serentak'))),
    )
    expect(replies.map((reply) => reply.statusCode).sort()).toEqual([201, 409, 409, 409, 409])
  })

  test.each([
    [
      'a region of another kabupaten',
      { regionCode: '32.09', officeIds: [OFFICES.otherRegion] },
      'regionCode',
      'region_unknown',
    ],
    ['the province above', { regionCode: '32' }, 'regionCode', 'region_unknown'],
    ['an office elsewhere', { officeIds: [OFFICES.otherRegion] }, 'officeIds.0', 'office_outside_region'],
    ['no office for a desk role', { officeIds: [] }, 'officeIds', 'office_required'],
    ['an unknown office', { officeIds: ['01937000-0000-7000-8000-999999999999'] }, 'officeIds.0', 'office_unknown'],
    ['an office twice', { officeIds: [OFFICES.puskesmas, OFFICES.puskesmas] }, 'officeIds', 'duplicate'],
    ['an unknown role', { role: 'raja' }, 'role', 'unknown_value'],
    ['a name with capitals', { username: 'Orang' }, 'username', 'bad_format'],
  ])('with %s is refused', async (_case, change, path, code) => {
    const reply = await call('POST', '/api/v1/accounts', { ...newAccount('tidak.jadi'), ...change })
    expect(reply.statusCode).toBe(400)
    expect(reply.json().errors).toMatchObject([{ path, code }])
  })
})

describe('a new password', () => {
  test.each([
    ['too short', 'kerbau 41', 'too_short'],
    ['too long', 'x1!'.repeat(50), 'too_long'],
    ['of the lists of common ones', 'qwertyuiop123', 'password_common'],
    ['a few characters over and over', 'abababababab', 'password_repeats'],
    ['holding the username', 'saya-petugas-hebat', 'password_holds_username'],
    ['the old one', 'tidak pernah cocok 77', 'password_unchanged'],
  ])('that is %s is refused', async (_case, newPassword, code) => {
    const cookie = await world.signIn('petugas')
    const currentPassword = code === 'password_unchanged' ? newPassword : PASSWORD
    const reply = await post(world.app, '/api/auth/change-password', { currentPassword, newPassword }, { cookie })
    expect(reply.statusCode).toBe(400)
    expect(reply.json().errors).toMatchObject([{ path: 'newPassword', code }])
    expect(reply.body).not.toContain(newPassword)
  })

  test('ends the sessions on all other devices at once', async () => {
    const { oneTimePassword } = await create('dua.perangkat')
    const desk = await world.signIn('dua.perangkat', oneTimePassword)
    const phone = await world.signIn('dua.perangkat', oneTimePassword)
    expect((await call('GET', '/api/v1/me', undefined, phone)).statusCode).toBe(200)
    const body = { currentPassword: oneTimePassword, newPassword: 'kerbau naik sepeda 41' }
    const changed = await post(world.app, '/api/auth/change-password', body, { cookie: desk })
    expect(changed.statusCode).toBe(200)
    expect((await call('GET', '/api/v1/me', undefined, phone)).statusCode).toBe(401)
    expect((await call('GET', '/api/v1/me', undefined, desk)).statusCode).toBe(401)
    expect((await call('GET', '/api/v1/me', undefined, cookieOf(changed))).statusCode).toBe(200)
  })

  test('needs the current one, and guessing that locks as at sign-in', async () => {
    const { oneTimePassword } = await create('penebak')
    const cookie = await world.signIn('penebak', oneTimePassword)
    const guess = () =>
      post(
        world.app,
        '/api/auth/change-password',
        { currentPassword: 'bukan kata sandinya', newPassword: 'kerbau naik sepeda 41' },
        { cookie },
      )
    for (let i = 0; i < 5; i++) expect((await guess()).json().code).toBe('wrong_credentials')
    expect((await guess()).statusCode).toBe(423)
  })
})

describe('an admin', () => {
  test('changes role and offices, and the change is in force at once', async () => {
    const { account, oneTimePassword } = await create('pindah')
    await world.database.owner
      .updateTable('account')
      .set({ must_change_password: false })
      .where('user_id', '=', account.id)
      .execute()
    const cookie = await world.signIn('pindah', oneTimePassword)
    expect((await call('POST', '/api/v1/test/intakes', undefined, cookie)).statusCode).toBe(200)
    const changed = await call('PATCH', `/api/v1/accounts/${account.id}`, {
      version: 1,
      role: 'verifikator',
      officeIds: [OFFICES.healthOffice, OFFICES.puskesmas],
    })
    expect(changed.json().account).toMatchObject({ version: 2, officeIds: [OFFICES.healthOffice, OFFICES.puskesmas] })
    expect((await call('POST', '/api/v1/test/intakes', undefined, cookie)).statusCode).toBe(403)
    expect(world.audited.at(-1)).toMatchObject({ action: 'denied' })
    const me = await call('GET', '/api/v1/me', undefined, cookie)
    expect(me.json()).toMatchObject({ role: 'verifikator', officeId: OFFICES.healthOffice })
  })

  test('does not overwrite what another has changed since', async () => {
    const { account } = await create('berebut')
    const change = { version: 1, displayName: 'Nama Lain' }
    expect((await call('PATCH', `/api/v1/accounts/${account.id}`, change)).statusCode).toBe(200)
    expect((await call('PATCH', `/api/v1/accounts/${account.id}`, change)).json().code).toBe('version_conflict')
  })

  test('switches an account off: its sessions end and it cannot come back', async () => {
    const { account, oneTimePassword } = await create('keluar')
    const cookie = await world.signIn('keluar', oneTimePassword)
    expect((await call('PATCH', `/api/v1/accounts/${account.id}`, { version: 1, active: false })).statusCode).toBe(200)
    expect((await call('GET', '/api/v1/me', undefined, cookie)).statusCode).toBe(401)
    expect((await postSignIn(world.app, 'keluar', oneTimePassword)).json()).toMatchObject({ code: 'account_disabled' })
    // Somebody who has left still has the password: that they tried is worth knowing.
    expect(world.audited.at(-1)).toMatchObject({
      action: 'sign_in_failed',
      subjectId: account.id,
      details: { because: 'account_disabled' },
    })
    expect((await postSignIn(world.app, 'keluar', 'bukan kata sandinya')).json().code).toBe('wrong_credentials')
  })

  test('gives a new one-time password, which ends the sessions of the old one', async () => {
    const { account, oneTimePassword } = await create('lupa')
    const cookie = await world.signIn('lupa', oneTimePassword)
    const reset = await call('PATCH', `/api/v1/accounts/${account.id}`, { version: 1, resetPassword: true })
    const fresh = reset.json().oneTimePassword
    expect((await call('GET', '/api/v1/me', undefined, cookie)).statusCode).toBe(401)
    expect((await postSignIn(world.app, 'lupa', oneTimePassword)).statusCode).toBe(401)
    expect((await postSignIn(world.app, 'lupa', fresh)).statusCode).toBe(200)
    expect(JSON.stringify(world.audited)).not.toContain(fresh)
  })

  test('cannot lock itself out or raise itself', async () => {
    const me = (await call('GET', '/api/v1/me')).json()
    const reply = await call('PATCH', `/api/v1/accounts/${me.userId}`, { version: 1, active: false, regionCode: '32' })
    expect(reply.json().errors).toMatchObject([
      { path: 'regionCode', code: 'not_own_account' },
      { path: 'active', code: 'not_own_account' },
    ])
  })

  test('of another kabupaten neither sees nor changes these accounts', async () => {
    const { account } = await create('seberang', { role: 'admin', officeIds: [] })
    const { owner } = world.database
    await owner
      .updateTable('account')
      .set({ region_code: '32.09', must_change_password: false })
      .where('user_id', '=', account.id)
      .execute()
    const { account: local } = await create('setempat')
    const reset = await owner
      .selectFrom('auth_account')
      .select('password')
      .where('user_id', '=', (await call('GET', '/api/v1/me')).json().userId)
      .executeTakeFirstOrThrow()
    await owner
      .updateTable('auth_account')
      .set({ password: reset.password })
      .where('user_id', '=', account.id)
      .execute()
    const cookie = await world.signIn('seberang')
    const list = (await call('GET', '/api/v1/accounts', undefined, cookie)).json()
    expect(list.items.map((item: { username: string }) => item.username)).toEqual(['seberang'])
    const change = await call('PATCH', `/api/v1/accounts/${local.id}`, { version: 1, active: false }, cookie)
    expect(change.statusCode).toBe(404)
    expect((await call('POST', `/api/v1/accounts/${local.id}/unlock`, undefined, cookie)).statusCode).toBe(404)
  })

  test('does not wait for, nor hold up, work on an account of another kabupaten', async () => {
    const { account } = await create('terkunci')
    const { owner } = world.database
    await owner.updateTable('account').set({ region_code: '32.09' }).where('user_id', '=', account.id).execute()
    await owner.transaction().execute(async (tx) => {
      await tx.selectFrom('account').selectAll().where('user_id', '=', account.id).forUpdate().execute()
      const reply = await call('PATCH', `/api/v1/accounts/${account.id}`, { version: 1, displayName: 'Nama Lain' })
      expect(reply.statusCode).toBe(404)
    })
  })

  test('pages through accounts in the order of their names', async () => {
    const all: string[] = []
    let cursor = ''
    for (;;) {
      const page = (await call('GET', `/api/v1/accounts?limit=3${cursor}`)).json()
      all.push(...page.items.map((item: { username: string }) => item.username))
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    expect(all).toEqual([...new Set(all)].sort())
    expect(all).toContain('petugas')
  })

  test('is the only one who manages accounts', async () => {
    for (const role of ['petugas', 'kader', 'verifikator', 'supervisor', 'penyetuju', 'auditor']) {
      const cookie = await world.signIn(role)
      expect((await call('GET', '/api/v1/accounts', undefined, cookie)).statusCode, role).toBe(403)
    }
  })
})

describe('seeding the demo again', () => {
  const places = {
    regionCode: '32.74',
    puskesmas: OFFICES.puskesmas,
    otherPuskesmas: OFFICES.otherPuskesmas,
    healthOffice: OFFICES.healthOffice,
  }

  test('changes nothing, and a new demo password reaches all accounts', async () => {
    const count = () =>
      world.database.owner
        .selectFrom('account')
        .select((by) => by.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
    const before = await count()
    await world.accounts.seedDemoAccounts(world.database.db, { password: PASSWORD, places })
    expect(await count()).toEqual(before)
    expect((await postSignIn(world.app, 'auditor', PASSWORD)).statusCode).toBe(200)
    await world.accounts.seedDemoAccounts(world.database.db, { password: 'another demo word', places })
    expect((await postSignIn(world.app, 'auditor', 'another demo word')).statusCode).toBe(200)
    expect((await postSignIn(world.app, 'supervisor', 'another demo word')).statusCode).toBe(200)
  })
})
