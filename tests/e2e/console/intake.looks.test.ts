import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectAccessible,
  expectNoOverflow,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'
import { type FamilyMember, makeFamily, teachMember } from '../../support/console/family.ts'
import { registerButton } from '../../support/console/intake-form.ts'
import { makeIntakeBody } from '../../support/intake-body.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

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
  // The answer first: this looks at the page, and what happens to a hand that is faster is in steady-press.test.ts.
  await page.getByText(isIndonesian ? 'Sudah aktif' : 'Already active').waitFor()
  await page.getByRole('button', { name: isIndonesian ? 'Tambah anggota' : 'Add a member' }).click()
  await nik(2).fill(family.members[1]?.nik ?? '')
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
