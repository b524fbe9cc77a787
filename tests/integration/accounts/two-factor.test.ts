import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cookieOf, createWorld, PASSWORD, post, postSignIn, totpOf, type World } from './world.ts'

// As in production: admin and penyetuju must have it.
let world: World
beforeAll(async () => {
  world = await createWorld({ isProduction: true })
})
afterAll(() => world.close())

const get = (url: string, cookie: string) => world.app.inject({ url, headers: { cookie } })

async function enrol(username: string): Promise<{ cookie: string; uri: string; backupCodes: string[] }> {
  const cookie = await world.signIn(username)
  const enrolled = await post(world.app, '/api/auth/two-factor/enable', { password: PASSWORD }, { cookie })
  expect(enrolled.statusCode).toBe(200)
  const { totpUri, backupCodes } = enrolled.json()
  const verified = await post(world.app, '/api/auth/two-factor/verify-totp', { code: totpOf(totpUri) }, { cookie })
  expect(verified.statusCode).toBe(200)
  return { cookie: cookieOf(verified), uri: totpUri, backupCodes }
}

test('cookies are only sent over TLS in production', async () => {
  const [cookie] = (await postSignIn(world.app, 'petugas', PASSWORD)).cookies
  expect(cookie).toMatchObject({ name: '__Secure-pdw.session_token', secure: true, httpOnly: true, sameSite: 'Strict' })
})

describe('a role that must prove itself twice', () => {
  test('signs in, but is told to set it up and can do nothing else', async () => {
    const cookie = await world.signIn('admin')
    expect((await get('/api/v1/accounts', cookie)).json()).toMatchObject({ code: 'two_factor_required', status: 403 })
    expect((await get('/api/v1/test/any', cookie)).statusCode).toBe(403)
    expect((await get('/api/v1/me', cookie)).json()).toMatchObject({ obligation: 'two_factor_required' })
    expect(world.audited.at(-1)).toMatchObject({ action: 'denied', details: { code: 'two_factor_required' } })
  })

  test('needs the password to set it up', async () => {
    const cookie = await world.signIn('admin')
    const reply = await post(world.app, '/api/auth/two-factor/enable', { password: 'not the password' }, { cookie })
    expect(reply.json()).toMatchObject({ code: 'wrong_credentials', status: 401 })
  })

  test('works once a code has proved the app, and needs a code at every sign-in', async () => {
    const { cookie, uri } = await enrol('admin')
    expect(decodeURIComponent(uri)).toContain('PuntaDewa:admin?')
    expect((await get('/api/v1/accounts', cookie)).statusCode).toBe(200)

    const firstStep = await postSignIn(world.app, 'admin', PASSWORD)
    expect(firstStep.json()).toEqual({ twoFactorPending: true, userId: null })
    const pending = cookieOf(firstStep)
    expect((await get('/api/v1/me', pending)).statusCode).toBe(401)

    const wrong = await post(world.app, '/api/auth/two-factor/verify-totp', { code: '000000' }, { cookie: pending })
    expect(wrong.json()).toMatchObject({ code: 'wrong_code', status: 401 })
    const right = await post(world.app, '/api/auth/two-factor/verify-totp', { code: totpOf(uri) }, { cookie: pending })
    expect(right.statusCode).toBe(200)
    expect((await get('/api/v1/accounts', cookieOf(right))).statusCode).toBe(200)
    expect(world.audited.findLast(({ action }) => action === 'sign_in')?.details).toMatchObject({
      secondFactor: 'totp',
    })
  })

  test('gets five codes per sign-in, then starts again; after ten it is locked, and the audit log says whose each one was', async () => {
    const { uri } = await enrol('penyetuju')
    const { id } = await idOf('penyetuju')
    const firstStep = async () => cookieOf(await postSignIn(world.app, 'penyetuju', PASSWORD))
    const cookie = await firstStep()
    world.audited.length = 0
    const verify = (code: string, pending = cookie, path = 'verify-totp') =>
      post(world.app, `/api/auth/two-factor/${path}`, { code }, { cookie: pending })
    for (let i = 0; i < 5; i++) expect((await verify('000000')).statusCode).toBe(401)
    expect((await verify(totpOf(uri))).json()).toMatchObject({ code: 'wrong_code' })
    const wrong = { actorId: null, actorRole: 'anonymous', action: 'sign_in_failed', subjectId: id }
    expect(world.audited).toMatchObject(Array.from({ length: 6 }, () => wrong))

    const again = await firstStep()
    for (let i = 0; i < 5; i++) await verify('00000-00000', again, 'verify-backup-code')
    const locked = await verify(totpOf(uri), await firstStep())
    expect(locked.json()).toMatchObject({ code: 'account_locked', status: 423 })
    expect(world.audited.slice(6)).toMatchObject([
      ...Array.from({ length: 5 }, () => wrong),
      { ...wrong, details: { because: 'account_locked' } },
    ])
  })

  test('is nobody in the audit log without the cookie of the first step, or with one that was changed', async () => {
    await reSignIn()
    const cookie = cookieOf(await postSignIn(world.app, 'admin', PASSWORD))
    for (const headers of [{}, { cookie: cookie.replace(/(?<=two_factor=.{8})./, '~') }]) {
      const reply = await post(world.app, '/api/auth/two-factor/verify-totp', { code: '000000' }, headers)
      expect(reply.json()).toMatchObject({ code: 'wrong_code', status: 401 })
      expect(world.audited.at(-1)).toMatchObject({ action: 'sign_in_failed', subjectId: null })
    }
  })

  test('that is switched off between the two steps stays outside, and the audit log says so', async () => {
    const { cookie: admin } = await reSignIn()
    const { uri } = await enrol('kader')
    const { id } = await idOf('kader')
    const cookie = cookieOf(await postSignIn(world.app, 'kader', PASSWORD))
    const off = { method: 'PATCH' as const, url: `/api/v1/accounts/${id}`, payload: { version: 1, active: false } }
    expect((await world.app.inject({ ...off, headers: { cookie: admin } })).statusCode).toBe(200)
    const reply = await post(world.app, '/api/auth/two-factor/verify-totp', { code: totpOf(uri) }, { cookie })
    expect(reply.json()).toMatchObject({ code: 'account_disabled' })
    expect(world.audited.at(-1)).toMatchObject({
      action: 'sign_in_failed',
      subjectId: id,
      details: { because: 'account_disabled' },
    })
  })

  test('cannot switch it off', async () => {
    const { cookie } = await reSignIn()
    const reply = await post(world.app, '/api/auth/two-factor/disable', { password: PASSWORD }, { cookie })
    expect(reply.json()).toMatchObject({ code: 'action_not_allowed', status: 409 })
  })
})

