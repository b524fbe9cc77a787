import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { expect } from 'vitest'
import type { Family } from './family.ts'
import { sessionOf } from './sessions.ts'

/** Where a household that was taken in has its page. */
export const RESULT = /\/pendaftaran\/[0-9a-f-]{36}$/

/** What has the focus, as people read it. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const at = document.activeElement
    return at?.labels?.[0]?.textContent ?? at?.getAttribute('aria-label') ?? at?.textContent ?? ''
  })()`)

/** Types and presses keys as an officer without a mouse does, and counts both. */
export function useKeyboard(page: Page) {
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

export async function openForm(page: Page): Promise<void> {
  await page.goto('/pendaftaran')
  await page.getByRole('combobox', { name: 'Kelurahan/desa' }).waitFor()
}

export const member = (page: Page, position: number) =>
  page.getByRole('group', { name: `Anggota ${position}`, exact: true })

export const textbox = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })
export const checkbox = (page: Page, name: RegExp) => page.getByRole('checkbox', { name })
export const registerButton = (page: Page) => page.getByRole('button', { name: /^(?:Daftarkan|Register)/ })

export async function fillMember(page: Page, position: number, { nik, fullName }: { nik: string; fullName: string }) {
  const row = member(page, position)
  await row.getByRole('textbox', { name: 'NIK' }).fill(nik)
  await row.getByRole('textbox', { name: 'Nama lengkap' }).fill(fullName)
  await row.getByRole('combobox', { name: 'Tempat lahir' }).fill('CIREBON')
}

export async function chooseVillage(page: Page, typed: string, name: RegExp): Promise<void> {
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
export async function fillHousehold(page: Page, { familyCardNumber, phone, members: [head] }: Family): Promise<void> {
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
export async function registeredOn(address: string, { familyCardNumber }: Family): Promise<string[]> {
  const officer = await sessionOf(address, 'petugas')
  const { members } = await officer.must('POST', '/api/v1/households/lookup', { familyCardNumber })
  return members.map(({ fullName }: { fullName: string }) => fullName)
}

/** The browser's own dialog is no part of the page: what it gives back is. */
export async function choosePhoto(page: Page, title: string): Promise<void> {
  const buffer = await sharp({ create: { width: 900, height: 600, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
  const input = page.getByRole('group', { name: title }).locator('input[type="file"]').last()
  await input.setInputFiles({ name: 'kk.jpg', mimeType: 'image/jpeg', buffer })
}

export const savedDraft = (page: Page) => page.getByText('Draf tersimpan, tersegel')

export const villageBox = (page: Page) => page.getByRole('combobox', { name: 'Kelurahan/desa' })

/** How many entries and keys this browser keeps. */
export const countKept = (page: Page): Promise<number> =>
  page.evaluate(`(async () => {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open('puntadewa')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const count = (name) => new Promise((resolve, reject) => {
      const request = database.transaction(name).objectStore(name).count()
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const counts = await Promise.all([...database.objectStoreNames].map(count))
    database.close()
    return counts.reduce((sum, one) => sum + one, 0)
  })()`)

/** Chooses a file as the browser's own dialog would. */
export async function chooseFile(page: Page, title: string, file: Buffer, mimeType: string): Promise<void> {
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: new RegExp(`^(?:Pilih berkas|Ganti): ${title}`) }).click()
  const chooser = await choosing
  await chooser.setFiles({ name: 'foto', mimeType, buffer: file })
}

/** Where a field stands on the screen. */
export async function topOf(page: Page, name: string): Promise<number> {
  const box = await textbox(page, name).boundingBox()
  expect(box).not.toBeNull()
  return box?.y ?? Number.NaN
}
