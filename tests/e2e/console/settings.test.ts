import { randomUUID } from 'node:crypto'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import { totpOf } from '../../integration/accounts/world.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectAccessible,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'
import { onServer } from '../../support/database.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

const dialog = (page: Page, name: string | RegExp): Locator => page.getByRole('dialog', { name })
const button = (within: Page | Locator, name: string | RegExp): Locator =>
  within.getByRole('button', { name, exact: true })
const field = (within: Page | Locator, name: string | RegExp): Locator =>
  within.getByRole('textbox', { name, exact: true })

/** A list that opens, and what is chosen in it. */
async function choose(page: Page, within: Page | Locator, label: string, option: string | RegExp): Promise<void> {
  await within.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option }).first().click()
}

/** What is shown this one time. */
const secretOf = (page: Page): Promise<string> => page.locator('[data-secret]').innerText()
const admin = () => signIn(world.address, 'admin', DEMO_PASSWORD)

async function signInOn(page: Page, username: string, password: string): Promise<void> {
  await page.goto('/masuk')
  await field(page, 'Nama pengguna').fill(username)
  await field(page, 'Kata sandi').fill(password)
  await page.keyboard.press('Enter')
}

/** An account with a password of its own. */
async function createAccount(role = 'petugas') {
  const session = await admin()
  const { items } = await session.must('GET', '/api/v1/offices?limit=1')
  const username = `baru.${randomUUID().slice(0, 8)}`
  const made = await session.must('POST', '/api/v1/accounts', {
    username,
    displayName: `Rina ${username.slice(-4)}`,
    role,
    regionCode: '32.74',
    officeIds: [items[0].id],
  })
  const password = `bukit-teduh-${randomUUID()}`
  const own = await signIn(world.address, username, made.oneTimePassword)
  await own.must('POST', '/api/auth/change-password', { currentPassword: made.oneTimePassword, newPassword: password })
  return { ...made.account, password }
}

describe('users', () => {
  test('an admin creates one, hands over the password that is shown once, and the new user signs in', async () => {
    const page = await world.open({ as: 'admin' })
    await page.goto('/pengaturan')
    await page.getByRole('heading', { name: 'Pengguna dan peran' }).waitFor()
    await button(page, 'Pengguna baru').click()
    const form = dialog(page, 'Pengguna baru')
    await field(form, 'Nama pengguna').fill('Rina Baru')
    await field(form, 'Nama yang ditampilkan').fill('Rina Wulandari')
    await button(form, 'Buat pengguna').click()
    // What is wrong is told at its field, and what was typed stays.
    await form.getByText('Kantor', { exact: false }).first().waitFor()
    await form.getByRole('alert').waitFor()
    expect(await field(form, 'Nama yang ditampilkan').inputValue()).toBe('Rina Wulandari')
    await field(form, 'Nama pengguna').fill('rina.baru')
    await choose(page, form, 'Kantor', /Puskesmas/)
    await page.keyboard.press('Escape')
    await button(form, 'Buat pengguna').click()
    await page.getByText('Kata sandi sementara untuk rina.baru').waitFor()
    const password = await secretOf(page)
    await button(page, 'Sudah saya simpan').click()
    await page.locator('[data-secret]').waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(password)

    const newcomer = await world.open()
    await signInOn(newcomer, 'rina.baru', password)
    await newcomer.getByRole('heading', { name: 'Ganti kata sandi' }).waitFor()
  })

  test('a change that somebody else made meanwhile is told, and loaded', async () => {
    const account = await createAccount()
    const page = await world.open({ as: 'admin' })
    await page.goto('/pengaturan/pengguna')
    await field(page, 'Nama atau nama pengguna').fill(account.username)
    await button(page, 'Cari').click()
    await button(page, `Ubah ${account.displayName}`).click()
    const session = await admin()
    const body = { version: account.version, displayName: 'Rina Sudah Diubah' }
    await session.must('PATCH', `/api/v1/accounts/${account.id}`, body)
    const form = dialog(page, `Ubah ${account.displayName}`)
    await field(form, 'Nama yang ditampilkan').fill('Rina Terlambat')
    await button(form, 'Simpan').click()
    await button(form, 'Ambil data terbaru').click()
    const anew = dialog(page, 'Ubah Rina Sudah Diubah')
    await anew.waitFor()
    expect(await field(anew, 'Nama yang ditampilkan').inputValue()).toBe('Rina Sudah Diubah')
  })

  test('who lost a password gets a new one; who left is switched off', async () => {
    const account = await createAccount()
    const page = await world.open({ as: 'admin' })
    await page.goto('/pengaturan/pengguna')
    await field(page, 'Nama atau nama pengguna').fill(account.username)
    await button(page, 'Cari').click()
    const edit = button(page, `Ubah ${account.displayName}`)
    await edit.click()
    await button(page, 'Buat kata sandi baru').click()
    await button(dialog(page, 'Buat kata sandi baru'), 'Buat kata sandi baru').click()
    await page.getByText(`Kata sandi sementara untuk ${account.username}`).waitFor()
    const newcomer = await world.open()
    await signInOn(newcomer, account.username, await secretOf(page))
    await newcomer.getByRole('heading', { name: 'Ganti kata sandi' }).waitFor()
    await edit.click()
    await button(page, 'Nonaktifkan').click()
    await button(dialog(page, 'Nonaktifkan'), 'Nonaktifkan').click()
    // The list shows active ones.
    await edit.waitFor({ state: 'detached' })
    await newcomer.reload()
    await field(newcomer, 'Nama pengguna').waitFor()
  })
})