const idOf = (username: string) =>
  world.database.owner.selectFrom('auth_user').select('id').where('username', '=', username).executeTakeFirstOrThrow()

/** An admin whose phone is set up again, as another admin would do it. */
async function reSignIn(): Promise<{ cookie: string }> {
  const { owner } = world.database
  const admin = await idOf('admin')
  await owner.deleteFrom('auth_two_factor').where('user_id', '=', admin.id).execute()
  await owner.updateTable('auth_user').set({ two_factor_enabled: false }).where('id', '=', admin.id).execute()
  return enrol('admin')
}

describe('an API key of such a role', () => {
  const mint = (cookie: string, userId: string) =>
    post(
      world.app,
      '/api/v1/api-keys',
      {
        userId,
        name: 'SIMPUS',
        scopes: ['regions:read', 'proposals:read'],
        expiresAt: new Date(world.clock.now().getTime() + 86_400_000).toISOString(),
      },
      { cookie },
    )
  const use = (key: string) => world.app.inject({ url: '/api/v1/test/file', headers: { 'x-api-key': key } })

  test('is not made before the second factor is there, and is useless when it is gone', async () => {
    const { cookie: admin } = await reSignIn()
    const { owner } = world.database
    const approver = await idOf('penyetuju')
    const forget = async () => {
      const { version } = await owner
        .selectFrom('account')
        .select('version')
        .where('user_id', '=', approver.id)
        .executeTakeFirstOrThrow()
      const reset = await world.app.inject({
        method: 'PATCH',
        url: `/api/v1/accounts/${approver.id}`,
        headers: { cookie: admin },
        payload: { version, resetTwoFactor: true },
      })
      expect(reset.statusCode).toBe(200)
    }
    await forget()
    const early = await mint(admin, approver.id)
    expect(early.statusCode).toBe(400)
    expect(early.json().errors).toMatchObject([{ path: 'userId', code: 'two_factor_missing' }])

    await enrol('penyetuju')
    const minted = await mint(admin, approver.id)
    expect(minted.statusCode).toBe(201)
    const { key } = minted.json()
    expect((await use(key)).json()).toEqual({ username: 'penyetuju' })

    await forget()
    expect((await use(key)).json()).toMatchObject({ code: 'two_factor_required', status: 403 })
  })
})

describe('everybody else', () => {
  test('may have it, use a backup code once, and switch it off', async () => {
    const { backupCodes } = await enrol('verifikator')
    const [code = ''] = backupCodes
    const first = cookieOf(await postSignIn(world.app, 'verifikator', PASSWORD))
    const verified = await post(world.app, '/api/auth/two-factor/verify-backup-code', { code }, { cookie: first })
    expect(verified.statusCode).toBe(200)
    const second = cookieOf(await postSignIn(world.app, 'verifikator', PASSWORD))
    const again = await post(world.app, '/api/auth/two-factor/verify-backup-code', { code }, { cookie: second })
    expect(again.json()).toMatchObject({ code: 'wrong_code' })

    const cookie = cookieOf(verified)
    const off = await post(world.app, '/api/auth/two-factor/disable', { password: PASSWORD }, { cookie })
    expect(off.statusCode).toBe(200)
    expect((await postSignIn(world.app, 'verifikator', PASSWORD)).json()).toMatchObject({ twoFactorPending: false })
  })
})

test('the secret is sealed in the database', async () => {
  const { uri } = await enrol('supervisor')
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const rows = await world.database.owner.selectFrom('auth_two_factor').selectAll().execute()
  expect(rows.length).toBeGreaterThan(0)
  expect(JSON.stringify(rows)).not.toContain(secret)
})
