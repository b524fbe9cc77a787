import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Session, signIn } from '../../../scripts/lib/session.ts'
import { registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectForEverybody,
  openConsoleWorld,
} from '../../support/console/console.ts'
import { makeMember } from '../../support/intake-body.ts'

const HOLDER = 'Agus Salim (verifikator)'
const HELD = /Dipegang oleh Agus Salim \(verifikator\) \(sampai \d\d\.\d\d\)/

let world: ConsoleWorld
let reviewer: Session
let id: string
beforeAll(async () => {
  world = await openConsoleWorld()
  reviewer = await signIn(world.address, 'verifikator', DEMO_PASSWORD)
  id = (await registerCase(world.address, { members: [makeMember({ fullName: 'WARGA DIPEGANG' })] })).id
  await reviewer.must('POST', `/api/v1/proposals/${id}/claim`, {})
})
afterAll(() => world.close())

const rowOf = (page: Page) => page.getByRole('row', { name: /WARGA DIPEGANG/ })

test('who holds a case, and until when, stands in the list, in the queue and on the case, where a supervisor takes it over', async () => {
  const page = await world.open({ as: 'supervisor' })
  await page.goto('/usulan?q=WARGA DIPEGANG')
  await rowOf(page).getByText(HELD).waitFor()

  await page.goto('/antrean/new_review')
  await rowOf(page).getByText(HELD).waitFor()
  await expectForEverybody(page, 'antrean-dipegang')
  await page.getByRole('link', { name: 'WARGA DIPEGANG' }).click()
  await page.getByText('Berkas ini tidak sedang Anda pegang').waitFor()
  await page.getByText(HELD).waitFor()

  await page.goto(`/usulan/${id}`)
  await page.getByText(HELD).waitFor()
  await page.getByRole('button', { name: 'Ambil alih' }).click()
  await page.getByText(/Dipegang oleh Ratna Sari \(supervisor\) \(sampai/).waitFor()
  await page.goto('/usulan?q=WARGA DIPEGANG')
  await rowOf(page)
    .getByText(/Anda pegang \(sampai \d\d\.\d\d\)/)
    .waitFor()

  // The one who lost it is told by whom, within the moment.
  expect((await reviewer.must('GET', `/api/v1/proposals?q=WARGA%20DIPEGANG`)).items).toMatchObject([
    { leaseHolderName: 'Ratna Sari (supervisor)' },
  ])
})

test('a case that is given to a reviewer says for whom it is kept', async () => {
  const given = await registerCase(world.address, { members: [makeMember({ fullName: 'WARGA DISERAHKAN' })] })
  const page = await world.open({ as: 'supervisor' })
  await page.goto(`/usulan/${given.id}`)
  await page.getByRole('button', { name: 'Serahkan ke pemeriksa' }).click()
  const dialog = page.getByRole('dialog', { name: 'Serahkan ke pemeriksa' })
  expect(await dialog.getByRole('button', { name: 'Kirim' }).isDisabled()).toBe(true)
  await dialog.getByRole('combobox', { name: 'Diserahkan kepada' }).click()
  await page.getByRole('option', { name: HOLDER }).click()
  await dialog.getByRole('button', { name: 'Kirim' }).click()
  await page.getByText(/Disimpan untuk Agus Salim \(verifikator\) sampai/).waitFor()
  await page.getByText('Diserahkan supervisor kepada pemeriksa').waitFor()

  const own = await world.open({ as: 'verifikator' })
  await own.goto('/antrean/new_review')
  await own
    .getByRole('row', { name: /WARGA DISERAHKAN/ })
    .getByText('Disimpan untuk Anda')
    .waitFor()
})
