import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import { registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectAccessible,
  expectForEverybody,
  expectNoOverflow,
  openConsoleWorld,
} from '../../support/console/console.ts'
import { makeMember } from '../../support/intake-body.ts'

let world: ConsoleWorld
let receiptNumber: string
beforeAll(async () => {
  world = await openConsoleWorld()
  receiptNumber = (await registerCase(world.address, { members: [makeMember({ fullName: 'WARGA KOLOM' })] }))
    .receiptNumber
})
afterAll(() => world.close())

const header = (page: Page, name: string) => page.getByRole('columnheader', { name })
const row = (page: Page) => page.getByRole('row', { name: /WARGA KOLOM/ })
const columnsIn = (page: Page): string => new URL(page.url()).searchParams.get('columns') ?? ''

test('columns are chosen by keyboard, and the address holds them', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto('/usulan')
  await row(page).waitFor()
  expect(columnsIn(page)).toBe('')
  expect(await header(page, 'Antrean').count()).toBe(0)
  await header(page, 'Nomor pendaftaran').waitFor()

  await page.getByRole('button', { name: 'Kolom' }).focus()
  await page.keyboard.press('Enter')
  const chooser = page.getByRole('dialog', { name: 'Kolom' })
  const choice = (name: string) => chooser.getByRole('checkbox', { name, exact: true })
  await choice('Antrean').waitFor()
  expect(await choice('Nomor pendaftaran').isChecked()).toBe(true)
  expect(await choice('Antrean').isChecked()).toBe(false)
  await expectAccessible(page)
  await choice('Antrean').focus()
  await page.keyboard.press('Space')
  await header(page, 'Antrean').waitFor()
  // It stays open for the next one.
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await header(page, 'Nomor pendaftaran').waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await chooser.waitFor({ state: 'hidden' })
  await row(page).getByRole('cell', { name: 'Baru', exact: true }).waitFor()
  expect(columnsIn(page)).toContain('queue')
  expect(columnsIn(page)).not.toContain('receiptNumber')

  await page.reload()
  await header(page, 'Antrean').waitFor()
  expect(await row(page).innerText()).not.toContain(receiptNumber)
  await page.getByRole('button', { name: 'Kolom' }).click()
  await page.getByRole('button', { name: 'Kembalikan ke kolom biasa' }).click()
  await header(page, 'Nomor pendaftaran').waitFor()
  expect(columnsIn(page)).toBe('')
})

test('a view keeps its columns, for oneself and for those it is shared with', async () => {
  const page = await world.open({ as: 'supervisor' })
  await page.goto('/usulan?columns=["queue","dueAt"]&state=["in_review"]')
  await header(page, 'Antrean').waitFor()
  await page.getByRole('button', { name: 'Tampilan tersimpan' }).click()
  await page.getByRole('menuitem', { name: 'Simpan tampilan ini' }).click()
  await page.getByRole('textbox', { name: 'Nama', exact: true }).fill('Menurut antrean')
  await page.getByRole('combobox', { name: 'Dibagikan kepada' }).click()
  await page.getByRole('option', { name: 'Semua orang di wilayah saya' }).click()
  await page.getByRole('button', { name: 'Simpan', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  const session = await signIn(world.address, 'supervisor', DEMO_PASSWORD)
  const [view] = (await session.must('GET', '/api/v1/views')).items
  expect([...view.columns].sort()).toEqual(['dueAt', 'fullName', 'queue'])

  const colleague = await world.open({ as: 'verifikator' })
  await colleague.goto('/usulan')
  await header(colleague, 'Nomor pendaftaran').waitFor()
  await colleague.getByRole('button', { name: 'Tampilan tersimpan' }).click()
  await colleague.getByRole('menuitem', { name: /^Menurut antrean \(oleh/ }).click()
  await header(colleague, 'Antrean').waitFor()
  expect(await header(colleague, 'Nomor pendaftaran').count()).toBe(0)
  expect(columnsIn(colleague)).toContain('queue')
  await expectForEverybody(colleague, 'usulan-kolom')
})

test('an address that names no column, state or filter of ours shows the usual list', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto('/usulan?columns=["rahasia"]&state=["terbang"]&entah=1')
  await row(page).waitFor()
  await header(page, 'Nomor pendaftaran').waitFor()
})

test('a phone keeps its cards, whatever is chosen', async () => {
  const page = await world.open({ as: 'verifikator', phone: true })
  await page.goto('/usulan?columns=["queue","dueAt"]')
  await row(page).getByText('Menunggu verifikasi').waitFor()
  expect(await page.getByRole('button', { name: 'Kolom' }).isVisible()).toBe(false)
  expect(await row(page).getByRole('cell').count()).toBe(2)
  await expectNoOverflow(page)
})
