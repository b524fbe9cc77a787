import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type ConsoleWorld,
  expectAccessible,
  expectNoOverflow,
  openConsoleWorld,
} from '../../support/console/console.ts'
import { viewAs } from '../../support/console/corrections.ts'
import { teachMember } from '../../support/console/family.ts'
import {
  applyAnswers,
  approveCase,
  officeDay,
  type SentCase,
  sealCases,
  setBpjsFault,
} from '../../support/console/sent.ts'

let world: ConsoleWorld
/** Late by twelve and by three days, in a batch each; one with its day ahead; one that BPJS sent back; one that nobody has answered. */
let long: SentCase
let short: SentCase
let ahead: SentCase
let returned: SentCase
let unanswered: SentCase
let first: { id: string; number: string }
let second: { id: string; number: string }
beforeAll(async () => {
  world = await openConsoleWorld()
  const { address } = world
  short = await approveCase(address, 'RATNA DEWI', '1981-03-04')
  ahead = await approveCase(address, 'YOHANA PATTIPEILOHY', '1974-08-19')
  returned = await approveCase(address, 'MEGA ANGGRAINI', '1989-11-27')
  unanswered = await approveCase(address, 'INDAH LESTARI', '1986-06-17')
  long = await approveCase(address, 'SITI AMINAH', '1966-10-21')
  first = await sealCases(address, [short, ahead, returned, unanswered], '440/123/Dinkes')
  second = await sealCases(address, [long], '440/140/Dinkes')
  await applyAnswers(address, first.id, [
    { sent: short, from: officeDay(-3) },
    { sent: ahead, from: officeDay(20) },
    { sent: returned, code: '17', text: 'NIK tidak padan' },
  ])
  await applyAnswers(address, second.id, [{ sent: long, from: officeDay(-12) }])
})
afterAll(() => world.close())

const rows = (page: Page) => page.getByRole('table', { name: 'Belum aktif' }).getByRole('row')
const rowOf = (page: Page, { fullName }: SentCase) => rows(page).filter({ hasText: fullName })
/** On a phone it stands in another place of the row: what is seen counts. */
const said = (page: Page, one: SentCase, text: string) => rowOf(page, one).getByText(text).filter({ visible: true })
const askAbout = (page: Page, { fullName }: SentCase) =>
  page.getByRole('button', { name: `Tanya BPJS sekarang: ${fullName}` })

