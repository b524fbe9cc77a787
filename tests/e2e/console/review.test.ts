import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerCase } from '../../support/console/cases.ts'
import { type ConsoleWorld, openConsoleWorld } from '../../support/console/console.ts'
import { viewAs } from '../../support/console/corrections.ts'
import { makeMember } from '../../support/intake-body.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test('a claim shows in another browser without anybody asking', async () => {
  const one = await registerCase(world.address)
  const watcher = await world.open({ as: 'supervisor' })
  await watcher.goto(`/antrean/new_review/${one.id}`)
  await watcher.getByRole('button', { name: 'Ambil berkas ini' }).waitFor()
  const reviewer = await world.open({ as: 'verifikator' })
  await reviewer.goto(`/antrean/new_review/${one.id}`)
  await reviewer.getByRole('button', { name: 'Ambil berkas ini' }).click()
  await watcher.getByRole('button', { name: 'Ambil alih' }).waitFor()

  // What the first reviewer was about to decide is not lost when a supervisor takes over.
  await reviewer.keyboard.press('k')
  await reviewer.keyboard.press('2')
  await reviewer.waitForResponse((response) => response.url().endsWith('/draft') && response.ok())
  await watcher.getByRole('button', { name: 'Ambil alih' }).click()
  await watcher.getByText(/sempat menyiapkan keputusan/).waitFor()
  await watcher.getByRole('button', { name: 'Pakai' }).click()
  expect(await watcher.getByRole('checkbox', { name: 'KK tidak terbaca' }).isChecked()).toBe(true)
  await reviewer.getByText('Berkas ini tidak sedang Anda pegang').waitFor()
})

test('all tabs of a browser share one stream, and another takes over when its tab is closed', async () => {
  const first = await world.open({ as: 'verifikator' })
  const context = first.context()
  const streams: string[] = []
  context.on('request', (request) => {
    if (request.url().endsWith('/api/v1/events')) streams.push(request.url())
  })
  const opened = context.waitForEvent('request', (request) => request.url().endsWith('/api/v1/events'))
  await first.goto('/antrean/new_review')
  await opened
  const second = await context.newPage()
  await second.goto('/antrean/new_review')
  const one = await registerCase(world.address)
  await second.getByRole('link', { name: one.fullName }).last().waitFor()
  expect(streams).toHaveLength(1)
  const again = context.waitForEvent('request', (request) => request.url().endsWith('/api/v1/events'))
  await first.close()
  await again
})

test('who may be the same person stands beside the case, and is told apart with a word', async () => {
  const who = { fullName: 'KARTINI WULANSARI', birthDate: '1979-04-21' }
  const other = await registerCase(world.address, { members: [makeMember(who)] })
  const one = await registerCase(world.address, { members: [makeMember(who)] })
  const page = await world.open({ as: 'verifikator' })
  await page.goto(`/antrean/duplicates/${one.id}`)
  const likeness = page.getByRole('region', { name: 'Mungkin orang yang sama' })
  await likeness.getByText(`Usulan ${other.receiptNumber}`).waitFor()
  await likeness.getByText('berbeda').first().waitFor()
  await page.getByRole('button', { name: 'Ambil berkas ini' }).click()
  await likeness.getByRole('button', { name: 'Orang yang berbeda' }).click()
  await likeness.getByRole('textbox', { name: 'Mengapa orang yang berbeda?' }).fill('Nama ibu kandungnya lain')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await likeness.waitFor({ state: 'detached' })
  expect((await viewAs(world.address, 'verifikator', one)).flags).toEqual([])
})
