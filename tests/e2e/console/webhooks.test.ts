import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Json, type Session, signIn } from '../../../scripts/lib/session.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectAccessible,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'

let world: ConsoleWorld
let admin: Session
beforeAll(async () => {
  world = await openConsoleWorld()
  admin = await signIn(world.address, 'admin', DEMO_PASSWORD)
})
afterAll(() => world.close())

test('address, description and events of a webhook are changed, and its secret is not', async () => {
  const { webhook } = await admin.must('POST', '/api/v1/webhooks', {
    url: 'https://penerima.example/lama',
    events: ['message.inbound', 'proposal.registered'],
    description: 'Dasbor kota',
  })
  const page = await world.open({ as: 'admin' })
  await page.goto('/pengaturan/webhook')
  await page.getByRole('region', { name: 'Dasbor kota' }).getByRole('button', { name: 'Ubah', exact: true }).click()
  const form = page.getByRole('dialog')
  const url = form.getByRole('textbox', { name: 'Alamat penerima' })
  expect(await url.inputValue()).toBe('https://penerima.example/lama')
  await form.getByText('Rahasia tetap sama.').waitFor()
  await expectAccessible(page)
  await takeScreenshot(page, 'pengaturan-webhook-ubah-id-light-1280')

  // What the server refuses is told at its field, and nothing is lost.
  await url.fill('http://penerima.example/baru')
  await form.getByRole('button', { name: 'Simpan' }).click()
  await expect.poll(() => url.getAttribute('aria-invalid')).toBe('true')
  await url.fill('https://penerima.example/baru')
  await form.getByRole('textbox', { name: 'Keterangan' }).fill('Dasbor provinsi')
  await form.getByRole('checkbox', { name: 'Pesan masuk' }).uncheck()
  await form.getByRole('button', { name: 'Simpan' }).click()
  await form.waitFor({ state: 'hidden' })

  await page.getByRole('region', { name: 'Dasbor provinsi' }).getByText('https://penerima.example/baru').waitFor()
  expect(await page.locator('[data-secret]').count()).toBe(0)
  const { items } = await admin.must('GET', '/api/v1/webhooks')
  expect(items).toMatchObject([
    {
      id: webhook.id,
      url: 'https://penerima.example/baru',
      description: 'Dasbor provinsi',
      events: ['proposal.registered'],
      status: 'active',
      // Nothing has replaced the secret: no former one signs beside it.
      previousSecretUntil: null,
    },
  ])
  const audited: string[] = (await admin.must('GET', '/api/v1/audit?limit=100')).items.map(({ action }: Json) => action)
  expect(audited).toContain('change_webhook')
  expect(audited).not.toContain('rotate_webhook_secret')
})

test('the filters of the audit log live in the address', async () => {
  const page = await world.open({ as: 'admin' })
  await page.goto('/pengaturan/audit')
  const table = page.getByRole('table', { name: 'Log audit' })
  await table.waitFor()
  await page.getByRole('combobox', { name: 'Tindakan' }).click()
  await page.getByRole('option', { name: 'Membuat webhook' }).click()
  await page.getByRole('button', { name: 'Saring', exact: true }).click()
  await expect.poll(() => new URL(page.url()).searchParams.get('action')).toBe('create_webhook')
  await expect.poll(() => table.getByRole('row').count()).toBe(2)

  await page.reload()
  await table.getByText('Membuat webhook').waitFor()
  expect(await table.getByRole('row').count()).toBe(2)
  expect(await page.getByRole('combobox', { name: 'Tindakan' }).inputValue()).toBe('Membuat webhook')

  await page.goBack()
  await expect.poll(() => new URL(page.url()).search).toBe('')
  await expect.poll(() => table.getByRole('row').count()).toBeGreaterThan(2)
  expect(await page.getByRole('combobox', { name: 'Tindakan' }).inputValue()).toBe('')

  await page.goto('/pengaturan/audit?action=tidak_ada&from=kemarin')
  await table.waitFor()
  expect(await table.getByRole('row').count()).toBeGreaterThan(2)
})
