import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import { totpOf } from '../../integration/accounts/world.ts'
import { registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectForEverybody,
  openConsoleWorld,
} from '../../support/console/console.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test('an officer signs in by keyboard and comes to the page that was asked for', async () => {
  const page = await world.open()
  await page.goto('/?dari=tautan')
  await page.getByLabel('Nama pengguna').waitFor()
  expect(new URL(page.url()).pathname).toBe('/masuk')
  await page.keyboard.type('petugas')
  await page.keyboard.press('Tab')
  await page.keyboard.type(DEMO_PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await expect.poll(() => new URL(page.url()).search).toBe('?dari=tautan')
})

test('a wrong password is told in plain words, and what was typed stays', async () => {
  const page = await world.open()
  await page.goto('/masuk')
  await page.getByLabel('Nama pengguna').fill('petugas')
  await page.getByRole('textbox', { name: 'Kata sandi' }).fill('bukan-sandi-saya')
  await page.getByRole('button', { name: 'Masuk' }).click()
  await page.getByRole('alert').waitFor()
  expect(await page.getByRole('alert').innerText()).toContain('kata sandi')
  expect(await page.getByRole('textbox', { name: 'Nama pengguna' }).inputValue()).toBe('petugas')
})

/** An account of the admin's making, with its one-time password. */
async function createAccount(role: string): Promise<{ username: string; password: string }> {
  const admin = await signIn(world.address, 'admin', DEMO_PASSWORD)
  const { items } = await admin.must('GET', '/api/v1/offices?limit=1')
  const username = `baru.${randomUUID().slice(0, 8)}`
  const { oneTimePassword } = await admin.must('POST', '/api/v1/accounts', {
    username,
    displayName: 'Rina Wulandari',
    role,
    regionCode: '32.74',
    officeIds: [items[0].id],
  })
  return { username, password: oneTimePassword }
}

test('a new account changes its one-time password before anything else', async () => {
  const { username, password } = await createAccount('petugas')
  const page = await world.open()
  await page.goto('/masuk')
  await page.getByRole('textbox', { name: 'Nama pengguna' }).fill(username)
  await page.getByRole('textbox', { name: 'Kata sandi' }).fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Ganti kata sandi' }).waitFor()
  expect(await page.getByRole('link', { name: 'Usulan' }).count()).toBe(0)
  const own = `bukit-teduh-${randomUUID()}`
  await page.getByRole('textbox', { name: 'Kata sandi sekarang' }).fill(password)
  await page.getByRole('textbox', { name: 'Kata sandi baru', exact: true }).fill(own)
  await page.getByRole('textbox', { name: 'Ulangi kata sandi baru' }).fill(`${own}x`)
  await page.keyboard.press('Enter')
  await page.getByText('Kedua kata sandi baru tidak sama').waitFor()
  await page.getByRole('textbox', { name: 'Ulangi kata sandi baru' }).fill(own)
  await expectForEverybody(page, 'ganti-kata-sandi')
  await page.getByRole('button', { name: 'Simpan kata sandi' }).click()
  await page.getByRole('link', { name: 'Usulan' }).waitFor()
})

test('a second factor is asked for, and a backup code does when the phone is lost', async () => {
  const { username, password } = await createAccount('petugas')
  const session = await signIn(world.address, username, password)
  const own = `bukit-teduh-${randomUUID()}`
  await session.must('POST', '/api/auth/change-password', { currentPassword: password, newPassword: own })
  const { totpUri, backupCodes } = await session.must('POST', '/api/auth/two-factor/enable', { password: own })
  await session.must('POST', '/api/auth/two-factor/verify-totp', { code: totpOf(totpUri) })

  const page = await world.open()
  await page.goto('/masuk')
  await page.getByRole('textbox', { name: 'Nama pengguna' }).fill(username)
  await page.getByRole('textbox', { name: 'Kata sandi' }).fill(own)
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Kode' }).fill('000000')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  await page.getByRole('button', { name: 'Pakai kode cadangan' }).click()
  await page.getByRole('textbox', { name: 'Kode cadangan' }).fill(backupCodes[0])
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Usulan' }).waitFor()
})

describe('a session that ended', () => {
  test('is renewed over the page, and what was half written is sent', async () => {
    const { id } = await registerCase(world.address)
    const page = await world.open({ as: 'verifikator' })
    await page.goto(`/usulan/${id}`)
    await page.getByRole('button', { name: 'Tulis catatan' }).click()
    await page.getByRole('textbox', { name: 'Catatan' }).fill('Keluarga akan kembali besok dengan KK asli.')
    await page.context().clearCookies()
    await page.getByRole('button', { name: 'Kirim' }).click()
    const again = page.getByRole('dialog', { name: 'Sesi Anda telah berakhir' })
    await again.waitFor()
    expect(await again.getByRole('textbox', { name: 'Nama pengguna' }).inputValue()).toBe('verifikator')
    await again.getByRole('textbox', { name: 'Kata sandi' }).fill(DEMO_PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByText('Keluarga akan kembali besok dengan KK asli.').first().waitFor()
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    const reader = await signIn(world.address, 'verifikator', DEMO_PASSWORD)
    const { history } = await reader.must('GET', `/api/v1/proposals/${id}`)
    expect(history.filter(({ action }: { action: string }) => action === 'note')).toHaveLength(1)
  })

  test('leaves nothing behind on a shared PC when the person signs out', async () => {
    const page = await world.open({ as: 'petugas' })
    await page.goto('/usulan')
    await page.getByRole('button', { name: /^Akun/ }).click()
    await page.getByRole('menuitem', { name: 'Keluar' }).click()
    await page.getByRole('textbox', { name: 'Nama pengguna' }).waitFor()
    await page.goBack()
    await page.getByRole('textbox', { name: 'Nama pengguna' }).waitFor()
  })
})
