import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn, until } from '../../../scripts/lib/session.ts'
import { type ConsoleWorld, DEMO_PASSWORD, openConsoleWorld } from '../../support/console/console.ts'
import {
  answerField,
  askForPerson,
  conversationLine,
  phoneOf,
  registerWithPhone,
  talk,
  textsOn,
  writeAs,
} from '../../support/console/conversations.ts'

const NIK = '3274010101900001'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test('a resident asks for a person: the officer sees it without reload, takes over from the bot, answers and closes', async () => {
  const one = await registerWithPhone(world.address, 'SITI AMINAH')
  await until(
    () => textsOn(world.address, one),
    (texts) => texts.length > 0,
  )
  const page = await world.open({ as: 'petugas' })
  await page.goto('/kotak-masuk')
  await page.getByText('Tidak ada warga yang menunggu petugas.').waitFor()
  await writeAs(world.address, one, 'PETUGAS')
  await conversationLine(page, one).waitFor()
  await page.getByRole('status').filter({ hasText: '1 percakapan menunggu petugas' }).waitFor({ state: 'attached' })

  // By keyboard alone: to the first of the list, into it, and to the answer.
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name: phoneOf(one).slice(-4) }).waitFor()
  await talk(page).getByText('PETUGAS', { exact: true }).waitFor()
  expect(await talk(page).innerText()).toContain('Kabar otomatis')
  await page.getByRole('link', { name: 'SITI AMINAH' }).waitFor()
  expect(await page.getByRole('main').innerText()).not.toContain(phoneOf(one).slice(-8))
  await page.keyboard.press('c')
  await page.getByText(/Anda pegang sampai/).waitFor()
  await page.locator('textarea:focus').waitFor()

  await page.getByRole('button', { name: 'Balasan siap pakai' }).click()
  await page.getByRole('menuitem', { name: /Salam pembuka/ }).click()
  await expect.poll(() => answerField(page).inputValue()).toMatch(/^Halo, saya petugas/)
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('Silakan tulis pertanyaannya.')
  await page.keyboard.press('Enter')
  const answer = talk(page).getByText(/Silakan tulis pertanyaannya/)
  await answer.waitFor()
  expect(await answerField(page).inputValue()).toBe('')
  const arrived = await until(
    () => textsOn(world.address, one),
    (texts) => texts.some((text) => text.startsWith('Halo, saya petugas')),
  )
  expect(arrived.at(-1)).toContain('\nSilakan tulis pertanyaannya.\nRef ')
  await talk(page).getByText('Sampai di ponsel').last().waitFor()

  // The bot would know an answer to this one; while a person talks it keeps silent.
  await writeAs(world.address, one, 'CEK')
  await talk(page).getByText('CEK', { exact: true }).waitFor()
  // What it would have said is stored together with the text.
  expect(await talk(page).getByText('Bot', { exact: true }).count()).toBe(1)
  await page.getByRole('status').filter({ hasText: 'Pesan baru dari warga: CEK' }).waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Tutup percakapan' }).click()
  await page.getByRole('button', { name: 'Ambil percakapan' }).waitFor()
  expect(await textsOn(world.address, one)).toEqual(arrived)
  await writeAs(world.address, one, 'CEK')
  await until(
    () => textsOn(world.address, one),
    (texts) => texts.length > arrived.length,
  )
})

test('what was typed stays: through a refusal, another page and a lost claim', async () => {
  const { one, conversationId } = await askForPerson(world.address, 'BUDI SANTOSO')
  const page = await world.open({ as: 'petugas' })
  await page.goto('/kotak-masuk')
  await conversationLine(page, one).click()
  await page.getByRole('button', { name: 'Ambil percakapan' }).click()
  await answerField(page).fill(`NIK Ibu ${NIK}, betul?`)
  await page.keyboard.press('Enter')
  await page.getByText(/Hapus atau samarkan nomor itu/).waitFor()
  expect(await answerField(page).getAttribute('aria-invalid')).toBe('true')
  expect(await answerField(page).inputValue()).toBe(`NIK Ibu ${NIK}, betul?`)

  await answerField(page).fill('Mohon datang besok pagi')
  await page.getByRole('link', { name: 'BUDI SANTOSO' }).click()
  await page.getByRole('heading', { level: 1, name: 'BUDI SANTOSO' }).waitFor()
  await page.goBack()
  await expect.poll(() => answerField(page).inputValue()).toBe('Mohon datang besok pagi')

  const supervisor = await signIn(world.address, 'supervisor', DEMO_PASSWORD)
  await supervisor.must('POST', `/api/v1/conversations/${conversationId}/claim`, { takeOver: true })
  await page.getByText(/sedang menangani percakapan ini/).waitFor()
  const unsent = page.getByRole('textbox', { name: 'Jawaban Anda yang belum terkirim' })
  expect(await unsent.inputValue()).toBe('Mohon datang besok pagi')
  await supervisor.must('POST', `/api/v1/conversations/${conversationId}/release`)
  await page.getByRole('button', { name: 'Ambil percakapan' }).click()
  await answerField(page).press('Enter')
  await talk(page).getByText('Mohon datang besok pagi').waitFor()
})

