import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import { type RegisteredCase, registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectForEverybody,
  openConsoleWorld,
} from '../../support/console/console.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

/** Presses keys as a reviewer without a mouse does, and counts them. */
function countKeys(page: Page) {
  let pressed = 0
  return {
    async press(key: string) {
      pressed += 1
      await page.keyboard.press(key)
    },
    count: () => pressed,
  }
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })

async function stateOf({ id }: RegisteredCase): Promise<string> {
  const session = await signIn(world.address, 'supervisor', DEMO_PASSWORD)
  return (await session.must('GET', `/api/v1/proposals/${id}`)).state
}

/** Opens the queue of new cases, with the first of them in the hands of this reviewer. */
async function openFirst(page: Page): Promise<void> {
  await page.goto('/antrean/new_review')
  await page.getByRole('button', { name: 'Ambil berikutnya' }).waitFor()
}

test('a clean case takes three keys, and the next one is there at once', async () => {
  const first = await registerCase(world.address)
  const second = await registerCase(world.address)
  const page = await world.open({ as: 'verifikator' })
  await openFirst(page)
  const keys = countKeys(page)
  await keys.press('n')
  await page.getByRole('button', { name: 'Memenuhi syarat' }).waitFor()
  expect(page.url()).toContain(first.id)
  await keys.press('m')
  await keys.press('Enter')
  await expect.poll(() => page.url()).toContain(second.id)
  expect(keys.count()).toBeLessThanOrEqual(8)
  await expect.poll(() => stateOf(first)).toBe('eligible')

  // And back, while the resident has been told nothing.
  await page.getByRole('button', { name: /^Batalkan/ }).waitFor()
  await page.keyboard.press('z')
  await expect.poll(() => page.url()).toContain(first.id)
  await expect.poll(() => stateOf(first)).toBe('in_review')
  const officer = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  const { items } = await officer.must('GET', `/api/v1/proposals/${first.id}/messages`)
  const told = items.filter(({ template }: { template: string }) => template === 'eligible')
  expect(told.map(({ body, sentAt }: { body: string | null; sentAt: string | null }) => [body, sentAt])).toEqual([
    [null, null],
  ])
  await page.getByRole('button', { name: 'Memenuhi syarat' }).waitFor()
  await page.keyboard.press('l')
  await heading(page, 'Baru').waitFor()
})

test('an unreadable KTP goes back to the officer within six keys', async () => {
  const page = await world.open({ as: 'verifikator' })
  await openFirst(page)
  const keys = countKeys(page)
  await keys.press('n')
  await page.getByRole('button', { name: 'Kembalikan untuk diperbaiki' }).waitFor()
  const id = page.url().split('/').at(-1) ?? ''
  await keys.press('k')
  await keys.press('1')
  expect(await page.getByRole('checkbox', { name: 'KTP tidak terbaca' }).isChecked()).toBe(true)
  await keys.press('Enter')
  await expect.poll(() => page.url()).not.toContain(id)
  expect(keys.count()).toBeLessThanOrEqual(6)
  const session = await signIn(world.address, 'supervisor', DEMO_PASSWORD)
  const { state, history } = await session.must('GET', `/api/v1/proposals/${id}`)
  expect(state).toBe('needs_correction')
  expect(history.at(-1).reasons).toEqual([
    expect.objectContaining({ code: 'KTP_TIDAK_TERBACA', field: 'documents.ktp' }),
  ])
})

test('two browsers race for one case: one gets it, the other the next', async () => {
  await Promise.all([registerCase(world.address), registerCase(world.address)])
  const pages = await Promise.all([world.open({ as: 'verifikator' }), world.open({ as: 'supervisor' })])
  await Promise.all(pages.map(openFirst))
  await Promise.all(pages.map((page) => page.keyboard.press('n')))
  await Promise.all(pages.map((page) => page.getByRole('button', { name: 'Memenuhi syarat' }).waitFor()))
  const [left, right] = pages.map((page) => page.url().split('/').at(-1))
  expect(left).not.toBe(right)
  for (const page of pages) {
    await page.keyboard.press('l')
    await heading(page, 'Baru').waitFor()
  }
})

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

test('home, queues and review are for everybody', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto('/')
  await page.getByText('Layanan').waitFor()
  await expectForEverybody(page, 'beranda')
  await page.goto('/antrean')
  await page.getByRole('button', { name: 'Ambil berikutnya' }).first().waitFor()
  await expectForEverybody(page, 'antrean')
  await openFirst(page)
  await expectForEverybody(page, 'antrean-baru')
  await page.keyboard.press('n')
  await page.getByRole('button', { name: 'Memenuhi syarat' }).waitFor()
  await expectForEverybody(page, 'verifikasi')
  await page.keyboard.press('k')
  await page.getByRole('checkbox').first().waitFor()
  await expectForEverybody(page, 'verifikasi-alasan')
  await page.keyboard.press('Escape')
  await page.keyboard.press('l')
  await page.getByRole('button', { name: 'Ambil berikutnya' }).waitFor()
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
