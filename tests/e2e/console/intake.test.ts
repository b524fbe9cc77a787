import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectAccessible,
  expectNoOverflow,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'
import { type Family, type FamilyMember, makeFamily, teachMember } from '../../support/console/family.ts'
import { makeIntakeBody } from '../../support/intake-body.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

const RESULT = /\/pendaftaran\/[0-9a-f-]{36}$/

/** What has the focus, as people read it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const at = document.activeElement
    return at?.labels?.[0]?.textContent ?? at?.getAttribute('aria-label') ?? at?.textContent ?? ''
  })()`)

/** Types and presses keys as an officer without a mouse does, and counts both. */
function useKeyboard(page: Page) {
  const counts = { typed: 0, pressed: 0, fields: 0 }
  return {
    counts,
    async press(key: string, times = 1) {
      for (let index = 0; index < times; index += 1) await page.keyboard.press(key)
      counts.pressed += times
    },
    async type(text: string) {
      await page.keyboard.type(text)
      counts.typed += text.length
      counts.fields += 1
    },
    at: (label: string) => expect.poll(() => focused(page), { timeout: 30_000 }).toContain(label),
  }
}

async function openForm(page: Page): Promise<void> {
  await page.goto('/pendaftaran')
  await page.getByRole('combobox', { name: 'Kelurahan/desa' }).waitFor()
}

const member = (page: Page, position: number) => page.getByRole('group', { name: `Anggota ${position}`, exact: true })

const textbox = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })
const checkbox = (page: Page, name: RegExp) => page.getByRole('checkbox', { name })
const registerButton = (page: Page) => page.getByRole('button', { name: /^(?:Daftarkan|Register)/ })

async function fillMember(page: Page, position: number, { nik, fullName }: { nik: string; fullName: string }) {
  const row = member(page, position)
  await row.getByRole('textbox', { name: 'NIK' }).fill(nik)
  await row.getByRole('textbox', { name: 'Nama lengkap' }).fill(fullName)
  await row.getByRole('combobox', { name: 'Tempat lahir' }).fill('CIREBON')
}

async function chooseVillage(page: Page, typed: string, name: RegExp): Promise<void> {
  const box = page.getByRole('combobox', { name: 'Kelurahan/desa' })
  await box.fill(typed)
  // An answer about a person that comes late moves what is below it, and a list is shown only beside a field in view.
  await expect
    .poll(async () => {
      await box.scrollIntoViewIfNeeded()
      return page.getByRole('option', { name }).isVisible()
    })
    .toBe(true)
  await page.getByRole('option', { name }).click()
}

/** One person, everything in place; only the button is not pressed. */
async function fillHousehold(page: Page, { familyCardNumber, phone, members: [head] }: Family): Promise<void> {
  await textbox(page, 'Nomor KK').fill(familyCardNumber)
  await fillMember(page, 1, head ?? { nik: '', fullName: '' })
  await chooseVillage(page, 'kesend', /^Kesenden/)
  await textbox(page, 'Jalan').fill('Jl. Siliwangi 10')
  await textbox(page, 'RT').fill('1')
  await textbox(page, 'RW').fill('2')
  await textbox(page, 'Nomor WhatsApp').fill(phone)
  for (const name of [/dibacakan ulang/, /bersedia keluarganya/, /setuju kabar/, /asli sudah saya lihat/]) {
    await checkbox(page, name).check()
  }
}

/** Who is registered on a KK, as the demo's officer sees it. */
async function registeredOn({ familyCardNumber }: Family): Promise<string[]> {
  const officer = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  const { members } = await officer.must('POST', '/api/v1/households/lookup', { familyCardNumber })
  return members.map(({ fullName }: { fullName: string }) => fullName)
}