test('a wrong number is told before anything is sent, and an officer who made sure confirms it', async () => {
  const { one } = await askForPerson(world.address, 'DEWI LESTARI')
  await writeAs(world.address, one, 'SALAH NOMOR')
  const page = await world.open({ as: 'petugas' })
  await page.goto('/kotak-masuk?view=all')
  await conversationLine(page, one).click()
  await page.getByText(/menyatakan ini salah nomor/).waitFor()
  await page.getByRole('button', { name: 'Ambil percakapan' }).click()
  await answerField(page).fill('Apakah ini keluarga Ibu Dewi?')
  expect(await page.getByRole('button', { name: 'Kirim' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Nyatakan nomor benar' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Nyatakan nomor benar' }).click()
  await page.getByText(/Sudah terbukti nomor keluarga/).waitFor()
  await page.getByRole('button', { name: 'Kirim' }).click()
  await talk(page).getByText('Apakah ini keluarga Ibu Dewi?').waitFor()
})

test('a button that goes by itself moves none of the others', async () => {
  const { one } = await askForPerson(world.address, 'RINI WULANDARI')
  await writeAs(world.address, one, 'SALAH NOMOR')
  const page = await world.open({ as: 'petugas' })
  const hold = Promise.withResolvers<void>()
  await page.route('**/conversations/*/read', async (route) => {
    await hold.promise
    await route.continue()
  })
  await page.goto('/kotak-masuk?view=all')
  await conversationLine(page, one).click()
  await page.getByRole('button', { name: 'Ambil percakapan' }).click()
  const others = ['Nyatakan nomor benar', 'Lepas'].map((name) => page.getByRole('button', { name, exact: true }))
  const places = async () => await Promise.all(others.map((button) => button.boundingBox()))
  const read = page.getByRole('button', { name: 'Tandai sudah dibaca' })
  await others[0]?.waitFor()
  await read.waitFor()
  const before = await places()
  hold.resolve()
  await read.waitFor({ state: 'detached' })
  expect(before).not.toContain(null)
  expect(await places()).toEqual(before)
})

test('the bot is paused and let go on, and the list is narrowed', async () => {
  const { one } = await askForPerson(world.address, 'AGUS WIJAYA')
  const page = await world.open({ as: 'supervisor' })
  await page.goto('/kotak-masuk')
  await conversationLine(page, one).click()
  await page.getByRole('button', { name: 'Tandai sudah dibaca' }).click()
  await page.getByRole('button', { name: 'Tandai sudah dibaca' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Jeda bot' }).click()
  await page.getByRole('menuitem', { name: '4 jam', exact: true }).click()
  await page.getByText(/Bot diam sampai/).waitFor()
  await page.getByRole('button', { name: 'Aktifkan bot' }).click()
  await page.getByRole('button', { name: 'Jeda bot' }).waitFor()
  await page.getByRole('button', { name: 'Saya pegang' }).click()
  await page.getByText('Anda tidak sedang memegang percakapan.').waitFor()
  expect(new URL(page.url()).search).toBe('?view=mine')
  // The one that is open stays.
  await page.getByRole('heading', { level: 2, name: phoneOf(one).slice(-4) }).waitFor()
})

test('an admin sees that somebody waits and nothing of what is written, an auditor reads and does nothing', async () => {
  const { one, conversationId } = await askForPerson(world.address, 'RINA MARLINA')
  const admin = await world.open({ as: 'admin' })
  await admin.goto('/kotak-masuk')
  await admin.getByText('Sebagai admin Anda melihat siapa yang menunggu, bukan isi percakapan.').waitFor()
  await admin
    .getByRole('listitem')
    .filter({ hasText: phoneOf(one).slice(-4) })
    .waitFor()
  expect(await admin.getByRole('main').innerText()).not.toContain('PETUGAS')
  const auditor = await world.open({ as: 'auditor' })
  await auditor.goto(`/kotak-masuk/${conversationId}`)
  await talk(auditor).getByText('PETUGAS', { exact: true }).waitFor()
  expect(await auditor.getByRole('button', { name: /Ambil|Jeda|Tandai/ }).count()).toBe(0)
})
