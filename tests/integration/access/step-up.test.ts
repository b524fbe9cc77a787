import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { makeIntakeBody } from '../../support/intake-body.ts'
import { makeUploadForm } from '../../support/upload-form.ts'
import { createWholeApp } from '../../support/whole-app.ts'
import { png } from '../documents/pictures.ts'

test('full numbers are shown to those who oversee a region only after a fresh sign-in, to the others as before', async () => {
  const whole = await createWholeApp()
  const reply = await whole.send({
    as: 'petugas',
    method: 'POST',
    url: '/api/v1/intakes',
    headers: { 'idempotency-key': randomUUID() },
    payload: makeIntakeBody(),
  })
  const url = `/api/v1/proposals/${reply.json().proposals[0].id}/reveal`
  const revealAs = async (username: string) => {
    const { statusCode, body } = await whole.send({ as: username, method: 'POST', url })
    return statusCode === 200 ? 200 : JSON.parse(body).code
  }
  const roles = ['petugas', 'verifikator', 'supervisor', 'penyetuju']
  // None of them is remembered yet when the session is looked up.
  for (const role of roles) await whole.cookieOf(role)
  await sql`update auth_session set created_at = now() - interval '16 minutes'`.execute(whole.database.owner)
  const answers = Object.fromEntries(
    await Promise.all(roles.slice(1).map(async (role) => [role, await revealAs(role)])),
  )
  expect(answers).toEqual({ verifikator: 200, supervisor: 'step_up_required', penyetuju: 'step_up_required' })
  expect(await revealAs('petugas')).toBe(200)
  const fresh = { cookie: await whole.signIn('supervisor') }
  expect((await whole.app.inject({ method: 'POST', url, headers: fresh })).statusCode).toBe(200)
  await whole.close()
})

test('pictures of papers, which show full numbers, are opened by those who oversee only after a fresh sign-in', async () => {
  const whole = await createWholeApp()
  const reply = await whole.send({
    as: 'petugas',
    method: 'POST',
    url: '/api/v1/intakes',
    headers: { 'idempotency-key': randomUUID() },
    payload: makeIntakeBody(),
  })
  const intakeId: string = reply.json().id
  const form = await makeUploadForm({ kind: 'kk', intakeId }, await png(20, 20))
  await whole.send({ as: 'petugas', method: 'POST', url: '/api/v1/documents', ...form })
  const roles = ['petugas', 'verifikator', 'supervisor', 'penyetuju']
  for (const role of roles) await whole.cookieOf(role)
  await sql`update auth_session set created_at = now() - interval '16 minutes'`.execute(whole.database.owner)
  const openAs = async (username: string) => {
    const list = await whole.send({ as: username, url: `/api/v1/intakes/${intakeId}/documents` })
    const { statusCode, body } = await whole.send({ as: username, url: list.json().items[0].contentUrl })
    return statusCode === 200 ? 200 : JSON.parse(body).code
  }
  const answers = Object.fromEntries(await Promise.all(roles.map(async (role) => [role, await openAs(role)])))
  const late = 'step_up_required'
  expect(answers).toEqual({ petugas: 200, verifikator: 200, supervisor: late, penyetuju: late })
  await whole.close()
})

test('a webhook is registered, changed and replayed, and its secret replaced, only after a fresh sign-in; stopping it is never late', async () => {
  const whole = await createWholeApp()
  const id = randomUUID()
  await whole.database.owner
    .insertInto('webhook_endpoint')
    .values({
      id,
      region_code: '32.74',
      url: 'https://penerima.example/kabar',
      events: ['message.inbound'],
      description: '',
      secret_sealed: Buffer.from('sealed'),
      status: 'active',
      created_by: 'admin',
      created_at: new Date(),
    })
    .execute()
  await whole.cookieOf('admin')
  await sql`update auth_session set created_at = now() - interval '16 minutes'`.execute(whole.database.owner)
  const answer = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object) => {
    const url = `/api/v1/webhooks${path}`
    const reply = await whole.send({ as: 'admin', method, url, ...(payload && { payload }) })
    return reply.statusCode < 300 ? reply.statusCode : JSON.parse(reply.body).code
  }
  const late = [
    await answer('POST', '', { url: 'https://penerima.example/kabar', events: ['message.inbound'] }),
    await answer('PATCH', `/${id}`, { url: 'https://lain.example/kabar' }),
    await answer('POST', `/${id}/secret`, {}),
    await answer('POST', `/${id}/replays`, { eventId: randomUUID() }),
  ]
  expect(late).toEqual(Array(4).fill('step_up_required'))
  expect(await answer('GET', `/${id}`)).toBe(200)
  expect(await answer('POST', `/${id}/pause`)).toBe(200)
  expect(await answer('DELETE', `/${id}`)).toBe(204)
  await whole.close()
})