test('an approver sees who is late, longest first, asks BPJS by hand, and whoever is active leaves the list', async () => {
  const page = await world.open({ as: 'penyetuju' })
  await page.goto('/')
  await page.getByRole('link', { name: 'Belum aktif', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Belum aktif' }).waitFor()
  await rowOf(page, short).waitFor()
  expect(await rows(page).count()).toBe(3)
  const [, top = '', bottom = ''] = await rows(page).allInnerTexts()
  for (const words of ['SITI AMINAH', long.receiptNumber, '12 hari', `Berkas ${second.number}`, '440/140/Dinkes']) {
    expect(top).toContain(words)
  }
  for (const words of ['RATNA DEWI', '3 hari', `Berkas ${first.number}`, 'Bukan peserta'])
    expect(bottom).toContain(words)
  // The masked number alone.
  expect(top).toMatch(/\*{4,}|•{4,}|x{4,}/i)
  expect(top).not.toContain(long.nik)
  await page
    .getByRole('note')
    .getByText(/Hubungi kantor cabang BPJS Kesehatan/)
    .waitFor()

  await setBpjsFault(world.mockAddress, '500')
  await askAbout(page, short).click()
  await rowOf(page, short).getByRole('alert').getByText('BPJS Kesehatan tidak menjawab').waitFor()
  await setBpjsFault(world.mockAddress, 'none')
  await askAbout(page, short).press('Enter')
  await said(page, short, 'BPJS baru saja ditanya. Belum aktif.').waitFor()
  // Asking makes nobody active.
  expect((await viewAs(world.address, 'penyetuju', short)).state).toBe('submitted_to_bpjs')

  await teachMember(world.mockAddress, { ...short, sex: 'female' }, true)
  // The list cannot be had anew at first: its row does not say the opposite meanwhile.
  await page.route('**/enrolment/not-yet-active?*', (route) => route.abort())
  await askAbout(page, short).click()
  const told = page
    .getByRole('status')
    .getByText('RATNA DEWI sekarang aktif. Bila keluarganya menyetujui pesan WhatsApp')
  await told.waitFor()
  await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toContain('RATNA DEWI sekarang aktif.')
  expect(await rowOf(page, short).getByText('BPJS baru saja ditanya. Belum aktif.').count()).toBe(0)
  await page.unroute('**/enrolment/not-yet-active?*')
  await page.reload()
  await rowOf(page, long).waitFor()
  expect(await rowOf(page, short).count()).toBe(0)
  expect(await rows(page).count()).toBe(2)
  expect((await viewAs(world.address, 'penyetuju', short)).state).toBe('active_confirmed')

  await rowOf(page, long)
    .getByRole('link', { name: `Berkas ${second.number}` })
    .click()
  await page.getByRole('link', { name: 'Yang belum aktif dari berkas ini' }).click()
  await page.getByText(`Hanya berkas ${second.number}.`).waitFor()
  await rowOf(page, long).getByRole('link', { name: 'SITI AMINAH' }).click()
  await page.getByRole('heading', { level: 1, name: 'SITI AMINAH' }).waitFor()
})

test('a batch in which nobody is late shows an empty list, and the way to all', async () => {
  const { id } = await sealCases(
    world.address,
    [await approveCase(world.address, 'KARTINI WULANSARI', '1979-04-21')],
    '440/145/Dinkes',
  )
  const page = await world.open({ as: 'supervisor' })
  await page.goto(`/belum-aktif?batch=${id}`)
  await page.getByText('Tidak ada yang terlambat.').waitFor()
  await page.getByRole('link', { name: 'Tampilkan semua berkas' }).click()
  await rowOf(page, long).waitFor()
  // What cannot be a batch is none.
  await page.goto('/belum-aktif?batch=bukan')
  await rowOf(page, long).waitFor()
})

test('the list goes on by pages, and says so when it cannot be had', async () => {
  const other = await approveCase(world.address, 'WAHYUNI PURNAMA', '1959-05-09')
  const { id } = await sealCases(world.address, [other], '440/151/Dinkes')
  await applyAnswers(world.address, id, [{ sent: other, from: officeDay(-5) }])
  const page = await world.open({ as: 'supervisor' })
  // One a page: the server is asked as for fifty.
  await page.route('**/enrolment/not-yet-active?*', (route) =>
    route.continue({ url: route.request().url().replace('limit=50', 'limit=1') }),
  )
  await page.goto('/belum-aktif')
  await rowOf(page, long).waitFor()
  expect(await rowOf(page, other).count()).toBe(0)
  await page.getByRole('button', { name: 'Tampilkan lebih banyak' }).click()
  await rowOf(page, other).waitFor()
  expect(await rows(page).count()).toBe(3)
  expect(await page.getByRole('button', { name: 'Tampilkan lebih banyak' }).count()).toBe(0)

  const cut = await world.open({ as: 'supervisor' })
  await cut.route('**/enrolment/not-yet-active?*', (route) => route.abort())
  await cut.goto('/belum-aktif')
  await cut.getByRole('alert').first().waitFor()
  expect(await cut.getByText('Tidak ada yang terlambat.').count()).toBe(0)
  await cut.unroute('**/enrolment/not-yet-active?*')
  await cut.reload()
  await rowOf(cut, long).waitFor()
})

test('on a phone everything of a person stands under the name; who only reads asks nothing', async () => {
  const phone = await world.open({ as: 'penyetuju', phone: true })
  await phone.goto('/belum-aktif')
  const row = rowOf(phone, long)
  await row.getByRole('link', { name: `Berkas ${second.number}` }).waitFor()
  await said(phone, long, 'Bukan peserta').waitFor()
  await expectNoOverflow(phone)
  await expectAccessible(phone)
  await askAbout(phone, long).click()
  await said(phone, long, 'BPJS baru saja ditanya. Belum aktif.').waitFor()

  const auditor = await world.open({ as: 'auditor' })
  await auditor.goto('/belum-aktif')
  await rowOf(auditor, long).waitFor()
  expect(await auditor.getByRole('button', { name: /^Tanya BPJS/ }).count()).toBe(0)

  const reviewer = await world.open({ as: 'verifikator' })
  await reviewer.goto('/')
  await reviewer.getByRole('link', { name: 'Antrean verifikasi' }).waitFor()
  expect(await reviewer.getByRole('link', { name: 'Belum aktif', exact: true }).count()).toBe(0)
})

test('a case shows its batch, its day, and what BPJS said, to the counter and to the reviewer', async () => {
  const page = await world.open({ as: 'petugas', phone: true })
  const sent = page.getByRole('region', { name: 'Pengiriman ke BPJS' })
  await page.goto(`/usulan/${unanswered.id}`)
  await sent.getByText('Hasil dari BPJS belum dicatat.').waitFor()
  await sent.getByRole('cell', { name: first.number }).waitFor()
  await sent.getByRole('cell', { name: '440/123/Dinkes' }).waitFor()
  // Who may not open batches is led to none.
  expect(await sent.getByRole('link').count()).toBe(0)
  await page.goto(`/usulan/${ahead.id}`)
  await sent.getByText(/^Diterima BPJS, berlaku mulai/).waitFor()
  await expectNoOverflow(page)

  const supervisor = await world.open({ as: 'supervisor' })
  const told = supervisor.getByRole('region', { name: 'Pengiriman ke BPJS' })
  await supervisor.goto(`/usulan/${long.id}`)
  await told.getByRole('link', { name: second.number }).waitFor()
  await told.getByRole('cell', { name: 'Diterima BPJS' }).waitFor()

  const reviewer = await world.open({ as: 'verifikator' })
  await reviewer.goto('/antrean/bpjs_returned')
  await reviewer.getByRole('link', { name: 'MEGA ANGGRAINI' }).click()
  const back = reviewer.getByRole('region', { name: 'Pengiriman ke BPJS' })
  await back.getByText('17 · NIK tidak padan').waitFor()
  await back.getByText(/^BPJS mengembalikan usulan ini/).waitFor()
  await reviewer.goto(`/usulan/${returned.id}`)
  await back.getByText('17 · NIK tidak padan').waitFor()

  // Nothing was sent: nothing is shown.
  const fresh = await approveCase(world.address, 'EKO SUSANTI', '1988-02-11')
  await reviewer.goto(`/usulan/${fresh.id}`)
  await reviewer.getByRole('heading', { level: 1, name: 'EKO SUSANTI' }).waitFor()
  await reviewer.getByRole('region', { name: 'Kepesertaan JKN' }).waitFor()
  expect(await reviewer.getByRole('region', { name: 'Pengiriman ke BPJS' }).count()).toBe(0)
})
