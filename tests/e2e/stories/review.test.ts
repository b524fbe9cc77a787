import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../../scripts/lib/session.ts'
import { addPhoto, makePhoto, type RegisteredCase, registerCase } from '../../support/console/cases.ts'
import { type ConsoleWorld, openConsoleWorld } from '../../support/console/console.ts'
import {
  focusedField,
  giveBack,
  nextNik,
  registerWoman,
  sendCorrection,
  viewAs,
} from '../../support/console/corrections.ts'
import { openFirst } from '../../support/console/review-desk.ts'
import { sessionOf } from '../../support/console/sessions.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

/** Presses keys as a reviewer without a mouse does, and counts them. */
function countKeys(page: Page) {
  let pressed = 0
  return {
    async press(key: string) {
      pressed += 1
      await page.keyboard.press(key)
    },
    count: () => pressed,
  }
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })

async function stateOf({ id }: RegisteredCase): Promise<string> {
  const session = await sessionOf(world.address, 'supervisor')
  return (await session.must('GET', `/api/v1/proposals/${id}`)).state
}

test('a reviewer clears the queue by keyboard alone, each case within eight keys', async () => {
  const names = ['ENOK SULASTRI', 'NENENG HASANAH', 'CUCU SURYATI']
  for (const name of names) await registerWoman(world.address, name)
  const session = await sessionOf(world.address, 'verifikator')
  const waiting = async (): Promise<number> =>
    (await session.must('GET', '/api/v1/proposals?queue=new_review')).items.length
  const page = await world.open({ as: 'verifikator' })
  await openFirst(page)
  const keys = countKeys(page)
  await keys.press('n')
  for (const name of names) {
    await heading(page, name).waitFor()
    await page.getByRole('button', { name: 'Memenuhi syarat' }).waitFor()
    const at = page.url()
    await keys.press('m')
    await keys.press('Enter')
    await expect.poll(() => page.url()).not.toBe(at)
  }
  await page.getByText('Tidak ada berkas di antrean ini.').waitFor()
  expect(await waiting()).toBe(0)
  expect(keys.count()).toBeLessThanOrEqual(8 * names.length)
})

test('a clean case takes three keys, and the next one is there at once', async () => {
  const first = await registerCase(world.address)
  const second = await registerCase(world.address)
  const page = await world.open({ as: 'verifikator' })
  await openFirst(page)
  const keys = countKeys(page)
  await keys.press('n')
  await page.getByRole('button', { name: 'Memenuhi syarat' }).waitFor()
  expect(page.url()).toContain(first.id)
  await keys.press('m')
  await keys.press('Enter')
  await expect.poll(() => page.url()).toContain(second.id)
  expect(keys.count()).toBeLessThanOrEqual(8)
  await expect.poll(() => stateOf(first)).toBe('eligible')

  // And back, while the resident has been told nothing.
  await page.getByRole('button', { name: /^Batalkan/ }).waitFor()
  await page.keyboard.press('z')
  await expect.poll(() => page.url()).toContain(first.id)
  await expect.poll(() => stateOf(first)).toBe('in_review')
  const officer = await sessionOf(world.address, 'petugas')
  const { items } = await officer.must('GET', `/api/v1/proposals/${first.id}/messages`)
  const told = items.filter(({ template }: { template: string }) => template === 'eligible')
  expect(told.map(({ body, sentAt }: { body: string | null; sentAt: string | null }) => [body, sentAt])).toEqual([
    [null, null],
  ])
  await page.getByRole('button', { name: 'Memenuhi syarat' }).waitFor()
  await page.keyboard.press('l')
  await heading(page, 'Baru').waitFor()
})

test('an unreadable KTP goes back to the officer within six keys', async () => {
  const page = await world.open({ as: 'verifikator' })
  await openFirst(page)
  const keys = countKeys(page)
  await keys.press('n')
  await page.getByRole('button', { name: 'Kembalikan untuk diperbaiki' }).waitFor()
  const id = page.url().split('/').at(-1) ?? ''
  await keys.press('k')
  await keys.press('1')
  expect(await page.getByRole('checkbox', { name: 'KTP tidak terbaca' }).isChecked()).toBe(true)
  await keys.press('Enter')
  await expect.poll(() => page.url()).not.toContain(id)
  expect(keys.count()).toBeLessThanOrEqual(6)
  const session = await sessionOf(world.address, 'supervisor')
  const { state, history } = await session.must('GET', `/api/v1/proposals/${id}`)
  expect(state).toBe('needs_correction')
  expect(history.at(-1).reasons).toEqual([
    expect.objectContaining({ code: 'KTP_TIDAK_TERBACA', field: 'documents.ktp' }),
  ])
})