/** Everything that this browser keeps for the page, as somebody would read it who sits down before it. */
const readDevice = (page: Page): Promise<string> =>
  page.evaluate(`(async () => {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open('puntadewa')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const read = (name) => new Promise((resolve, reject) => {
      const request = database.transaction(name).objectStore(name).getAll()
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const rows = await Promise.all([...database.objectStoreNames].map(read))
    database.close()
    const isExtractable = rows.flat().some(({ key }) => key?.extractable)
    const text = JSON.stringify(rows.flat(), (_, value) =>
      value instanceof ArrayBuffer || ArrayBuffer.isView(value)
        ? new TextDecoder('latin1').decode(value)
        : value)
    return [rows.flat().length + ' rows', 'extractable: ' + isExtractable, text,
      JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })].join(' ')
  })()`)

/** The browser's own dialog is no part of the page: what it gives back is. */
async function choosePhoto(page: Page, title: string): Promise<void> {
  const buffer = await sharp({ create: { width: 900, height: 600, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
  const input = page.getByRole('group', { name: title }).locator('input[type="file"]').last()
  await input.setInputFiles({ name: 'kk.jpg', mimeType: 'image/jpeg', buffer })
}

const savedDraft = (page: Page) => page.getByText('Draf tersimpan, tersegel')

test('a family of five by keyboard alone, one of them active already and one inactive', async () => {
  const family = makeFamily()
  const [father, mother, son, daughter, grandmother] = family.members as [
    FamilyMember,
    FamilyMember,
    FamilyMember,
    FamilyMember,
    FamilyMember,
  ]
  await teachMember(world.mockAddress, mother, true)
  await teachMember(world.mockAddress, grandmother, false)
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  const keys = useKeyboard(page)
  const row = (position: number) => member(page, position)

  await keys.at('Nomor KK')
  await keys.type(family.familyCardNumber)
  await page.getByText('KK ini belum pernah didaftarkan').waitFor()
  await keys.press('Enter')

  const enterMember = async ({ nik, fullName }: FamilyMember, birthPlace: string): Promise<void> => {
    await keys.at('NIK')
    await keys.type(nik)
    await keys.press('Enter')
    await keys.at('Nama lengkap')
    await keys.type(fullName)
    await keys.press('Enter')
    await keys.at('Hubungan keluarga')
    await keys.press('Enter')
    await keys.at('Tempat lahir')
    await keys.type(birthPlace)
  }
  await enterMember(father, 'Cirebon')
  expect(await row(1).getByRole('textbox', { name: 'Tanggal lahir' }).inputValue()).toBe('14-03-1985')
  expect(await row(1).getByRole('combobox', { name: 'Jenis kelamin' }).inputValue()).toBe('male')
  await row(1)
    .getByText(/NIK terbit di Kec\. .+Cirebon/i)
    .waitFor()
  await row(1).getByText('Belum menjadi peserta').waitFor()

  await keys.press('Control+Enter')
  await keys.at('NIK')
  await keys.type(mother.nik)
  // Told before anything else is asked.
  await row(2).getByText('Sudah aktif').waitFor()
  await keys.press('Enter')
  await keys.type(mother.fullName)
  await keys.press('Enter', 2)
  await keys.at('Tempat lahir')
  await keys.type('Cirebon')
  await keys.press('Enter', 4)
  await keys.at('Diusulkan')
  await keys.press('Space')
  expect(await row(2).getByRole('combobox', { name: 'Hubungan keluarga' }).inputValue()).toBe('istri')

  for (const child of [son, daughter]) {
    await keys.press('Control+Enter')
    await enterMember(child, 'Cirebon')
  }
  await keys.press('Control+Enter')
  await keys.at('NIK')
  await keys.type(grandmother.nik)
  await keys.press('Enter')
  await keys.type(grandmother.fullName)
  await keys.press('Enter')
  await keys.at('Hubungan keluarga')
  // The browser's own list: its first letters choose.
  await page.keyboard.type('Orang')
  keys.counts.pressed += 2
  await expect.poll(() => row(5).getByRole('combobox', { name: 'Hubungan keluarga' }).inputValue()).toBe('orang_tua')
  expect(await row(5).getByRole('textbox', { name: 'Tanggal lahir' }).inputValue()).toBe('17-08-1955')
  await row(5).getByText('Peserta tidak aktif').waitFor()
  await row(5).getByText('NON AKTIF KARENA PREMI').waitFor()
  await keys.press('Enter')
  await keys.type('Kuningan')
  await keys.press('Enter', 3)
  await keys.at('Status perkawinan')
  await page.keyboard.type('Cerai m')
  keys.counts.pressed += 7
  await expect.poll(() => row(5).getByRole('combobox', { name: 'Status perkawinan' }).inputValue()).toBe('cerai_mati')
  await keys.press('Enter', 3)
  await keys.at('Tambah anggota')
  await keys.press('Tab')
  await keys.at('Kelurahan/desa')
  await keys.type('kejak')
  await page.getByRole('option', { name: /^Kejaksan/ }).waitFor()
  await keys.press('Enter')
  await expect.poll(() => page.getByRole('combobox', { name: 'Kelurahan/desa' }).inputValue()).toMatch(/^Kejaksan/)
  await keys.press('Enter', 2)
  await keys.at('Jalan')
  await keys.type('Jl. Siliwangi 10')
  await keys.press('Enter')
  await keys.type('1')
  await keys.press('Enter')
  await keys.type('2')
  await keys.press('Enter', 2)
  await keys.at('Nomor WhatsApp')
  await keys.type(family.phone)
  await keys.press('Enter', 2)
  await keys.at('sudah dibacakan ulang')
  await keys.press('Space')
  await keys.press('Tab')
  await keys.at('Pilih berkas: Foto KK')
  await choosePhoto(page, 'Foto KK')
  const shown = page.getByRole('img', { name: 'Foto KK' })
  await shown.waitFor()
  await expect
    .poll(() => page.evaluate('document.querySelector(\'img[alt="Foto KK"]\').naturalWidth'))
    .toBeGreaterThan(0)
  await keys.at('Foto KK')
  await keys.press('Tab', 5)
  await keys.at('Teks persetujuan')
  await keys.press('Tab')
  await keys.at('bersedia keluarganya')
  await keys.press('Space')
  await keys.press('Tab')
  await keys.press('Space')
  await keys.press('Tab')
  await keys.at('asli sudah saya lihat')
  await keys.press('Space')
  await keys.press('Tab')
  await keys.at('Daftarkan')
  await keys.press('Enter')
  await expect.poll(() => page.url(), { timeout: 30_000 }).toMatch(RESULT)

  const { pressed, typed, fields } = keys.counts
  console.log(`a family of five: ${fields} fields typed (${typed} characters), ${pressed} other keys`)
  expect(fields).toBeLessThanOrEqual(24)
  expect(pressed).toBeLessThanOrEqual(85)

  // The mother is listed, the grandmother goes on to reactivation, and the receipt names nobody.
  await page.getByText(`${mother.fullName} · tercatat`).waitFor()
  await page.getByText('Perlu reaktivasi').waitFor({ timeout: 60_000 })
  const receipt = page.getByRole('region', { name: 'Tanda terima pendaftaran JKN' })
  expect(await receipt.textContent()).toMatch(/PDW-3274-\d{4}-\d{6}-/)
  for (const { fullName, nik } of family.members) expect(await receipt.textContent()).not.toMatch(`${fullName}|${nik}`)
  expect(await receipt.getByRole('img', { name: 'Kode QR halaman status' }).getAttribute('src')).toContain('svg')
  expect(await registeredOn(family)).toHaveLength(4)
  const officer = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  const { items } = await officer.must('GET', `/api/v1/intakes/${page.url().split('/').at(-1)}/documents`)
  expect(items).toMatchObject([{ kind: 'kk', proposalId: null }])
  // The notice; at night it waits.
  await page
    .getByText(/^(?:Menunggu dikirim|Terkirim|Sampai di ponsel|Dibaca)$/)
    .first()
    .waitFor({ timeout: 60_000 })
  await page.getByRole('link', { name: 'Pendaftaran berikutnya' }).click()
  await expect.poll(() => textbox(page, 'Nomor KK').inputValue()).toBe('')
  // The last village is there again.
  await expect.poll(() => page.getByRole('combobox', { name: 'Kelurahan/desa' }).inputValue()).toMatch(/^Kejaksan/)
})

test('what the NIK says otherwise is told at once, and confirmed one by one', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await fillHousehold(page, family)
  const row = member(page, 1)
  await row.getByRole('textbox', { name: 'NIK' }).fill('3274013505900001')
  await row.getByText(/tanggal yang tidak mungkin/).waitFor()
  await row.getByRole('textbox', { name: 'NIK' }).fill(family.members[0]?.nik ?? '')
  await row.getByRole('textbox', { name: 'Tanggal lahir' }).fill('15-03-1985')
  await row.getByRole('combobox', { name: 'Jenis kelamin' }).selectOption('female')
  await row.getByText('NIK tidak cocok dengan tanggal lahir').waitFor()
  await row.getByText('NIK tidak cocok dengan jenis kelamin').waitFor()
  await registerButton(page).click()
  await page.getByText('Ada yang perlu dipastikan').waitFor()
  const [first, second] = [checkbox(page, /cocok dengan tanggal lahir/), checkbox(page, /cocok dengan jenis kelamin/)]
  await first.check()
  await registerButton(page).click()
  expect(page.url()).not.toMatch(RESULT)
  await expect.poll(() => focused(page)).toContain('jenis kelamin')
  await second.check()
  await registerButton(page).click()
  await page.waitForURL(RESULT)
})

test('a fault lands at its field with the focus, and a NIK that is proposed is told by receipt', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await registerButton(page).click()
  await expect.poll(() => focused(page)).toContain('Nomor KK')
  await page.getByText('Nomor KK wajib diisi').waitFor()
  await fillHousehold(page, family)
  await registerButton(page).click()
  await page.waitForURL(RESULT)

  await page.getByRole('link', { name: 'Pendaftaran berikutnya' }).click()
  await textbox(page, 'Nomor KK').fill(family.familyCardNumber)
  await page.getByText('KK ini sudah dikenal').waitFor()
  // A household with a head needs no second one.
  await expect
    .poll(() => member(page, 1).getByRole('combobox', { name: 'Hubungan keluarga' }).inputValue())
    .toBe('anak')
  await fillHousehold(page, family)
  await member(page, 1).getByText('Masih punya usulan yang berjalan').waitFor()
  await registerButton(page).click()
  await expect.poll(() => focused(page)).toContain('NIK')
  await page
    .getByText(/masih punya usulan yang berjalan dengan tanda terima/)
    .first()
    .waitFor()
  expect(await registeredOn(family)).toHaveLength(1)

  const elsewhere = await world.open({ as: 'kader' })
  await openForm(elsewhere)
  await fillMember(elsewhere, 1, family.members[0] ?? { nik: '', fullName: '' })
  await member(elsewhere, 1).getByText('Sudah diusulkan di kantor lain').waitFor()
})

test('a draft survives a reload, is not readable on the device, and is gone when sent or signed out', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await fillHousehold(page, family)
  await savedDraft(page).waitFor()
  await page.reload()
  await expect.poll(() => textbox(page, 'Nomor KK').inputValue()).toBe(family.familyCardNumber)
  expect(await checkbox(page, /bersedia keluarganya/).isChecked()).toBe(true)
  const kept = await readDevice(page)
  expect(kept).toMatch(/^2 rows extractable: false/)
  for (const secret of [
    family.familyCardNumber,
    family.phone,
    'Siliwangi',
    ...family.members.flatMap(({ nik, fullName }) => [nik, fullName]),
  ]) {
    expect(kept).not.toContain(secret)
  }

  // A second one beside it: each is found again.
  await page.getByRole('button', { name: 'Isi formulir lain' }).click()
  await expect.poll(() => textbox(page, 'Nomor KK').inputValue()).toBe('')
  await page.getByText('Draf yang belum dikirim').waitFor()
  await page.getByRole('button', { name: /^Lanjutkan/ }).click()
  await expect.poll(() => textbox(page, 'Nomor KK').inputValue()).toBe(family.familyCardNumber)

  await registerButton(page).click()
  await page.waitForURL(RESULT)
  expect(await readDevice(page)).toMatch(/^1 rows/)

  await page.goto('/pendaftaran')
  await textbox(page, 'Nomor KK').fill(makeFamily().familyCardNumber)
  await savedDraft(page).waitFor()
  await page.getByRole('button', { name: /^Akun/ }).click()
  await page.getByRole('menuitem', { name: 'Keluar' }).click()
  await page.waitForURL(/\/masuk/)
  expect(await readDevice(page)).toMatch(/^0 rows/)
})

