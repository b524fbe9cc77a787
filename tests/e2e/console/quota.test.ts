import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn, until } from '../../../scripts/lib/session.ts'
import { registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectForEverybody,
  openConsoleWorld,
} from '../../support/console/console.ts'
import { makeMember, makeNik } from '../../support/intake-body.ts'
import { makeWorkbook, rowsOf, sheetXml } from '../../support/workbook.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

const YEAR = new Date().getFullYear()

/** Registered, checked and approved over HTTP: the way there is not what this is about. */
async function approve(fullName: string, birthDate: string, nik?: string): Promise<string> {
  const member = makeMember({ fullName, birthDate, ...(nik && { nik }) })
  const { id } = await registerCase(world.address, { members: [member] })
  const reviewer = await signIn(world.address, 'verifikator', DEMO_PASSWORD)
  const { version } = await until(
    () => reviewer.must('GET', `/api/v1/proposals/${id}`),
    ({ state }) => state === 'in_review',
  )
  await reviewer.must('POST', `/api/v1/proposals/${id}/claim`, {})
  await reviewer.must('POST', `/api/v1/proposals/${id}/decisions`, { version, decision: 'eligible', reasons: [] })
  return id
}

test('an approver enters the budget of the year, sees who waits, and gives them a seat', async () => {
  const first = await approve('RATNA DEWI', '1981-03-04')
  const second = await approve('BUDI HARTONO', '1979-08-15')
  const page = await world.open({ as: 'penyetuju' })
  await page.goto('/')
  await page.getByRole('link', { name: 'Kuota dan anggaran' }).click()
  await page.getByText('Anggaran tahun ini belum diisi').waitFor()

  // One seat for two approvals: the later one waits, here and on its own page.
  await page.getByRole('textbox', { name: 'Jumlah kursi' }).fill('1')
  await page.getByRole('button', { name: 'Simpan', exact: true }).click()
  await page.getByText('1 dari 1 kursi terpakai').waitFor()
  const line = page.getByRole('table', { name: 'Antrean kursi' })
  await line.getByRole('link', { name: 'BUDI HARTONO' }).waitFor()
  expect(await line.getByRole('link', { name: 'RATNA DEWI' }).count()).toBe(0)
  const officer = await world.open({ as: 'supervisor' })
  await officer.goto(`/usulan/${second}`)
  await officer.getByText('Menunggu kursi anggaran, urutan 1').waitFor()
  await expectForEverybody(officer, 'usulan-menunggu-kursi')

  // The tariff makes the cost of the year known; it may be typed with dots.
  await page.getByRole('form', { name: 'Simpan tarif' }).getByRole('textbox', { name: 'Rupiah' }).fill('35.000')
  await page.getByRole('form', { name: 'Simpan tarif' }).getByRole('textbox', { name: 'Nomor dokumen' }).fill('PKS 1')
  await page.getByRole('button', { name: 'Simpan tarif' }).click()
  await page.getByRole('table', { name: 'Tarif per orang per bulan' }).getByText('Rp\u00A035.000').waitFor()
  await page.getByRole('textbox', { name: 'Jumlah peserta JKN sekarang' }).fill('336.004')
  await page.getByRole('button', { name: 'Hitung' }).click()
  const goals = page.getByRole('table', { name: 'Biaya menuju cakupan penuh' })
  await goals.getByText('Rp').first().waitFor()
  await page.getByText('Peserta JKN: 336.004 (angka yang diisikan di bawah, tidak disimpan)').waitFor()
  await expectForEverybody(page, 'kuota')

  // Without a figure of one's own it goes by what coverage says, with source and day.
  const supervisor = await signIn(world.address, 'supervisor', DEMO_PASSWORD)
  const figures = { registered: 335_000, active: 300_000, population: null }
  await supervisor.must('POST', '/api/v1/coverage/figures', {
    month: `${YEAR - 1}-12`,
    source: 'bpjs',
    detail: 'Laporan BPJS Desember',
    asOf: `${YEAR - 1}-12-31`,
    rows: [{ regionCode: '32.74', segment: 'all', ...figures }],
  })
  await page.getByRole('textbox', { name: 'Jumlah peserta JKN sekarang' }).fill('')
  await page.getByRole('button', { name: 'Hitung' }).click()
  await page.getByText(`Peserta JKN: 335.000 (Laporan BPJS Desember, 31 Desember ${YEAR - 1})`).waitFor()

  // More seats than are needed, and an opening balance that takes nearly all of them.
  await page.getByRole('textbox', { name: 'Jumlah kursi' }).fill('1.000')
  await page.getByRole('button', { name: 'Simpan', exact: true }).click()
  await page.getByText('2 dari 1.000 kursi terpakai').waitFor()
  await page.getByText('Tidak ada yang menunggu kursi.').waitFor()
  const opening = page.getByRole('form', { name: 'Tambah saldo awal' })
  await opening.getByRole('textbox', { name: 'Jumlah peserta' }).fill('999')
  await opening.getByRole('textbox', { name: 'Nomor dokumen' }).fill('BA Serah Terima 12')
  await opening.getByRole('button', { name: 'Tambah saldo awal' }).click()
  await page.getByText('1.000 dari 1.000 kursi terpakai').waitFor()
  await line.getByRole('link', { name: 'BUDI HARTONO' }).waitFor()
  await page.getByRole('button', { name: 'Hapus: BA Serah Terima 12' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Hapus' }).click()
  await page.getByText('2 dari 1.000 kursi terpakai').waitFor()

  // What cannot be is refused in the words of the server, and what was typed stays.
  await page.getByRole('textbox', { name: 'Jumlah kursi' }).fill('-5')
  await page.getByRole('button', { name: 'Simpan', exact: true }).click()
  await page.getByText('Jumlah kursi terlalu kecil').first().waitFor()
  expect(await page.getByRole('textbox', { name: 'Jumlah kursi' }).inputValue()).toBe('-5')

  await officer.goto(`/usulan/${first}`)
  await officer.getByRole('heading', { level: 1, name: 'RATNA DEWI' }).waitFor()
  expect(await officer.getByText('Menunggu kursi anggaran').count()).toBe(0)
})

test('an approver looks at the list of Jamkesda, mends it, takes it over, and each person is counted once', async () => {
  const nik = makeNik('1985-06-07', 'female')
  const id = await approve('WULAN SARI', '1985-06-07', nik)
  const approver = await signIn(world.address, 'penyetuju', DEMO_PASSWORD)
  const url = `/api/v1/quotas/32.74/${YEAR}`
  const { version, opening, reserved, committed } = await approver.must('GET', url)
  const used = Number(opening) + Number(reserved) + Number(committed)
  await approver.must('PUT', url, { version, seats: used + 3, note: '' })
  const page = await world.open({ as: 'penyetuju' })
  await page.goto(`/kuota?year=${YEAR}`)
  const form = page.getByRole('form', { name: 'Alihkan peserta Jamkesda dari berkas' })
  await form.getByRole('textbox', { name: 'Nomor dokumen' }).fill('BA Alihan 7')
  const file = (rows: string[]) => ({
    name: 'jamkesda.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['NIK;Nama;Desa;Mulai Bulan', ...rows].join('\r\n')),
  })
  const good = [`${nik};WULAN SARI;KESAMBI;2019-01`, '3274010302500001;SLAMET;;', '3274010302500002;TARNO;;']
  const fact = (name: string) => form.getByRole('row').filter({ hasText: name }).getByRole('cell').last().innerText()

  // A NIK that a spreadsheet has spoilt is told with its row, and nothing can be taken over with it.
  await form.locator('input[type=file]').setInputFiles(file([...good, '3,27E+15;WARSO;;']))
  await form.getByRole('button', { name: 'Periksa berkas' }).click()
  await form.getByText('1 baris ditolak').waitFor()
  await form.getByText('Baris 5: NIK (kolom A) tertulis sebagai bilangan berpangkat').waitFor()
  expect(await form.getByRole('button', { name: /^Alihkan/ }).count()).toBe(0)
  await expectForEverybody(page, 'kuota-alihan-ditolak')

  // Its box is empty: a browser tells of the mended file, which has the same name.
  const box = form.locator('input[type=file]')
  expect(await box.inputValue()).toBe('')
  await box.setInputFiles(file(good))
  expect(await form.getByText('1 baris ditolak').count()).toBe(0)
  await form.getByRole('button', { name: 'Periksa berkas' }).click()
  await form.getByRole('button', { name: 'Alihkan 3 orang' }).waitFor()
  expect(await fact('Sudah mendapat kursi lewat usulan')).toBe('1')
  expect(await fact('Kursi yang dipakai')).toBe('2')
  expect(await fact('Kursi kosong sesudahnya')).toBe('1')
  await expectForEverybody(page, 'kuota-alihan')
  // Nothing is changed while it is under way: what comes back would be lost.
  const letGo = Promise.withResolvers<void>()
  await page.route('**/takeovers', async (route) => {
    await letGo.promise
    await route.continue()
  })
  await form.getByRole('button', { name: 'Alihkan 3 orang' }).click()
  await expect.poll(() => form.getByRole('textbox', { name: 'Nomor dokumen' }).isDisabled()).toBe(true)
  letGo.resolve()
  await form.getByText('Daftar berisi 3 orang sudah dialihkan.').waitFor()
  await page.getByText(`${used + 2} dari ${used + 3} kursi terpakai`).waitFor()
  await page.getByText('Dari berkas 3 baris, 1 orang di antaranya').waitFor()

  // After the page is loaded anew the same file is known; more people than there are seats are refused with how many.
  await page.reload()
  await form.getByRole('textbox', { name: 'Nomor dokumen' }).fill('BA Alihan 7')
  await form.locator('input[type=file]').setInputFiles(file(good))
  await form.getByRole('button', { name: 'Periksa berkas' }).click()
  await form.getByText('Berkas ini sudah tercatat sebagai alihan. Tidak dihitung dua kali.').waitFor()
  const more = ['3274010302500003;DARSO;;', '3274010302500004;WARYO;;', '3274010302500005;KASIM;;']
  await form.locator('input[type=file]').setInputFiles(file(more))
  await form.getByRole('button', { name: 'Periksa berkas' }).click()
  await form.getByText('Kurang 2 kursi').waitFor()

  // Of a workbook the sheet is named; another one is another list, of which nothing is known.
  const rows = (numbers: string[]) => rowsOf([['NIK', 'Nama'], ...numbers.map((one) => [one, 'SLAMET'])])
  const book = makeWorkbook({
    sheets: [
      { name: 'Lama', xml: sheetXml(rows(['3274010302500006'])) },
      { name: 'Baru', xml: sheetXml(rows(['3274010302500007', '3274010302500008'])) },
    ],
  })
  await box.setInputFiles({ name: 'jamkesda.xlsx', mimeType: 'application/octet-stream', buffer: book })
  await form.getByRole('button', { name: 'Periksa berkas' }).click()
  await form.getByRole('textbox', { name: 'Nama lembar' }).fill('Lama')
  await form.getByRole('button', { name: 'Periksa berkas' }).click()
  await form.getByRole('button', { name: 'Alihkan 1 orang' }).waitFor()
  await form.getByRole('textbox', { name: 'Nama lembar' }).fill('Baru')
  expect(await form.getByRole('button', { name: /^Alihkan/ }).count()).toBe(0)
  await form.getByRole('button', { name: 'Periksa berkas' }).click()
  await form.getByText('Kurang 1 kursi').waitFor()

  const officer = await world.open({ as: 'supervisor' })
  await officer.goto(`/usulan/${id}`)
  await officer.getByText('Kursi alihan Jamkesda').waitFor()
  await page.getByRole('button', { name: 'Hapus: BA Alihan 7' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Hapus' }).click()
  await page.getByText(`${used} dari ${used + 3} kursi terpakai`).waitFor()
})

test('whoever waits for a seat is listed with the place, and reviewers are told when the seat is there', async () => {
  const approver = await signIn(world.address, 'penyetuju', DEMO_PASSWORD)
  const url = `/api/v1/quotas/32.74/${YEAR}`
  const { version, opening, reserved, committed } = await approver.must('GET', url)
  const used = Number(opening) + Number(reserved) + Number(committed)
  const full = await approver.must('PUT', url, { version, seats: used, note: '' })
  await approve('JOKO SUSILO', '1977-09-12')
  const officer = await world.open({ as: 'supervisor' })
  await officer.goto('/usulan')
  await officer.getByRole('button', { name: 'Saringan' }).click()
  await officer.getByRole('combobox', { name: 'Kursi anggaran' }).click()
  await officer.getByRole('option', { name: 'Menunggu kursi' }).click()
  await officer.getByText('Kursi anggaran: Menunggu kursi').waitFor()
  await officer.getByRole('link', { name: 'JOKO SUSILO' }).waitFor()
  await officer.getByText('Menunggu kursi anggaran, urutan 1').waitFor()
  expect(await officer.getByRole('link', { name: 'WULAN SARI' }).count()).toBe(0)
  await officer.keyboard.press('Escape')
  await expectForEverybody(officer, 'usulan-menunggu-kursi-daftar')

  // Somebody else adds a seat: said here without anybody asking, and the case can be sealed.
  await approver.must('PUT', url, { version: full.version, seats: used + 1, note: '' })
  const notice = officer.getByRole('link', { name: /1 usulan yang menunggu kini mendapat kursi anggaran/ })
  await notice.waitFor()
  await officer.getByText('Tidak ada usulan yang cocok').waitFor()
  await expectForEverybody(officer, 'kursi-didapat')
  await notice.click()
  await officer.getByText('Kursi anggaran: Baru mendapat kursi').waitFor()
  await officer.getByRole('link', { name: 'JOKO SUSILO' }).waitFor()
  expect(await notice.count()).toBe(0)
  // With whoever got theirs before, and has not been sent to BPJS either.
  const supervisor = await signIn(world.address, 'supervisor', DEMO_PASSWORD)
  const { total } = await supervisor.must('GET', '/api/v1/proposals/count?seat=moved_up')
  expect(total).toBeGreaterThan(0)
  await officer.goto('/')
  await officer.getByRole('link', { name: `${String(total)} usulan baru mendapat kursi` }).waitFor()
})

test('a supervisor reads the budget and changes nothing of it', async () => {
  const page = await world.open({ as: 'supervisor' })
  await page.goto(`/kuota?year=${YEAR}`)
  await page.getByText('kursi terpakai').waitFor()
  expect(await page.getByRole('button', { name: 'Simpan', exact: true }).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Tambah saldo awal' }).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Simpan tarif' }).count()).toBe(0)
  await page.getByRole('button', { name: String(YEAR + 1) }).click()
  await page.getByText('Anggaran tahun ini belum diisi').waitFor()
  expect(new URL(page.url()).searchParams.get('year')).toBe(String(YEAR + 1))
})
