import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../../scripts/lib/session.ts'
import { LIST_PART_MEGABYTES } from '../../../src/contracts/list-terms.ts'
import { csv, HEADER, line, nikOf } from '../../integration/lists/lists-world.ts'
import { type ConsoleWorld, expectForEverybody, openConsoleWorld } from '../../support/console/console.ts'
import { sessionOf } from '../../support/console/sessions.ts'
import { createSimulatedPhones, type SimulatedPhones } from '../../support/console/simulated-phones.ts'

let world: ConsoleWorld
let phones: SimulatedPhones
beforeAll(async () => {
  world = await openConsoleWorld()
  phones = createSimulatedPhones(world)
})
afterAll(() => world.close())

const INACTIVE = 'NON AKTIF KARENA PREMI'

/** The month that many before this one. */
function monthBefore(months: number): string {
  const now = new Date()
  const at = new Date(Date.UTC(now.getFullYear(), now.getMonth() - months, 1))
  return at.toISOString().slice(0, 7)
}

/** All the way to applied, over HTTP. */
async function importList(content: string, kind: 'membership' | 'poor', month: string): Promise<void> {
  const supervisor = await sessionOf(world.address, 'supervisor')
  const { id } = await supervisor.must('POST', '/api/v1/lists', { kind, month })
  const sent = await fetch(new URL(`/api/v1/lists/${id}/parts/0`, world.address), {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', cookie: supervisor.cookies() },
    body: content,
  })
  expect(sent.status).toBe(200)
  const reach = (state: string) =>
    until(
      () => supervisor.must('GET', `/api/v1/lists/${id}`),
      (list) => list.state === state,
    )
  await supervisor.must('POST', `/api/v1/lists/${id}/start`)
  await reach('dry_run_ready')
  await supervisor.must('POST', `/api/v1/lists/${id}/approve`, { acceptRefused: true })
  await reach('applied')
}

