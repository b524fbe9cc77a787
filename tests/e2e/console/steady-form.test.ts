import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, openConsoleWorld } from '../../support/console/console.ts'
import { makeFamily, teachMember } from '../../support/console/family.ts'
import { openForm, textbox, topOf, villageBox } from '../../support/console/intake-form.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test.each([true, false])('an answer that comes late moves nothing under the hand (phone: %s)', async (phone) => {
  const [head, , , , other] = makeFamily().members
  if (!head || !other) throw new Error('a family has members')
  for (const member of [head, other]) await teachMember(world.mockAddress, member, false)
  const page = await world.open({ as: 'petugas', phone })
  let held = Promise.withResolvers<void>()
  await page.route('**/api/v1/persons/lookup', async (route) => {
    await held.promise
    await route.continue()
  })
  await openForm(page)
  const row = page.getByRole('group', { name: 'Anggota 1', exact: true })
  await row.getByRole('textbox', { name: 'NIK' }).fill(head.nik)
  await row.getByText('Memeriksa keanggotaan…').waitFor()
  await row.getByText(/^NIK terbit di/).waitFor()

  // Somebody is typing further below when the answer comes.
  await textbox(page, 'Jalan').focus()
  const before = await topOf(page, 'Jalan')
  held.resolve()
  await row.getByText('Peserta tidak aktif').waitFor()
  expect(Math.abs((await topOf(page, 'Jalan')) - before)).toBeLessThanOrEqual(1)

  // And chooses a village: the list stays open beside its field.
  held = Promise.withResolvers()
  await row.getByRole('textbox', { name: 'NIK' }).fill(other.nik)
  await row.getByText('Memeriksa keanggotaan…').waitFor()
  await villageBox(page).fill('kesend')
  const option = page.getByRole('option', { name: /^Kesenden/ })
  await option.waitFor()
  const listed = await option.boundingBox()
  held.resolve()
  await row.getByText('Peserta tidak aktif').waitFor()
  expect(await option.isVisible()).toBe(true)
  const moved = ((await option.boundingBox())?.y ?? Number.NaN) - (listed?.y ?? Number.NaN)
  expect(Math.abs(moved)).toBeLessThanOrEqual(1)
  await page.keyboard.press('Enter')
  await expect.poll(() => villageBox(page).inputValue()).toMatch(/^Kesenden/)
})

test('the list of villages stays when its field leaves the view, and Enter still chooses', async () => {
  const page = await world.open({ as: 'petugas', phone: true })
  await openForm(page)
  await villageBox(page).fill('kesend')
  const option = page.getByRole('option', { name: /^Kesenden/ })
  await option.waitFor()
  await page.evaluate('scrollTo(0, document.body.scrollHeight)')
  await page.evaluate('scrollTo(0, 0)')
  expect(await option.count()).toBe(1)
  await page.keyboard.press('Enter')
  await expect.poll(() => villageBox(page).inputValue()).toMatch(/^Kesenden/)
})
