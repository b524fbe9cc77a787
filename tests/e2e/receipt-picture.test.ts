import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Json, signIn, until } from '../../scripts/lib/session.ts'
import { inventFamily } from '../../scripts/lib/synthetic-family.ts'
import { drawQr } from '../../src/features/whatsapp/qr-picture.domain.ts'
import { createProductDatabase } from '../support/database.ts'
import { startProduct } from '../support/product.ts'
import { createTemporaryDirectory } from '../support/temporary-directory.ts'

const PASSWORD = 'puntadewa-demo'

test('with WHATSAPP_MEDIA=receipt a family gets the code of its printed receipt as a picture', async () => {
  const database = await createProductDatabase()
  onTestFinished(database.drop)
  const settings = {
    DATABASE_URL: database.url,
    DATA_DIR: path.join(createTemporaryDirectory(), 'data'),
    PORT: '0',
    BPJS_MOCK_PORT: '0',
    DEMO: 'true',
    DEMO_PASSWORD: PASSWORD,
    WHATSAPP_MEDIA: 'receipt',
  }
  const product = startProduct({ settings })
  onTestFinished(async () => void (await product.end('SIGTERM')))
  const petugas = await signIn(await product.ready(), 'petugas', PASSWORD)
  const family = inventFamily()
  const intake = await petugas.must('POST', '/api/v1/intakes', family.intake(family.whatsappNumber), {
    'idempotency-key': randomUUID(),
  })
  const { statusUrl } = await petugas.must('GET', `/api/v1/intakes/${intake.id}/receipt`)
  const { items } = await until(
    () => petugas.must('GET', `/api/v1/simulator/messages?to=${family.whatsappNumber}`),
    (page: Json) => page.items.length > 0,
    60,
  )
  expect(items[0]).toMatchObject({
    body: expect.stringContaining(intake.receiptNumber),
    media: { mediaType: 'image/png', base64: Buffer.from(drawQr(statusUrl)).toString('base64') },
  })

  const command = startProduct({ settings, args: ['whatsapp', 'templates'] })
  expect(await command.exited).toBe(0)
  expect(command.output()).toContain('puntadewa_received_picture_v1\tUTILITY\tid\nHEADER\tIMAGE\n')
})