test('an office gets hours on a Saturday and its village by name', async () => {
  const page = await world.open({ as: 'admin' })
  await page.goto('/pengaturan/kantor')
  const session = await admin()
  const { items } = await session.must('GET', '/api/v1/offices?kind=puskesmas&limit=1')
  const [office] = items
  await button(page, `Ubah ${office.name}`).click()
  const form = dialog(page, `Ubah ${office.name}`)
  const village = form.getByRole('combobox', { name: 'Desa/kelurahan' })
  await village.fill('kesambi')
  await page.getByRole('option', { name: /kesambi/i }).click()
  await button(form, 'Tambah jam: Sabtu').click()
  await form.getByLabel('Sabtu: buka').fill('09:30')
  await form.getByLabel('Sabtu: tutup').fill('08:00')
  await button(form, 'Simpan').click()
  await form.getByText('harus setelah jam buka').first().waitFor()
  await form.getByLabel('Sabtu: tutup').fill('12:00')
  await button(form, 'Simpan').click()
  await form.waitFor({ state: 'detached' })
  await page.getByText('Sabtu 09:30–12:00').filter({ visible: true }).first().waitFor()
  const saved = await session.must('GET', `/api/v1/offices/${office.id}`)
  expect(saved.openingHours.saturday).toEqual([{ opens: '09:30', closes: '12:00' }])
  expect(saved.villageCode).toMatch(/^32\.74\./)
})

test('a holiday is added and taken off', async () => {
  const page = await world.open({ as: 'admin' })
  await page.goto('/pengaturan/hari-libur')
  await page.getByLabel('Tanggal').fill('2031-03-24')
  await field(page, 'Nama hari libur').fill('Idul Fitri')
  await button(page, 'Tambah').click()
  const table = page.getByRole('table', { name: 'Hari libur' })
  await table.getByText('24 Maret 2031').waitFor()
  await table.getByText('Idul Fitri').waitFor()
  const session = await admin()
  const holidays = () => session.must('GET', '/api/v1/holidays?year=2031')
  expect((await holidays()).items).toEqual([{ day: '2031-03-24', name: 'Idul Fitri', regionCode: '32.74' }])
  await button(table, 'Hapus: 24 Maret 2031').click()
  await button(dialog(page, 'Hapus'), 'Hapus').click()
  await page.getByText('Belum ada hari libur untuk 2031.').waitFor()
  expect((await holidays()).items).toEqual([])
})

