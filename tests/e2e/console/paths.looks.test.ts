import { afterAll, beforeAll, test } from 'vitest'
import { type ConsoleWorld, expectForEverybody, openConsoleWorld } from '../../support/console/console.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test('the paths of reactivation are for everybody, with what is wrong at its field', async () => {
  const page = await world.open({ as: 'admin' })
  await page.goto('/pengaturan/jalur-reaktivasi')
  const form = page.getByRole('form', { name: 'Versi baru' })
  await form.getByRole('textbox', { name: 'Batas waktu (hari)' }).fill('0')
  await page
    .getByText(/langkah lanjutan/)
    .first()
    .waitFor()
  await form.getByRole('button', { name: 'Simpan versi baru' }).click()
  await form.getByRole('alert').waitFor()
  await expectForEverybody(page, 'pengaturan-jalur-reaktivasi')
  await page.goto('/pengaturan/jalur-reaktivasi?reason=deceased')
  await page.getByText('Tidak ada berkas untuk jalur ini.').waitFor()
  await expectForEverybody(page, 'pengaturan-jalur-meninggal')
})
