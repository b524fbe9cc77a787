import { afterAll, beforeAll, test } from 'vitest'
import { type ConsoleWorld, expectForEverybody, openConsoleWorld } from '../../support/console/console.ts'
import {
  applyAnswers,
  approveCase,
  officeDay,
  type SentCase,
  sealCases,
  setBpjsFault,
} from '../../support/console/sent.ts'

let world: ConsoleWorld
let late: SentCase
let ahead: SentCase
let returned: SentCase
beforeAll(async () => {
  world = await openConsoleWorld()
  const { address } = world
  late = await approveCase(address, 'RATNA DEWI KUSUMANINGTYAS', '1981-03-04')
  ahead = await approveCase(address, 'YOHANA PATTIPEILOHY', '1974-08-19')
  returned = await approveCase(address, 'MEGA ANGGRAINI', '1989-11-27')
  const { id } = await sealCases(address, [late, ahead, returned], '440/123/Dinkes/2026')
  await applyAnswers(address, id, [
    { sent: late, from: officeDay(-31) },
    { sent: ahead, from: officeDay(20) },
    { sent: returned, code: '17', text: 'NIK tidak padan dengan data kependudukan' },
  ])
})
afterAll(() => world.close())

test('who is not active yet is a list for everybody', async () => {
  const page = await world.open({ as: 'supervisor' })
  await page.goto('/belum-aktif')
  await page.getByRole('row').filter({ hasText: late.fullName }).waitFor()
  await expectForEverybody(page, 'belum-aktif')
  await setBpjsFault(world.mockAddress, '500')
  await page.getByRole('button', { name: /^Tanya BPJS/ }).click()
  await page.getByRole('alert').filter({ visible: true }).waitFor()
  await expectForEverybody(page, 'belum-aktif-tanpa-jawaban')
})

test('a case with BPJS is for everybody, late or sent back', async () => {
  const page = await world.open({ as: 'supervisor' })
  for (const [one, name] of [
    [late, 'terlambat'],
    [returned, 'dikembalikan'],
  ] as const) {
    await page.goto(`/usulan/${one.id}`)
    await page.getByRole('region', { name: 'Pengiriman ke BPJS' }).getByRole('note').waitFor()
    await expectForEverybody(page, `usulan-bpjs-${name}`)
  }
})

test('so is a case that was accepted, and one that is reviewed again', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto(`/usulan/${ahead.id}`)
  await page.getByRole('region', { name: 'Pengiriman ke BPJS' }).getByRole('note').waitFor()
  await expectForEverybody(page, 'usulan-bpjs-diterima')
  await page.goto(`/antrean/bpjs_returned/${returned.id}`)
  await page.getByRole('region', { name: 'Pengiriman ke BPJS' }).getByRole('note').waitFor()
  await expectForEverybody(page, 'verifikasi-bpjs-dikembalikan')
})
