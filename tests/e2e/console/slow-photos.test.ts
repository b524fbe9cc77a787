import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, expectForEverybody, openConsoleWorld } from '../../support/console/console.ts'
import { makeFamily } from '../../support/console/family.ts'
import { chooseFile, openForm, savedDraft, textbox } from '../../support/console/intake-form.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

/** Noise, so that it is as large as a phone's: nothing in it can be made small by the format alone. */
const makeLargePhoto = (): Promise<Buffer> =>
  sharp({
    create: {
      width: 3000,
      height: 2000,
      channels: 3,
      background: 'teal',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
    .jpeg({ quality: 95 })
    .toBuffer()

type Sent = { type: string; size: number; width: number; height: number }

/** What leaves the page: a browser hands the bytes of files to nobody who only looks at its requests. */
async function watchUploads(page: Page): Promise<() => Promise<Sent[]>> {
  await page.addInitScript(`
    window.sentFiles = []
    const send = XMLHttpRequest.prototype.send
    XMLHttpRequest.prototype.send = function (body) {
      const file = body instanceof FormData ? body.get('file') : null
      if (file) {
        const note = (width, height) => window.sentFiles.push({ type: file.type, size: file.size, width, height })
        createImageBitmap(file).then((one) => note(one.width, one.height), () => note(0, 0))
      }
      return send.call(this, body)
    }`)
  return () => page.evaluate('window.sentFiles') as Promise<Sent[]>
}

const uploaded = (page: Page) => page.getByText(/^Terunggah pukul/)

test('a large photo is made small before it leaves, and what the browser cannot read goes as it is', async () => {
  const page = await world.open({ as: 'petugas', phone: true })
  const sent = await watchUploads(page)
  await openForm(page)
  const photo = await makeLargePhoto()
  await chooseFile(page, 'Foto KK', photo, 'image/jpeg')
  await uploaded(page).waitFor()
  const [small] = await sent()
  expect(small).toMatchObject({ type: 'image/jpeg', width: 1600, height: 1067 })
  expect(small?.size).toBeLessThan(photo.length / 2)

  // The beginning of a HEIC, and nothing that anybody could decode behind it: the server says so.
  const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(400_000, 7)])
  await chooseFile(page, 'Foto KTP', heic, 'image/heic')
  await page.getByRole('button', { name: 'Unggah lagi' }).waitFor()
  const [, whole] = await sent()
  expect(whole).toEqual({ type: 'image/heic', size: heic.length, width: 0, height: 0 })
})

test('on a slow line the page shows how far a photo is, and goes on as long as something moves', async () => {
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 200,
    downloadThroughput: 1_000_000,
    uploadThroughput: 60_000,
  })
  await chooseFile(page, 'Foto KK', await makeLargePhoto(), 'image/jpeg')
  const bar = page.getByRole('progressbar', { name: 'Mengunggah…' })
  await bar.waitFor()
  await expect.poll(() => bar.evaluate((element) => (element as unknown as { value: number }).value)).toBeGreaterThan(0)
  await expectForEverybody(page, 'pendaftaran-mengunggah')
  await uploaded(page).waitFor({ timeout: 120_000 })
})

test('a line on which nothing moves any more is told, and the same photo goes again by one press', async () => {
  const page = await world.open({ as: 'petugas' })
  await page.clock.install()
  await openForm(page)
  const held = Promise.withResolvers<void>()
  await page.route('**/api/v1/documents', () => held.resolve(), { times: 1 })
  await chooseFile(page, 'Foto KK', await makeLargePhoto(), 'image/jpeg')
  await held.promise
  expect(await page.getByRole('button', { name: 'Unggah lagi' }).count()).toBe(0)
  // A minute passes for the page.
  await page.clock.fastForward(61_000)
  await page.getByRole('button', { name: 'Unggah lagi' }).click()
  await uploaded(page).waitFor()
})

test('a photo whose link is over is shown by a new one, also after a reload', async () => {
  const page = await world.open({ as: 'petugas' })
  const renewed: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/link')) renewed.push(request.method())
  })
  await openForm(page)
  await textbox(page, 'Nomor KK').fill(makeFamily().familyCardNumber)
  // The clocks of page and server differ: the link is refused although the page takes it for good.
  await page.route('**/api/v1/documents/*/content?*', (route) => route.fulfill({ status: 403, body: '' }), { times: 1 })
  await chooseFile(page, 'Foto KK', await makeLargePhoto(), 'image/jpeg')
  await uploaded(page).waitFor()
  const shown = page.getByRole('img', { name: 'Foto KK' })
  const width = () => shown.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
  await expect.poll(width).toBe(1600)
  expect(renewed).toEqual(['POST'])

  await savedDraft(page).waitFor()
  await page.clock.install({ time: Date.now() + 6 * 60_000 })
  await page.reload()
  await expect.poll(width).toBe(1600)
  expect(renewed).toEqual(['POST', 'POST'])
})
