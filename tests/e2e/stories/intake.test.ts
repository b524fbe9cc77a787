import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, DEMO_PASSWORD, openConsoleWorld } from '../../support/console/console.ts'
import { type FamilyMember, makeFamily, teachMember } from '../../support/console/family.ts'
import {
  checkbox,
  choosePhoto,
  chooseVillage,
  fillHousehold,
  fillMember,
  member,
  openForm,
  RESULT,
  registerButton,
  registeredOn,
  savedDraft,
  textbox,
  useKeyboard,
} from '../../support/console/intake-form.ts'
import { sessionOf } from '../../support/console/sessions.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

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
  expect(await registeredOn(world.address, family)).toHaveLength(4)
  const officer = await sessionOf(world.address, 'petugas')
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
  expect(await registeredOn(world.address, family)).toHaveLength(1)
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
  expect(await registeredOn(world.address, family)).toHaveLength(1)
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
  await page.getByText('Tidak ada jaringan').waitFor({ state: 'detached' })
  await again.click()
  await photo.getByText('Terunggah pukul').waitFor()
  await page.context().setOffline(true)
  await registerButton(page).click()
  await page.getByText('Jawaban server belum diterima').waitFor()
  await page.context().setOffline(false)
  await page.waitForURL(RESULT, { timeout: 60_000 })
  expect(await registeredOn(world.address, family)).toHaveLength(1)
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
  expect(await registeredOn(world.address, family)).toHaveLength(1)
})