test('a supervisor sends a large list over a line that breaks, reads what the trial found, and applies it', async () => {
  const rows = Array.from({ length: 60_000 }, (_, index) => line({ nik: nikOf(index + 1) }))
  const odd = [
    line({ nik: nikOf(1) }),
    line({ nik: '3.27E+15' }),
    line({ nik: nikOf(70_001), status: 'TERTUNDA' }),
    line({ nik: nikOf(70_002), name: 'RENÉE', village: 'DESA KHAYALAN' }),
  ]
  const file = {
    name: 'peserta.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([HEADER, ...rows, ...odd].join('\r\n'), 'latin1'),
  }
  expect(Math.ceil(file.buffer.length / (LIST_PART_MEGABYTES * 1024 * 1024))).toBe(2)

  const page = await world.open({ as: 'supervisor' })
  await page.goto('/')
  await page.getByRole('link', { name: 'Daftar peserta' }).click()
  await page.getByText('Belum ada daftar.').waitFor()
  await page.getByLabel('Bulan daftar').fill(monthBefore(0))
  await page.getByRole('checkbox', { name: /tidak ada kolom status/i }).focus()
  await expectForEverybody(page, 'daftar-peserta')
  await page.getByRole('button', { name: 'Lanjut pilih berkas' }).click()
  await page.getByText('Menunggu berkas').waitFor()

  // The line breaks after the first part, and the page is loaded anew.
  await page.route('**/parts/1', (route) => route.abort())
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByText('Pengiriman terputus').waitFor()
  await expectForEverybody(page, 'daftar-terputus')
  await page.unroute('**/parts/1')
  await page.reload()
  await page.getByText(/^4 MB sudah sampai/).waitFor()

  // Another file is not taken for it; the same one goes on where it was.
  await page.locator('input[type=file]').setInputFiles({ ...file, buffer: Buffer.from(csv({ nik: nikOf(2) })) })
  await page.getByText('Ini bukan berkas yang sama').waitFor()
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'PUT') sent.push(request.url().replace(/^.*\/parts\//, ''))
  })
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByText('Menunggu keputusan Anda').waitFor()
  expect(sent).toEqual(['1'])

  const fact = (name: string) => page.getByRole('row').filter({ hasText: name }).getByRole('cell').last().innerText()
  expect(await fact('Baris dibaca')).toBe('60.004')
  expect(await fact('Orang yang dapat dipakai')).toBe('60.002')
  expect(await fact('Baris berulang')).toBe('1')
  expect(await fact('Baris ditolak')).toBe('1')
  expect(await fact('Dibaca sebagai')).toBe('CSV, WINDOWS-1252, pemisah ,')
  await page.getByRole('table', { name: 'Segmen' }).getByText('PBI (APBD)').waitFor()
  await page.getByRole('table', { name: 'Status yang tidak dikenal' }).getByText('TERTUNDA').waitFor()
  await page.getByRole('button', { name: 'Tampilkan baris demi baris' }).click()
  await page
    .getByRole('table', { name: 'Catatan pertama' })
    .getByRole('row')
    .filter({ hasText: '60.003' })
    .getByText(/NIK tersimpan sebagai angka/)
    .waitFor()
  await expectForEverybody(page, 'daftar-hasil-baca')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Unduh baris yang ditolak dan berulang' }).click()
  expect((await download).suggestedFilename()).toBe('baris-ditolak.csv')

  await page.getByRole('button', { name: 'Terapkan' }).click()
  await page
    .getByRole('dialog')
    .getByText(/^Terapkan 60\.002 orang/)
    .waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Terapkan' }).click()
  await page.getByRole('status').getByText('Diterapkan', { exact: true }).waitFor()
  expect(await page.getByRole('button', { name: 'Batalkan daftar' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Semua daftar' }).click()
  await page.getByRole('table', { name: 'Daftar per bulan' }).getByText('60.002').waitFor()
})

test('a list that is aborted, and a file that is none, change nothing and say why', async () => {
  const page = await world.open({ as: 'supervisor' })
  const begin = async (): Promise<void> => {
    await page.goto('/daftar-peserta')
    await page.getByLabel('Bulan daftar').fill(monthBefore(7))
    await page.getByRole('button', { name: 'Lanjut pilih berkas' }).click()
  }
  await begin()
  await page.getByRole('button', { name: 'Batalkan daftar' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Batalkan daftar' }).click()
  await page.getByText('Dibatalkan sebelum diterapkan. Tidak ada yang berubah.').waitFor()
  await begin()
  const buffer = Buffer.from('BUKAN,DAFTAR\r\n1,2\r\n'.repeat(30))
  await page.locator('input[type=file]').setInputFiles({ name: 'lain.csv', mimeType: 'text/csv', buffer })
  await page.getByRole('alert').getByText('Berkas tidak dapat dipakai').waitFor()
  await page
    .getByRole('alert')
    .getByText(/Judul kolom tidak ditemukan/)
    .waitFor()
})

test('people who became inactive are found by village, counted, and told on their phones once, without the reason', async () => {
  const phone = phones.newPhone()
  const known = await phones.register(phone)
  const nik = known.body.members[0]?.nik ?? ''
  const others = Array.from({ length: 60 }, (_, index) => ({ nik: nikOf(80_000 + index) }))
  await importList(csv({ nik }, ...others), 'membership', monthBefore(4))
  await importList(
    csv(...[{ nik }, ...others].map((row) => ({ ...row, status: INACTIVE }))),
    'membership',
    monthBefore(3),
  )

  const page = await world.open({ as: 'supervisor' })
  await page.goto('/daftar-peserta')
  await page
    .getByRole('table', { name: 'Perubahan antarbulan' })
    .getByRole('row')
    .filter({ hasText: '61' })
    .getByRole('link')
    .click()
  const villages = page.getByRole('table', { name: 'Per desa/kelurahan' })
  await villages.getByRole('button', { name: 'Hanya Kejaksan' }).click()
  await expect.poll(() => new URL(page.url()).searchParams.get('village')).toBe('32.74.01.1001')
  const people = page.getByRole('table', { name: 'Daftar kerja' })
  await expect.poll(() => people.getByRole('row').count()).toBe(51)
  await page.getByRole('button', { name: 'Tampilkan lagi' }).click()
  await expect.poll(() => people.getByRole('row').count()).toBe(62)
  expect(await page.content()).not.toContain(nik)

  await page.getByRole('button', { name: 'Hitung siapa yang dapat dikabari' }).click()
  const tell = page.getByRole('button', { name: 'Kabari 1 orang' })
  await tell.waitFor()
  await expectForEverybody(page, 'perubahan-antarbulan')
  const before = await phones.textsOn(phone)
  await tell.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Kabari 1 orang' }).click()
  await page.getByText('1 orang dikabari').waitFor()
  const asked = async () => (await phones.textsOn(phone)).filter((text) => text.includes('dibicarakan langsung'))
  // The family's case is still in review: what it is told waits a minute for more.
  await until(asked, (texts) => texts.length > 0, 150)
  expect(before.filter((text) => text.includes('dibicarakan langsung'))).toEqual([])

  // Chosen again, by the whole region this time: nobody is told twice.
  await page.reload()
  await page.getByRole('button', { name: 'Hitung siapa yang dapat dikabari' }).click()
  await page.getByText('Tidak ada yang dapat dikabari.').waitFor()
  const supervisor = await sessionOf(world.address, 'supervisor')
  const [drift] = (await supervisor.must('GET', '/api/v1/drifts')).items.filter(
    ({ toMonth }: { toMonth: string }) => toMonth === monthBefore(3),
  )
  const again = { kind: 'newly_inactive', dryRun: false }
  expect(await supervisor.must('POST', `/api/v1/drifts/${drift.id}/tellings`, again)).toMatchObject({ chosen: 0 })
  // A later message to the same phone shows that nothing else was on its way before it.
  await phones.register(phone)
  await until(
    () => phones.textsOn(phone),
    (texts) => texts.length > before.length + 1,
  )
  const texts = await asked()
  expect(texts).toHaveLength(1)
  expect(texts[0]).not.toContain(nik)
  expect(texts[0]).not.toMatch(/aktif|premi|iuran|tunggak|\d{16}/i)
})

test('a list of the poor is shown on the case with its month and decile, and says that it decides nothing', async () => {
  const known = await phones.register(phones.newPhone())
  const nik = known.body.members[0]?.nik ?? ''
  const header = 'ID,IDDTKS,KECAMATAN,KELURAHAN,NOKA_BPJS,PSNOKA_BPJS,NAMA,TANGGAL_LAHIR,NIK,NOKK,DESIL'
  const row = `1,2,KEJAKSAN,KEJAKSAN,,,SITI AMINAH,1990-05-05,${nik},3274010101010001,3`
  await importList(`${header}\n${row}\n`, 'poor', monthBefore(1))
  const page = await world.open({ as: 'verifikator' })
  await page.goto(`/usulan/${known.id}`)
  const evidence = page.getByRole('region', { name: 'Menurut daftar bulanan' })
  await evidence.getByText(`${monthBefore(1)}: desil 3`).waitFor()
  await evidence.getByText(/tidak menentukan keputusan/).waitFor()
  await expectForEverybody(page, 'usulan-menurut-daftar')

  // Who may only read finds lists and changes, and nothing to send, apply or tell.
  await page.goto('/daftar-peserta')
  await page.getByRole('table', { name: 'Daftar per bulan' }).waitFor()
  expect(await page.getByRole('button', { name: 'Lanjut pilih berkas' }).count()).toBe(0)
  await page.getByRole('table', { name: 'Perubahan antarbulan' }).getByRole('link').first().click()
  await page.getByRole('table', { name: 'Per desa/kelurahan' }).waitFor()
  expect(await page.getByRole('button', { name: 'Hitung siapa yang dapat dikabari' }).count()).toBe(0)
})
