import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { cookieOf } from './world.ts'

let whole: WholeApp
let cookie: string
let currentPassword: string
beforeAll(async () => {
  whole = await createWholeApp()
  await whole.addAccount({ username: 'sumarni', role: 'auditor', regionCode: '32.74', officeIds: [] })
  cookie = await whole.signIn('sumarni')
  currentPassword = whole.config.demo.password
})
afterAll(() => whole?.close())

async function change(newPassword: string) {
  const reply = await whole.app.inject({
    method: 'POST',
    url: '/api/auth/change-password',
    headers: { cookie },
    payload: { currentPassword, newPassword },
  })
  if (reply.statusCode === 200) {
    cookie = cookieOf(reply)
    currentPassword = newPassword
  }
  return reply
}

test.each([
  // Two words, with or without a number.
  'indonesiamerdeka',
  'rahasiasekali',
  'katasandi1234',
  'sayangsekali1',
  'terserahkamu1',
  'anakkutercinta',
  'akusayangkamu2',
  'allahuakbar123',
  'bismillah123456',
  'persibbandung33',
  // The place, the office and the year.
  'puskesmascirebon',
  'kotacirebon2026',
  'dinkeskotacirebon',
  'Puskesmas-Kejaksan',
  'puskesmas.kesambi.2026',
  'Kesehatan2026!',
  'Cirebon@2026',
  'jawabarat2026!',
  // Spelled otherwise.
  '1nd0nesiamerdeka',
  'indonesia merdeka 45',
  'RAHASIA_SEKALI_1',
  'password1234',
  'kuda hitam lari',
])('%s is refused as a new password', async (password) => {
  const reply = await change(password)
  expect(reply.statusCode).toBe(400)
  expect(reply.json().errors).toMatchObject([{ path: 'newPassword', code: 'password_common' }])
})

test.each([
  'q7f2m9x4k1w8',
  '3fc9a1d07b52',
  'xK3-9dLq_2mZ',
  'V9$kLm2#pQz8',
  't7hw-k3mz-9qpx-bn4d',
  'kerbau naik sepeda 41',
  'pensil hujan kancil meja',
  'empat lele mencuri payung biru',
  'jendela-lumut-trompet-84',
  'correct horse battery staple',
])('%s is taken as a new password', async (password) => {
  const reply = await change(password)
  expect(reply.statusCode, reply.body).toBe(200)
})
