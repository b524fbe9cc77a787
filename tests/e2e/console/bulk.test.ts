import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Session, signIn, until } from '../../../scripts/lib/session.ts'
import { type ConsoleWorld, DEMO_PASSWORD, openConsoleWorld } from '../../support/console/console.ts'
import { makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'

const CASES = 30

let world: ConsoleWorld
let officer: Session
let heldId: string
beforeAll(async () => {
  world = await openConsoleWorld()
  officer = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  const ids: string[] = []
  for (let index = 0; index < CASES; index += 1) {
    const birthDate = `${1940 + 2 * index}-03-04`
    const nik = makeNik(birthDate, 'female', String(index + 1).padStart(4, '0'))
    const fullName = `WARGA ${String.fromCharCode(65 + (index % 26)).repeat(3)} ${index < 26 ? 'SATU' : 'DUA'}`
    const body = makeIntakeBody({ channel: 'campaign', members: [makeMember({ fullName, birthDate, nik })] })
    const intake = await officer.must('POST', '/api/v1/intakes', body, { 'idempotency-key': randomUUID() })
    ids.push(intake.proposals[0].id)
  }
  await until(
    () => officer.must('GET', '/api/v1/proposals/count?channel=campaign&state=in_review'),
    ({ total }) => total === CASES,
    120,
  )
  heldId = ids[0] ?? ''
  const supervisor = await signIn(world.address, 'supervisor', DEMO_PASSWORD)
  await supervisor.must('POST', `/api/v1/proposals/${heldId}/claim`, {})
})
afterAll(() => world.close())

const countOf = async (state: string): Promise<number> =>
  (await officer.must('GET', `/api/v1/proposals/count?channel=campaign&state=${state}`)).total
const shown = (page: Page, name: string) => page.locator(`[data-count="${name}"]`)

/** The list by channel, as the filters make it. */
async function filterCampaign(page: Page): Promise<void> {
  await page.goto('/usulan')
  await page.getByRole('button', { name: 'Saringan', exact: true }).click()
  await page.getByRole('combobox', { name: 'Didaftarkan di' }).click()
  await page.getByRole('option', { name: 'Kunjungan rumah' }).click()
  await page.keyboard.press('Escape')
  await page.getByText(`${CASES} usulan`).waitFor()
}

test('thirty cases are returned at once, after a dry run, and taken back', async () => {
  const page = await world.open({ as: 'verifikator' })
  await filterCampaign(page)
  await page.getByRole('link', { name: 'Tindakan massal' }).click()
  await page.getByText('Didaftarkan di: Kunjungan rumah').waitFor()
  await page.getByRole('radio', { name: 'Kembalikan untuk diperbaiki' }).check()
  expect(await page.getByRole('button', { name: 'Uji coba' }).isDisabled()).toBe(true)
  await page.getByRole('checkbox', { name: 'KTP tidak terbaca' }).check()
  await page.getByRole('button', { name: 'Uji coba' }).click()

  await page.getByText('Uji coba selesai').waitFor()
  expect(await shown(page, 'total').innerText()).toBe(String(CASES))
  expect(await shown(page, 'allowed').innerText()).toBe(String(CASES - 1))
  expect(await shown(page, 'refused').innerText()).toBe('1')
  const { receiptNumber } = await officer.must('GET', `/api/v1/proposals/${heldId}`)
  const refused = page.getByRole('row', { name: new RegExp(receiptNumber) })
  await refused.waitFor()
  const cells = await refused.getByRole('cell').allInnerTexts()
  expect(cells.at(-1)?.length).toBeGreaterThan(5)
  expect(await countOf('in_review')).toBe(CASES)

  await page.getByRole('button', { name: `Jalankan untuk ${CASES - 1} usulan` }).click()
  await page.getByText('Selesai sebagian').waitFor()
  expect(await shown(page, 'done').innerText()).toBe(String(CASES - 1))
  expect(await countOf('needs_correction')).toBe(CASES - 1)

  await page.getByRole('button', { name: /^Batalkan semua \(sisa \d+\.\d\d\)$/ }).click()
  await page.getByText('Dibatalkan', { exact: true }).first().waitFor()
  await expect.poll(() => countOf('in_review'), { timeout: 60_000 }).toBe(CASES)
  await expect.poll(() => shown(page, 'undone').innerText()).toBe(String(CASES - 1))
})

test('a view is saved, shared, opened by a colleague, renamed and deleted', async () => {
  const page = await world.open({ as: 'verifikator' })
  await filterCampaign(page)
  await page.getByRole('button', { name: 'Tampilan tersimpan' }).click()
  await page.getByRole('menuitem', { name: 'Simpan tampilan ini' }).click()
  await page.getByRole('textbox', { name: 'Nama', exact: true }).fill('Kunjungan')
  await page.getByRole('combobox', { name: 'Dibagikan kepada' }).click()
  await page.getByRole('option', { name: 'Semua orang di wilayah saya' }).click()
  await page.getByRole('button', { name: 'Simpan', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })

  const colleague = await world.open({ as: 'supervisor' })
  await colleague.goto('/usulan')
  await colleague.getByRole('button', { name: 'Tampilan tersimpan' }).click()
  await colleague.getByRole('menuitem', { name: /^Kunjungan \(oleh/ }).click()
  await colleague.getByText('Didaftarkan di: Kunjungan rumah').waitFor()
  expect(new URL(colleague.url()).searchParams.get('channel')).toContain('campaign')

  await page.getByRole('button', { name: 'Tampilan tersimpan' }).click()
  await page.getByRole('menuitem', { name: 'Ubah tampilan Kunjungan' }).click()
  await page.getByRole('textbox', { name: 'Nama', exact: true }).fill('Rumah')
  await page.getByRole('button', { name: 'Simpan', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Tampilan tersimpan' }).click()
  await page.getByRole('menuitem', { name: 'Ubah tampilan Rumah' }).click()
  await page.getByRole('button', { name: 'Hapus', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  const session = await signIn(world.address, 'verifikator', DEMO_PASSWORD)
  expect(await session.must('GET', '/api/v1/views')).toEqual({ items: [] })
})

test('the list that is shown is downloaded', async () => {
  const page = await world.open({ as: 'verifikator' })
  await filterCampaign(page)
  await page.getByRole('button', { name: 'Ekspor', exact: true }).click()
  await page.getByRole('radio', { name: 'CSV' }).check()
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Unduh' }).click()
  const file = await coming
  expect(file.suggestedFilename()).toMatch(/\.csv$/)
  await page.getByText('Berkas sudah diunduh.').waitFor()
})