test('a session that ends in mid-form asks for the password and goes on', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await fillHousehold(page, family)
  await page.context().clearCookies()
  await registerButton(page).click()
  await page.getByText('Sesi Anda telah berakhir').waitFor()
  await page.getByLabel('Kata sandi').fill(DEMO_PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL(RESULT)
  expect(await registeredOn(family)).toHaveLength(1)
})

test('a server that dies with the answer in its mouth makes neither two households nor none', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await fillHousehold(page, family)
  await savedDraft(page).waitFor()
  await world.restart()
  await page.route(
    '**/api/v1/intakes',
    async (route) => {
      expect((await route.fetch()).status()).toBe(201)
      await world.restart()
      await route.abort()
    },
    { times: 1 },
  )
  await registerButton(page).click()
  await page.getByText('Jawaban server belum diterima').waitFor({ timeout: 60_000 })
  // Even the page may go meanwhile.
  await page.reload()
  await page.waitForURL(RESULT, { timeout: 60_000 })
  expect(await registeredOn(family)).toHaveLength(1)
})

test('without a network typing goes on, and what was sent arrives when it is back', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await textbox(page, 'Nomor KK').fill(family.familyCardNumber)
  await chooseVillage(page, 'kesend', /^Kesenden/)
  await page.getByRole('region', { name: /Teks persetujuan/ }).waitFor()
  await page.context().setOffline(true)
  await page.getByText('Tidak ada jaringan').waitFor()
  const photo = page.getByRole('group', { name: 'Foto KK' })
  await choosePhoto(page, 'Foto KK')
  const again = photo.getByRole('button', { name: 'Unggah lagi' })
  await again.waitFor()
  await fillMember(page, 1, family.members[0] ?? { nik: '', fullName: '' })
  await textbox(page, 'Jalan').fill('Jl. Siliwangi 10')
  await textbox(page, 'RT').fill('1')
  await textbox(page, 'RW').fill('2')
  await textbox(page, 'Nomor WhatsApp').fill(family.phone)
  for (const tick of [/dibacakan ulang/, /bersedia keluarganya/, /setuju kabar/, /asli sudah saya lihat/]) {
    await checkbox(page, tick).check()
  }
  await page.context().setOffline(false)
  await again.click()
  await photo.getByText('Terunggah pukul').waitFor()
  await page.context().setOffline(true)
  await registerButton(page).click()
  await page.getByText('Jawaban server belum diterima').waitFor()
  await page.context().setOffline(false)
  await page.waitForURL(RESULT, { timeout: 60_000 })
  expect(await registeredOn(family)).toHaveLength(1)
})