test('two browsers race for one case: one gets it, the other the next', async () => {
  await Promise.all([registerCase(world.address), registerCase(world.address)])
  const pages = await Promise.all([world.open({ as: 'verifikator' }), world.open({ as: 'supervisor' })])
  await Promise.all(pages.map(openFirst))
  await Promise.all(pages.map((page) => page.keyboard.press('n')))
  await Promise.all(pages.map((page) => page.getByRole('button', { name: 'Memenuhi syarat' }).waitFor()))
  const [left, right] = pages.map((page) => page.url().split('/').at(-1))
  expect(left).not.toBe(right)
  for (const page of pages) {
    await page.keyboard.press('l')
    await heading(page, 'Baru').waitFor()
  }
})

test('a returned case is corrected, and the reviewer who returned it sees old and new', async () => {
  const one = await registerWoman(world.address, 'RINA MARLINA')
  await addPhoto(world.address, 'ktp', one.id, await makePhoto('#808080'))
  const before = await viewAs(world.address, 'verifikator', one)

  const reviewer = await world.open({ as: 'verifikator' })
  await reviewer.goto(`/antrean/new_review/${one.id}`)
  await reviewer.getByRole('button', { name: 'Ambil berkas ini' }).click()
  await reviewer.getByRole('button', { name: 'Kembalikan untuk diperbaiki' }).click()
  await reviewer.getByRole('checkbox', { name: 'Data NIK berbeda' }).check()
  await reviewer.getByRole('checkbox', { name: 'KTP tidak terbaca' }).check()
  await reviewer.getByRole('button', { name: 'Putuskan' }).click()
  await until(
    () => viewAs(world.address, 'petugas', one),
    ({ state }) => state === 'needs_correction',
  )

  const officer = await world.open({ as: 'petugas' })
  await officer.goto('/perbaikan')
  await officer.getByRole('link', { name: 'RINA MARLINA' }).click()
  await expect.poll(() => focusedField(officer)).toBe('nik')
  await officer.getByText('Data NIK berbeda').first().waitFor()

  // Nothing is sent while something that was asked for is untouched; it is said at its field.
  const nik = nextNik()
  await officer.getByRole('textbox', { name: 'NIK' }).fill(nik)
  await sendCorrection(officer)
  const asked = officer.getByRole('group', { name: 'Foto KTP' })
  await asked.getByText(/belum diubah/).waitFor()
  await asked.locator('input[type="file"]').setInputFiles({
    name: 'ktp.jpg',
    mimeType: 'image/jpeg',
    buffer: await makePhoto('#2040a0'),
  })
  await asked.getByRole('img', { name: 'Foto baru: KTP' }).waitFor()
  expect(await officer.getByRole('textbox', { name: 'NIK' }).inputValue()).toBe(nik)
  await sendCorrection(officer)
  await officer.getByText('Perbaikan terkirim').waitFor()

  const after = await until(
    () => viewAs(world.address, 'verifikator', one),
    ({ state }) => state === 'in_review',
  )
  expect(after.version).toBe(2)
  expect(after.flags).toContain('resubmitted')
  expect(after.submittedAt).toBe(before.submittedAt)
  const session = await sessionOf(world.address, 'verifikator')
  const me = await session.must('GET', '/api/v1/me')
  const { items } = await session.must('GET', '/api/v1/proposals?queue=resubmitted')
  expect(items).toEqual([
    expect.objectContaining({ id: one.id, reservedFor: me.userId, submittedAt: before.submittedAt }),
  ])

  await reviewer.goto(`/antrean/resubmitted/${one.id}`)
  const corrected = reviewer.getByRole('region', { name: 'Yang diperbaiki' })
  const row = corrected.getByRole('row', { name: /^NIK/ })
  await row.waitFor()
  const [, left, right] = await row.getByRole('cell').or(row.getByRole('rowheader')).allInnerTexts()
  expect(left).toContain(String(one.body.members[0]?.nik).slice(-4))
  expect(right).toContain(nik.slice(-4))
  await expect.poll(() => corrected.getByRole('img', { name: /^KTP/ }).count()).toBe(2)
})

test('a resident asks on an old phone, without script, where the case stands and what is missing', async () => {
  const one = await registerWoman(world.address, 'OOM KOMARIAH')
  const context = await world.browser.newContext({
    baseURL: world.address,
    viewport: { width: 360, height: 740 },
    locale: 'id-ID',
    javaScriptEnabled: false,
  })
  const page = await context.newPage()
  const ask = async (): Promise<void> => {
    await page.goto('/status')
    await page.getByLabel('Nomor tanda terima').fill(one.receiptNumber)
    await page.getByLabel('Empat angka terakhir nomor WhatsApp').fill(one.body.whatsappNumber.slice(-4))
    await page.getByRole('button', { name: 'Lihat status' }).click()
  }
  await ask()
  await page.getByText('Sedang diperiksa', { exact: true }).waitFor()
  await giveBack(world.address, one, [{ code: 'KTP_TIDAK_TERBACA' }])
  await ask()
  await page.getByText('Perlu dilengkapi', { exact: true }).waitFor()
  expect(await page.content()).not.toContain(one.fullName)
  await context.close()
})
