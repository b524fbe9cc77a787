import { afterAll, beforeAll, test } from 'vitest'
import { until } from '../../../scripts/lib/session.ts'
import { addPhoto, makePhoto, registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  expectAccessible,
  expectForEverybody,
  expectNoOverflow,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'
import { giveBack, nextNik, registerWoman, viewAs } from '../../support/console/corrections.ts'
import { openFirst } from '../../support/console/review-desk.ts'
import { sessionOf } from '../../support/console/sessions.ts'
import { makeMember } from '../../support/intake-body.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test('the sign-in page is for everybody', async () => {
  const page = await world.open()
  await page.goto('/masuk')
  await page.getByRole('button', { name: 'Masuk' }).waitFor()
  await expectForEverybody(page, 'masuk')
})

test('list and file are for everybody', async () => {
  const one = await registerCase(world.address, {
    members: [
      makeMember({ fullName: 'SITI AMINAH' }),
      makeMember({ fullName: 'BUDI SANTOSO', relationship: 'anak', sex: 'male', maritalStatus: 'belum_kawin' }),
    ],
  })
  const page = await world.open({ as: 'verifikator' })
  await page.goto('/usulan')
  await page.getByRole('link', { name: 'SITI AMINAH' }).waitFor()
  await expectForEverybody(page, 'usulan')
  await page.goto(`/usulan/${one.id}`)
  await page.getByText(one.body.address.street).waitFor()
  await expectForEverybody(page, 'berkas')
})

test('home, queues and review are for everybody', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto('/')
  await page.getByText('Layanan').waitFor()
  await expectForEverybody(page, 'beranda')
  await page.goto('/antrean')
  await page.getByRole('button', { name: 'Ambil berikutnya' }).first().waitFor()
  await expectForEverybody(page, 'antrean')
  await openFirst(page)
  await expectForEverybody(page, 'antrean-baru')
  await page.keyboard.press('n')
  await page.getByRole('button', { name: 'Memenuhi syarat' }).waitFor()
  await expectForEverybody(page, 'verifikasi')
  await page.keyboard.press('k')
  await page.getByRole('checkbox').first().waitFor()
  await expectForEverybody(page, 'verifikasi-alasan')
  await page.keyboard.press('Escape')
  await page.keyboard.press('l')
  await page.getByRole('button', { name: 'Ambil berikutnya' }).waitFor()
})

test('corrections are for everybody', async () => {
  const one = await registerWoman(world.address, 'WATI SETIAWATI')
  await addPhoto(world.address, 'ktp', one.id, await makePhoto('#808080'))
  await giveBack(world.address, one, [{ code: 'NIK_DATA_BEDA' }, { code: 'KTP_TIDAK_TERBACA' }])
  const page = await world.open({ as: 'petugas' })
  await page.goto('/perbaikan')
  await page.getByRole('link', { name: 'WATI SETIAWATI' }).waitFor()
  await expectForEverybody(page, 'perbaikan')
  await page.goto(`/perbaikan/${one.id}`)
  await page.getByRole('img', { name: /^KTP yang diunggah/ }).waitFor()
  await expectForEverybody(page, 'perbaikan-berkas')
  await page.goto(`/usulan/${one.id}`)
  await page.getByRole('img', { name: /^KTP yang diunggah/ }).waitFor()
  await expectForEverybody(page, 'berkas-dokumen')
})

test('what was corrected is shown to everybody', async () => {
  const one = await registerWoman(world.address, 'RINA MARLINA')
  await giveBack(world.address, one, [{ code: 'NIK_DATA_BEDA' }, { code: 'KTP_TIDAK_TERBACA' }])
  const officer = await sessionOf(world.address, 'petugas')
  await officer.must('POST', `/api/v1/proposals/${one.id}/corrections`, {
    version: 1,
    changes: { nik: nextNik() },
    answers: [{ field: 'documents.ktp', explanation: 'sudah difoto ulang' }],
  })
  await until(
    () => viewAs(world.address, 'petugas', one),
    ({ state }) => state === 'in_review',
  )
  const page = await world.open({ as: 'verifikator' })
  await page.goto(`/antrean/resubmitted/${one.id}`)
  await page.getByRole('region', { name: 'Yang diperbaiki' }).getByRole('row', { name: /^NIK/ }).waitFor()
  await expectForEverybody(page, 'verifikasi-diperbaiki')
})

test('filters and bulk actions are for everybody', async () => {
  for (const fullName of ['WARGA SATU', 'WARGA DUA', 'WARGA TIGA']) {
    await registerCase(world.address, { channel: 'campaign', members: [makeMember({ fullName })] })
  }
  const page = await world.open({ as: 'verifikator' })
  await page.goto('/usulan?channel=campaign&state=in_review')
  await page
    .getByRole('link', { name: /^WARGA/ })
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Saringan', exact: true }).click()
  await page.getByRole('combobox', { name: 'Kantor' }).waitFor()
  await expectForEverybody(page, 'usulan-saringan')
  await page.getByRole('link', { name: 'Tindakan massal' }).click()
  await page.getByRole('radio', { name: 'Kembalikan untuk diperbaiki' }).check()
  await expectForEverybody(page, 'massal')
  await page.getByRole('radio', { name: 'Nyatakan memenuhi syarat' }).check()
  await page.getByRole('button', { name: 'Uji coba' }).click()
  await page.getByText('Uji coba selesai').waitFor()
  await page.getByRole('row').nth(1).waitFor()
  await expectForEverybody(page, 'massal-uji-coba')
})

test.each([
  { language: 'id', theme: 'light', phone: false, views: 'Tampilan tersimpan', file: 'Ekspor' },
  { language: 'en', theme: 'dark', phone: true, views: 'Saved views', file: 'Export' },
] as const)(
  'dialogs of the list are for everybody ($language, $theme, phone $phone)',
  async ({ views, file, ...look }) => {
    const page = await world.open({ as: 'verifikator', ...look })
    const check = async (name: string): Promise<void> => {
      await page.getByRole('dialog').waitFor()
      await expectAccessible(page)
      await expectNoOverflow(page)
      await takeScreenshot(page, `${name}-${look.language}-${look.theme}-${look.phone ? 360 : 1280}`)
    }
    await page.goto('/usulan?channel=campaign')
    await page.getByRole('button', { name: views }).click()
    await page.getByRole('menuitem').first().click()
    await check('usulan-tampilan')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: file, exact: true }).click()
    await check('usulan-ekspor')
  },
)
