import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Json, type Session, signIn, until } from '../../../scripts/lib/session.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectForEverybody,
  openConsoleWorld,
} from '../../support/console/console.ts'
import { makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'

const CASES = 12
const REVIEWER = 'Agus Salim (verifikator)'

let world: ConsoleWorld
let supervisor: Session
let ids: string[]
beforeAll(async () => {
  world = await openConsoleWorld()
  const officer = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  supervisor = await signIn(world.address, 'supervisor', DEMO_PASSWORD)
  ids = []
  for (let index = 0; index < CASES; index += 1) {
    const birthDate = `${1940 + 3 * index}-03-04`
    const nik = makeNik(birthDate, 'female', String(index + 1).padStart(4, '0'))
    const fullName = `WARGA ${String.fromCharCode(65 + index).repeat(3)}`
    const body = makeIntakeBody({ channel: 'campaign', members: [makeMember({ fullName, birthDate, nik })] })
    const intake = await officer.must('POST', '/api/v1/intakes', body, { 'idempotency-key': randomUUID() })
    ids.push(intake.proposals[0].id)
  }
  await until(
    () => officer.must('GET', '/api/v1/proposals/count?channel=campaign&state=in_review'),
    ({ total }) => total === CASES,
    120,
  )
  // Somebody is at work on the first one.
  const other = await signIn(world.address, 'verifikator', DEMO_PASSWORD)
  await other.must('POST', `/api/v1/proposals/${ids[0]}/claim`, {})
})
afterAll(() => world.close())

const shown = (page: Page, name: string) => page.locator(`[data-count="${name}"]`)
const keptFor = async (): Promise<string[]> =>
  (await supervisor.must('GET', '/api/v1/proposals?channel=campaign&limit=100')).items.flatMap(
    ({ reservedForName }: Json) => reservedForName ?? [],
  )

test('a supervisor gives what a filter finds to a reviewer, after a dry run, and takes it back', async () => {
  const page = await world.open({ as: 'supervisor' })
  await page.goto('/usulan?channel=campaign')
  await page.getByText(`${CASES} usulan`).waitFor()
  await page.getByRole('link', { name: 'Tindakan massal' }).click()
  await page.getByRole('radio', { name: 'Serahkan ke pemeriksa' }).check()
  expect(await page.getByRole('button', { name: 'Uji coba' }).isDisabled()).toBe(true)
  await page.getByRole('combobox', { name: 'Diserahkan kepada' }).click()
  await page.getByRole('option', { name: REVIEWER }).click()
  await expectForEverybody(page, 'massal-serahkan')
  await page.getByRole('button', { name: 'Uji coba' }).click()

  await page.getByText('Uji coba selesai').waitFor()
  await page.getByText(`Kepada ${REVIEWER}`).waitFor()
  expect(await shown(page, 'allowed').innerText()).toBe(String(CASES - 1))
  expect(await shown(page, 'refused').innerText()).toBe('1')
  expect(await keptFor()).toEqual([])

  await page.getByRole('button', { name: `Jalankan untuk ${CASES - 1} usulan` }).click()
  await page.getByText('Selesai sebagian').waitFor()
  expect(await keptFor()).toEqual(Array.from({ length: CASES - 1 }, () => REVIEWER))

  await page.getByRole('button', { name: /^Batalkan semua \(sisa \d+\.\d\d\)$/ }).click()
  await expect.poll(() => shown(page, 'undone').innerText(), { timeout: 60_000 }).toBe(String(CASES - 1))
  expect(await keptFor()).toEqual([])
})

test('a reviewer is not offered to give cases away', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto('/usulan/massal?channel=campaign')
  await page.getByRole('radio', { name: 'Lepas pegangan' }).waitFor()
  expect(await page.getByRole('radio', { name: 'Serahkan ke pemeriksa' }).count()).toBe(0)
})