test('on a slow line nobody waits for a look-up', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  // Slow 3G: 400 kbit/s, an answer after 400 ms.
  const slow = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 }
  await devtools.send('Network.emulateNetworkConditions', slow)
  await openForm(page)
  await fillHousehold(page, family)
  await registerButton(page).click()
  await page.waitForURL(RESULT, { timeout: 60_000 })
  expect(await registeredOn(family)).toHaveLength(1)
})

test('a BPJS that is silent holds nothing up', async () => {
  const family = makeFamily()
  await fetch(`${world.mockAddress}/control/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: '500' }),
  })
  try {
    const page = await world.open({ as: 'petugas' })
    await openForm(page)
    await fillHousehold(page, family)
    await member(page, 1).getByText('Keanggotaan belum dapat diperiksa').waitFor({ timeout: 60_000 })
    await registerButton(page).click()
    await page.waitForURL(RESULT)
  } finally {
    await fetch(`${world.mockAddress}/control/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode: 'none' }),
    })
  }
})

test('the receipt prints on its own paper and on nothing else', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await fillHousehold(page, family)
  await registerButton(page).click()
  await page.waitForURL(RESULT)
  await page.getByRole('region', { name: 'Tanda terima pendaftaran JKN' }).waitFor()
  const sheet = async (): Promise<{ size: string | undefined; pages: number }> => {
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
    const [, width = '', height = ''] = /MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf) ?? []
    const millimetres = (points: string): number => Math.round((Number(points) / 72) * 25.4)
    return {
      size: `${millimetres(width)} x ${millimetres(height)}`,
      pages: pdf.match(/\/Type ?\/Page\b/g)?.length ?? 0,
    }
  }
  expect(await sheet()).toEqual({ size: '105 x 148', pages: 1 })
  await page.getByText('Termal 80 mm').click()
  expect(await sheet()).toEqual({ size: '80 x 200', pages: 1 })
  await page.reload()
  await expect.poll(() => page.getByRole('radio', { name: 'Termal 80 mm' }).isChecked()).toBe(true)
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByRole('link', { name: 'Pendaftaran berikutnya' }).isVisible()).toBe(false)
  expect(await page.getByRole('region', { name: 'Tanda terima pendaftaran JKN' }).isVisible()).toBe(true)
})

