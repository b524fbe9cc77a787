import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSignInGuard } from '../../../src/features/accounts/sign-in-guard.service.ts'
import { cookieOf, createWorld, PASSWORD, post, postSignIn, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

const me = (cookie: string) => world.app.inject({ url: '/api/v1/me', headers: { cookie } })

describe('signing in', () => {
  test('gives a session cookie that scripts cannot read and other sites cannot send', async () => {
    const reply = await postSignIn(world.app, 'petugas', PASSWORD)
    expect(reply.statusCode).toBe(200)
    expect(reply.json()).toMatchObject({ twoFactorPending: false })
    const [cookie] = reply.cookies
    expect(cookie).toMatchObject({ name: 'pdw.session_token', httpOnly: true, sameSite: 'Strict', path: '/' })
    expect(cookie?.secure).toBeUndefined()
    expect(reply.body).not.toContain(cookie?.value.split('.')[0])
  })

  test('does not care about the case of the username', async () => {
    expect((await postSignIn(world.app, 'PETUGAS', PASSWORD)).statusCode).toBe(200)
  })

  test('tells the caller who it is and what it may call', async () => {
    const reply = await me(await world.signIn('petugas'))
    expect(reply.json()).toMatchObject({ username: 'petugas', role: 'petugas', regionCode: '32.74', obligation: null })
    expect(reply.json().permissions).toContain('POST /api/v1/test/intakes')
    expect(reply.json().permissions).not.toContain('POST /api/v1/accounts')
  })

  test('is audited, and so is failing', async () => {
    world.audited.length = 0
    await postSignIn(world.app, 'auditor', PASSWORD)
    await postSignIn(world.app, 'auditor', 'something else entirely')
    await postSignIn(world.app, 'nobody', 'something else entirely')
    expect(world.audited.map(({ action, actorRole }) => [action, actorRole])).toEqual([
      ['sign_in', 'auditor'],
      ['sign_in_failed', 'anonymous'],
      ['sign_in_failed', 'anonymous'],
    ])
    expect(world.audited[1]?.subjectId).not.toBeNull()
    expect(world.audited[2]?.subjectId).toBeNull()
  })

  test('answers an unknown name and a wrong password alike', async () => {
    const wrong = (await postSignIn(world.app, 'kader', 'something else entirely')).json()
    const unknown = (await postSignIn(world.app, 'no-such-user', 'something else entirely')).json()
    expect({ ...unknown, requestId: '' }).toEqual({ ...wrong, requestId: '' })
    expect(wrong).toMatchObject({ code: 'wrong_credentials', status: 401 })
  })

  test('refuses what is not ours as a body with our own words', async () => {
    const reply = await world.app.inject({
      method: 'POST',
      url: '/api/auth/sign-in/username',
      headers: { 'accept-language': 'en' },
      payload: { username: 'petugas', callbackURL: 'https://evil.example' },
    })
    expect(reply.statusCode).toBe(400)
    expect(reply.json().errors).toEqual([
      { path: 'password', code: 'required', message: 'Password is required. Fill it in and send again.' },
      { path: 'callbackURL', code: 'unknown_field', message: expect.stringContaining('callbackURL') },
    ])
  })

  test.each(['/api/auth/sign-up/email', '/api/auth/get-session', '/api/auth/update-user', '/api/auth/sign-in/email'])(
    'nothing else of the sign-in library is reachable: %s',
    async (url) => {
      expect((await world.app.inject({ method: 'POST', url, payload: {} })).statusCode).toBe(404)
    },
  )
})

describe('signing out', () => {
  test('ends the session at once, on the server too', async () => {
    const cookie = await world.signIn('supervisor')
    expect((await me(cookie)).statusCode).toBe(200)
    const reply = await world.app.inject({ method: 'POST', url: '/api/auth/sign-out', headers: { cookie } })
    expect(reply.statusCode).toBe(200)
    expect(cookieOf(reply)).toBe('')
    expect((await me(cookie)).statusCode).toBe(401)
  })

  test('leaves the sessions on other devices', async () => {
    const [one, other] = [await world.signIn('supervisor'), await world.signIn('supervisor')]
    await world.app.inject({ method: 'POST', url: '/api/auth/sign-out', headers: { cookie: one } })
    expect((await me(one)).statusCode).toBe(401)
    expect((await me(other)).statusCode).toBe(200)
  })

  test('may be repeated', async () => {
    expect((await world.app.inject({ method: 'POST', url: '/api/auth/sign-out' })).statusCode).toBe(200)
  })
})

describe('a session', () => {
  test('with a changed signature is nobody', async () => {
    const cookie = await world.signIn('petugas')
    const forged = cookie.replace(/.{6}$/, 'AAAAAA')
    expect((await me(forged)).json()).toMatchObject({ code: 'not_signed_in', status: 401 })
  })

  test('costs no round trip within a minute, and is looked up again after it', async () => {
    const cookie = await world.signIn('verifikator')
    await me(cookie)
    await world.database.owner.deleteFrom('auth_session').execute()
    expect((await me(cookie)).statusCode).toBe(200)
    world.clock.advance(61_000)
    expect((await me(cookie)).statusCode).toBe(401)
  })
})

describe('what needs a fresh sign-in', () => {
  const ask = (headers: Record<string, string>) => world.app.inject({ url: '/api/v1/test/secret', headers })

  /** As if all sessions had begun that long ago; what the process remembers of them is over. */
  async function signedInAgo(minutes: number): Promise<void> {
    const { owner } = world.database
    world.clock.advance(61_000)
    await owner
      .updateTable('auth_session')
      .set({ created_at: new Date(world.clock.now().getTime() - minutes * 60_000) })
      .execute()
  }

  test('is open for 15 minutes after it, and again after the next one', async () => {
    const cookie = await world.signIn('supervisor')
    await signedInAgo(14)
    expect((await ask({ cookie })).statusCode).toBe(200)
    // Also for a caller who is remembered.
    world.clock.advance(59_000)
    expect((await ask({ cookie })).statusCode).toBe(200)
    await signedInAgo(16)
    expect((await ask({ cookie })).json()).toMatchObject({ code: 'step_up_required', status: 403 })
    expect(world.audited.at(-1)).toMatchObject({ action: 'denied', details: { code: 'step_up_required' } })
    expect((await me(cookie)).statusCode).toBe(200)
    const again = await world.signIn('supervisor')
    expect((await ask({ cookie: again })).statusCode).toBe(200)
  })

  test('does not concern other roles', async () => {
    const cookie = await world.signIn('verifikator')
    await signedInAgo(60)
    expect((await ask({ cookie })).statusCode).toBe(200)
  })
})

describe('locking out', () => {
  const wrong = () => postSignIn(world.app, 'penyetuju', 'something else entirely')

  test('follows five failures, holds against the right password, and grows', async () => {
    for (let i = 0; i < 5; i++) expect((await wrong()).statusCode).toBe(401)
    const locked = await postSignIn(world.app, 'penyetuju', PASSWORD)
    expect(locked.statusCode).toBe(423)
    expect(locked.json().code).toBe('account_locked')
    expect(Number(locked.headers['retry-after'])).toBe(15 * 60)
    expect(world.audited.slice(-2).map(({ action }) => action)).toEqual(['lock_account', 'sign_in_failed'])

    world.clock.advance(15 * 60_000 + 1)
    for (let i = 0; i < 5; i++) expect((await wrong()).statusCode).toBe(401)
    const again = await postSignIn(world.app, 'penyetuju', PASSWORD)
    expect(Number(again.headers['retry-after'])).toBe(30 * 60)

    world.clock.advance(30 * 60_000 + 1)
    expect((await postSignIn(world.app, 'penyetuju', PASSWORD)).statusCode).toBe(200)
    for (let i = 0; i < 5; i++) await wrong()
    expect(Number((await wrong()).headers['retry-after'])).toBe(15 * 60)
  })

  test('is in the audit log with every attempt on the locked account, also by somebody who is signed in', async () => {
    const { id } = await world.database.owner
      .selectFrom('auth_user')
      .select('id')
      .where('username', '=', 'supervisor')
      .executeTakeFirstOrThrow()
    const cookie = await world.signIn('supervisor')
    for (let i = 0; i < 5; i++) await postSignIn(world.app, 'supervisor', 'something else entirely')
    const refused = {
      actorId: null,
      actorRole: 'anonymous',
      requestId: expect.any(String),
      action: 'sign_in_failed',
      subjectType: 'account',
      subjectId: id,
      details: { because: 'account_locked', address: '192.0.2.1' },
    }
    world.audited.length = 0
    expect((await postSignIn(world.app, 'Supervisor', PASSWORD)).statusCode).toBe(423)
    expect((await postSignIn(world.app, 'supervisor', 'something else entirely')).statusCode).toBe(423)
    expect(world.audited).toEqual([refused, refused])

    const change = { currentPassword: PASSWORD, newPassword: 'kata sandi lain yang panjang' }
    expect((await post(world.app, '/api/auth/change-password', change, { cookie })).statusCode).toBe(423)
    expect(world.audited.slice(2)).toMatchObject([{ action: 'sign_in_failed', subjectId: id }])
  })

  test('treats a name that does not exist alike', async () => {
    for (let i = 0; i < 5; i++) await postSignIn(world.app, 'ghost', 'something else entirely')
    expect((await postSignIn(world.app, 'ghost', 'something else entirely')).statusCode).toBe(423)
    expect(world.audited.at(-1)).toMatchObject({ subjectId: null, details: { because: 'account_locked' } })
  })

  test('is not outrun by guesses in parallel: five are looked at', async () => {
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        postSignIn(world.app, 'parallel', `something else entirely ${i}`, '192.0.2.40'),
      ),
    )
    const statuses = replies.map((reply) => reply.statusCode)
    expect(statuses.filter((status) => status === 401)).toHaveLength(5)
    expect(statuses.filter((status) => status === 423)).toHaveLength(35)
  })

  test('comes to an address after fifty failures, whatever the names', async () => {
    // Below HTTP: fifty password hashes would take four seconds.
    const { db } = world.database
    const guard = createSignInGuard({ db, clock: world.clock, secret: 'another secret of the tests' })
    for (let i = 0; i < 50; i++) await (await guard.begin(`spray.${i}`, '192.0.2.50')).fail()
    await expect(guard.begin('petugas', '192.0.2.50')).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retryAfterSeconds: 15 * 60 },
    })
    await expect(guard.begin('petugas', '192.0.2.51')).resolves.toBeDefined()
  })

  test('keeps neither the name nor what was typed', async () => {
    await postSignIn(world.app, 'typed-password-by-mistake', 'something else entirely')
    const rows = await world.database.owner.selectFrom('sign_in_guard').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('typed')
    for (const row of rows) expect(row.subject).toHaveLength(32)
  })

  test('is lifted by an admin', async () => {
    for (let i = 0; i < 5; i++) await postSignIn(world.app, 'kader', 'something else entirely')
    expect((await postSignIn(world.app, 'kader', PASSWORD)).statusCode).toBe(423)
    const cookie = await world.signIn('admin')
    const list = await world.app.inject({ url: '/api/v1/accounts?q=kader', headers: { cookie } })
    const [kader] = list.json().items
    const unlocked = await world.app.inject({
      method: 'POST',
      url: `/api/v1/accounts/${kader.id}/unlock`,
      headers: { cookie },
    })
    expect(unlocked.statusCode).toBe(200)
    expect((await postSignIn(world.app, 'kader', PASSWORD)).statusCode).toBe(200)
  })
})