test('a key for a program works until it is revoked', async () => {
  const page = await world.open({ as: 'admin' })
  await page.goto('/pengaturan/kunci-api')
  await button(page, 'Kunci baru').click()
  const form = dialog(page, 'Kunci baru')
  await field(form, 'Nama program').fill('Dasbor dinas')
  await choose(page, form, 'Bertindak sebagai', /auditor/i)
  await form.getByLabel('Membaca wilayah dan kantor').check()
  await button(form, 'Buat kunci').click()
  await page.getByText('Kunci untuk Dasbor dinas').waitFor()
  const key = await secretOf(page)
  const call = () => fetch(new URL('/api/v1/regions', world.address), { headers: { 'x-api-key': key } })
  expect((await call()).status).toBe(200)
  await button(page, 'Cabut: Dasbor dinas').click()
  await button(dialog(page, 'Cabut'), 'Cabut').click()
  await page.getByText(/^Dicabut /).waitFor()
  expect((await call()).status).toBe(401)
})

describe('the audit log', () => {
  test('is narrowed by act and person, and shows searches as it keeps them', async () => {
    const account = await createAccount()
    const session = await signIn(world.address, 'petugas', DEMO_PASSWORD)
    await session.must('GET', '/api/v1/proposals?q=3274014505900017')
    const page = await world.open({ as: 'auditor' })
    await page.goto('/pengaturan/audit')
    const table = page.getByRole('table', { name: 'Log audit' })
    await choose(page, page, 'Tindakan', 'Membuat akun')
    await field(page, 'Pengenal objek').fill(account.id)
    await button(page, 'Saring').click()
    await table.getByText(`account ${account.id}`).waitFor()
    expect(await table.getByRole('row').count()).toBe(2)
    await table.getByText('Admin Dinas Kesehatan').last().waitFor()
    await button(page, 'Hapus saringan').click()
    await choose(page, page, 'Tindakan', 'Mencari')
    await button(page, 'Saring').click()
    await table.getByText('Mencari').first().waitFor()
    expect(await table.innerText()).not.toContain('3274014505900017')
    await table
      .getByRole('button', { name: /^Hanya orang ini: Dewi Lestari/ })
      .first()
      .click()
    await table.getByText('Dewi Lestari').last().waitFor()
  })

  test('is checked from the first entry to the last', async () => {
    const page = await world.open({ as: 'auditor' })
    await page.goto('/pengaturan/audit')
    await button(page, 'Periksa sekarang').click()
    await page.getByText('Log utuh').waitFor()
    await page.getByText(/^\d+:[0-9a-f]{64}$/).waitFor()
    await expectAccessible(page)
    await takeScreenshot(page, 'audit-utuh-id-light-1280')
  })

  test('shows an officer only the own entries, and no check', async () => {
    const page = await world.open({ as: 'petugas' })
    await page.goto('/pengaturan/audit')
    const table = page.getByRole('table', { name: 'Log audit' })
    await table.getByText('Dewi Lestari').last().waitFor()
    expect(await button(page, 'Periksa sekarang').count()).toBe(0)
    expect(await table.innerText()).not.toContain('Admin Dinas Kesehatan')
    expect(await page.getByRole('link', { name: 'Pengaturan', exact: true }).count()).toBe(0)
  })
})