test.each([
  { language: 'id', theme: 'light', phone: true },
  { language: 'id', theme: 'light', phone: false },
  { language: 'en', theme: 'dark', phone: true },
  { language: 'en', theme: 'dark', phone: false },
] as const)('registering is for everybody ($language, $theme, phone $phone)', async (look) => {
  const family = makeFamily()
  await teachMember(world.mockAddress, family.members[0] as FamilyMember, true)
  await teachMember(world.mockAddress, family.members[1] as FamilyMember, false)
  const page = await world.open({ as: 'petugas', ...look })
  const isIndonesian = look.language === 'id'
  const suffix = `${look.language}-${look.theme}-${look.phone ? 360 : 1280}`
  const check = async (name: string): Promise<void> => {
    await expectAccessible(page)
    await expectNoOverflow(page)
    await takeScreenshot(page, `${name}-${suffix}`)
  }
  await page.goto('/pendaftaran')
  await page.getByRole('region', { name: isIndonesian ? /Teks persetujuan/ : /Consent text/ }).waitFor()
  await page.getByRole('combobox', { name: isIndonesian ? 'Kelurahan/desa' : 'Village' }).waitFor()
  await check('pendaftaran')
  const nik = (position: number) =>
    page
      .getByRole('group', { name: `${isIndonesian ? 'Anggota' : 'Member'} ${position}`, exact: true })
      .getByRole('textbox', { name: 'NIK' })
  await page
    .getByRole('textbox', { name: isIndonesian ? 'Nomor KK' : 'Family card number' })
    .fill(family.familyCardNumber)
  await nik(1).fill(family.members[0]?.nik ?? '')
  await page.getByRole('button', { name: isIndonesian ? 'Tambah anggota' : 'Add a member' }).click()
  await nik(2).fill(family.members[1]?.nik ?? '')
  await page.getByText(isIndonesian ? 'Sudah aktif' : 'Already active').waitFor()
  await page.getByText(isIndonesian ? 'Peserta tidak aktif' : 'Inactive member').waitFor()
  await registerButton(page).click()
  await page.locator('[data-wrong]').first().waitFor()
  await check('pendaftaran-isian')

  const officer = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  const body = makeIntakeBody()
  const { id } = await officer.must('POST', '/api/v1/intakes', body, { 'idempotency-key': randomUUID() })
  await page.goto(`/pendaftaran/${id}`)
  await page.getByRole('img').first().waitFor()
  await page.getByText(isIndonesian ? 'Kabar WhatsApp' : 'WhatsApp notices').waitFor()
  await check('tanda-terima')
})
