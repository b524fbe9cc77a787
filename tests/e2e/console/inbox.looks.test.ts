import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type ConsoleWorld,
  expectAccessible,
  expectForEverybody,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'
import { answerField, askForPerson, conversationLine, talk } from '../../support/console/conversations.ts'

/** How much of the conversation lies below what is shown. */
const BELOW_THE_VIEW = `(() => {
  const { scrollHeight, scrollTop, clientHeight } = document.querySelector('[role="log"]')
  return scrollHeight - scrollTop - clientHeight
})()`
const NIK = '3274010101900001'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test('list, conversation and refusal are for everybody', async () => {
  const { one } = await askForPerson(world.address, 'MAYA KUSUMA')
  const page = await world.open({ as: 'petugas' })
  await page.goto('/kotak-masuk')
  await conversationLine(page, one).waitFor()
  await expectForEverybody(page, 'kotak-masuk')
  await conversationLine(page, one).click()
  await talk(page).getByText('PETUGAS', { exact: true }).waitFor()
  await expectForEverybody(page, 'percakapan')
  // Two screens on a phone, side by side at a desk.
  await page.setViewportSize({ width: 360, height: 740 })
  await conversationLine(page, one).waitFor({ state: 'hidden' })
  await page.getByRole('link', { name: 'Kembali ke daftar percakapan' }).click()
  await conversationLine(page, one).click()
  await page.getByRole('button', { name: 'Ambil percakapan' }).click()
  await answerField(page).fill(`Nomor ${NIK}`)
  await answerField(page).press('Enter')
  await expect.poll(() => answerField(page).getAttribute('aria-invalid')).toBe('true')
  // The latest stays in view although the answer took some of its room.
  await expect.poll(() => page.evaluate(BELOW_THE_VIEW)).toBeLessThan(4)
  await expectForEverybody(page, 'percakapan-ditolak')
  await page.getByRole('button', { name: 'Balasan siap pakai' }).click()
  await page.getByRole('menuitem').first().waitFor()
  await expectAccessible(page)
  await takeScreenshot(page, 'percakapan-balasan-id-light-1280')
  await page.keyboard.press('Escape')
  await page.goto('/kotak-masuk?view=closed')
  await page.getByRole('list', { name: 'Daftar percakapan' }).waitFor({ state: 'attached' })
  await expectForEverybody(page, 'kotak-masuk-selesai')
})