describe('a step that wants a fresh sign-in', () => {
  /** Signed in longer ago than such a step allows. */
  async function openLate(): Promise<Page> {
    const page = await world.open()
    const data = { username: 'admin', password: DEMO_PASSWORD }
    await page.context().request.post('/api/auth/sign-in/username', { data })
    await onServer(world.databaseUrl, `update auth_session set created_at = now() - interval '16 minutes'`)
    await page.goto('/pengaturan/webhook')
    return page
  }
  async function fillIn(page: Page, description: string): Promise<void> {
    await button(page, 'Webhook baru').click()
    const form = dialog(page, 'Webhook baru')
    await field(form, 'Alamat penerima').fill('https://penerima.example/kabar')
    await field(form, 'Keterangan').fill(description)
    await button(form, 'Buat webhook').click()
  }

  test('goes on by itself once the password was typed', async () => {
    const page = await openLate()
    await fillIn(page, 'Dasbor provinsi')
    const again = dialog(page, 'Masuk lagi untuk langkah ini')
    await again.waitFor()
    await expectAccessible(page)
    await takeScreenshot(page, 'masuk-lagi-id-light-1280')
    await field(again, 'Kata sandi').fill(DEMO_PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByText('Rahasia webhook').waitFor()
    expect(await secretOf(page)).not.toBe('')
    const { items } = await (await admin()).must('GET', '/api/v1/webhooks')
    expect(items.map(({ description }: { description: string }) => description)).toEqual(['Dasbor provinsi'])
  })

  test('is left undone when somebody turns back, and what was typed stays', async () => {
    const page = await openLate()
    await fillIn(page, 'Dasbor kota')
    await button(dialog(page, 'Masuk lagi untuk langkah ini'), 'Batal').click()
    const form = dialog(page, 'Webhook baru')
    await form.getByRole('alert').waitFor()
    expect(await field(form, 'Keterangan').inputValue()).toBe('Dasbor kota')
  })
})

test('a webhook is tested, paused and resumed', async () => {
  const { webhook } = await (await admin()).must('POST', '/api/v1/webhooks', {
    url: 'https://penerima.example/uji',
    events: ['message.inbound'],
    description: 'Untuk diuji',
  })
  const page = await world.open({ as: 'admin' })
  await page.goto('/pengaturan/webhook')
  const section = page.getByRole('region', { name: 'Untuk diuji' })
  await button(section, 'Kirim uji coba').click()
  await section.getByText('Uji coba dikirim').waitFor()
  await button(section, 'Jeda').click()
  await section.getByText('Dijeda oleh admin').waitFor()
  await button(section, 'Lanjutkan').click()
  await section.getByText('Berjalan').waitFor()
  await button(section, 'Pengiriman').click()
  await section.getByRole('table', { name: 'Pengiriman' }).getByText('ping', { exact: false }).first().waitFor()
  await (await admin()).must('DELETE', `/api/v1/webhooks/${webhook.id}`)
})

test('a message is shown as it is written, in both renderings', async () => {
  const page = await world.open({ as: 'supervisor' })
  await page.goto('/pengaturan/templat')
  await page.getByText('semuanya baik').waitFor()
  await choose(page, page, 'Pesan', 'Memenuhi syarat')
  const section = page.getByRole('region', { name: 'Memenuhi syarat' })
  await section.getByText('puntadewa_eligible_v1').waitFor()
  expect(await section.getByText('Memenuhi syarat belum berarti aktif.').count()).toBe(2)
})

test('somebody sets up a second factor, renews its codes, removes it and changes the password', async () => {
  const account = await createAccount()
  const page = await world.open()
  await signInOn(page, account.username, account.password)
  await button(page, `Akun ${account.displayName}`).click()
  await page.getByRole('menuitem', { name: 'Keamanan akun' }).click()
  const factor = page.getByRole('region', { name: 'Verifikasi dua langkah' })
  await field(factor, 'Kata sandi').fill(account.password)
  await button(factor, 'Mulai').click()
  const told = await factor.getByText('Atau ketik kunci ini').innerText()
  const secret = told.split(' ').at(-1) ?? ''
  await field(factor, 'Kode').fill(totpOf(`otpauth://totp/akun?secret=${secret}`))
  await button(factor, 'Selesai').click()
  await factor.getByText('Terpasang', { exact: true }).waitFor()
  await button(factor, 'Kode cadangan baru').click()
  await field(factor, 'Kata sandi sekarang').fill(account.password)
  await page.keyboard.press('Enter')
  await factor.getByText('Kode cadangan Anda yang baru').waitFor()
  expect(await factor.getByRole('listitem').count()).toBe(10)
  await button(factor, 'Lepas verifikasi').click()
  await field(factor, 'Kata sandi sekarang').fill(account.password)
  await page.keyboard.press('Enter')
  await factor.getByText('Belum terpasang').waitFor()

  const own = page.getByRole('region', { name: 'Ganti kata sandi' })
  const next = `gunung-biru-${randomUUID()}`
  await field(own, 'Kata sandi sekarang').fill(account.password)
  await field(own, 'Kata sandi baru').fill(next)
  await field(own, 'Ulangi kata sandi baru').fill(next)
  await page.keyboard.press('Enter')
  await own.getByText('Kata sandi sudah diganti.').waitFor()
  await signIn(world.address, account.username, next)
})