test('the phone behind WhatsApp is linked, restarted and logged out only after a fresh sign-in; anybody may see how it is', async () => {
  const whole = await createWholeApp()
  await whole.cookieOf('admin')
  await sql`update auth_session set created_at = now() - interval '16 minutes'`.execute(whole.database.owner)
  const answer = async (method: 'GET' | 'POST', path: string, payload?: object) => {
    const url = `/api/v1/whatsapp/${path}`
    const reply = await whole.send({ as: 'admin', method, url, ...(payload && { payload }) })
    return reply.statusCode < 300 ? reply.statusCode : JSON.parse(reply.body).code
  }
  const late = [
    await answer('GET', 'session/qr'),
    await answer('POST', 'session/qr'),
    await answer('POST', 'session/pairing-code', { phone: '081200000001' }),
    await answer('POST', 'session/restart'),
    await answer('POST', 'session/log-out'),
  ]
  expect(late).toEqual(Array(5).fill('step_up_required'))
  expect(await answer('GET', 'session')).toBe(200)
  expect(await answer('GET', 'breaker')).toBe(200)
  await whole.close()
})

test('a list is taken away only after a fresh sign-in, in every role; looking at it is never late', async () => {
  const whole = await createWholeApp()
  const roles = ['petugas', 'kader', 'verifikator', 'supervisor', 'penyetuju', 'auditor']
  for (const role of roles) await whole.cookieOf(role)
  await sql`update auth_session set created_at = now() - interval '16 minutes'`.execute(whole.database.owner)
  const payload = { filters: {}, format: 'csv' }
  for (const as of roles) {
    const reply = await whole.send({ as, method: 'POST', url: '/api/v1/exports', payload })
    expect([as, reply.statusCode, reply.json().code]).toEqual([as, 403, 'step_up_required'])
    expect((await whole.send({ as, method: 'GET', url: '/api/v1/proposals' })).statusCode).toBe(200)
  }
  const headers = { cookie: await whole.signIn('kader') }
  const fresh = await whole.app.inject({ method: 'POST', url: '/api/v1/exports', payload, headers })
  expect(fresh.statusCode).toBe(200)
  expect(fresh.body).toContain('Nomor tanda terima')
  await whole.close()
})

test('the file of a batch is taken away only after a fresh sign-in; its letter is never late', async () => {
  const whole = await createWholeApp()
  await whole.cookieOf('penyetuju')
  await sql`update auth_session set created_at = now() - interval '16 minutes'`.execute(whole.database.owner)
  const url = '/api/v1/enrolment/batches/00000000-0000-4000-8000-000000000000'
  const payload = { format: 'csv' }
  const late = await whole.send({ as: 'penyetuju', method: 'POST', url: `${url}/exports`, payload })
  expect([late.statusCode, late.json().code]).toEqual([403, 'step_up_required'])
  expect((await whole.send({ as: 'penyetuju', method: 'GET', url: `${url}/letter` })).json().code).toBe('not_found')
  const headers = { cookie: await whole.signIn('penyetuju') }
  const fresh = await whole.app.inject({ method: 'POST', url: `${url}/exports`, payload, headers })
  expect(fresh.json().code).toBe('not_found')
  await whole.close()
})

test('what BPJS has answered is approved and undone only after a fresh sign-in; sending it in and looking at it is never late', async () => {
  const whole = await createWholeApp()
  await whole.cookieOf('penyetuju')
  await sql`update auth_session set created_at = now() - interval '16 minutes'`.execute(whole.database.owner)
  const id = '00000000-0000-4000-8000-000000000000'
  const answer = async (method: 'GET' | 'POST', path: string, payload?: object) => {
    const reply = await whole.send({
      as: 'penyetuju',
      method,
      url: `/api/v1/enrolment/${path}`,
      ...(payload && { payload }),
    })
    return reply.json().code
  }
  expect(await answer('POST', `results/${id}/approve`, { rows: 1 })).toBe('step_up_required')
  expect(await answer('POST', `results/${id}/undo`)).toBe('step_up_required')
  expect(await answer('GET', `results/${id}`)).toBe('not_found')
  expect(await answer('POST', `results/${id}/abort`)).toBe('not_found')
  const form = await makeUploadForm({}, Buffer.from('NIK;NAMA;STATUS\n'))
  const sent = await whole.send({
    as: 'penyetuju',
    method: 'POST',
    url: `/api/v1/enrolment/batches/${id}/results`,
    ...form,
  })
  expect(sent.json().code).toBe('not_found')
  await whole.close()
})
