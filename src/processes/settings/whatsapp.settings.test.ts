import { expect, test } from 'vitest'
import { parseWhatsappSettings } from './whatsapp.settings.ts'

const CLOUD = {
  WHATSAPP_GATEWAY: 'cloud',
  WHATSAPP_CLOUD_PHONE_NUMBER_ID: '106540352242922',
  WHATSAPP_CLOUD_TOKEN: 'EAAG-invented',
  WHATSAPP_CLOUD_APP_SECRET: 'hunter2-secret',
  WHATSAPP_CLOUD_VERIFY_TOKEN: 'hunter2-hunter2-hunter2',
  WHATSAPP_CLOUD_API_VERSION: 'v23.0',
}
const parse = (environment: Record<string, string>) =>
  parseWhatsappSettings(environment, { isProduction: true, isDemo: false, timeZone: 'Asia/Jakarta' })

test('takes what the Cloud API needs together, and its public address', () => {
  expect(parse(CLOUD)).toMatchObject({
    gateway: 'cloud',
    cloud: {
      phoneNumberId: '106540352242922',
      token: 'EAAG-invented',
      appSecret: 'hunter2-secret',
      verifyToken: 'hunter2-hunter2-hunter2',
      apiVersion: 'v23.0',
      baseUrl: 'https://graph.facebook.com',
    },
  })
})

test.each(Object.keys(CLOUD).filter((name) => name !== 'WHATSAPP_GATEWAY'))('has no default for %s', (name) => {
  const { [name]: _missing, ...rest } = CLOUD as Record<string, string>
  expect(() => parse(rest)).toThrow(new RegExp(`^${name}: WHATSAPP_GATEWAY=cloud needs it; (?!.*hunter2)`))
})

test('asks for none of it with another gateway, and keeps none', () => {
  expect(parse({ ...CLOUD, WHATSAPP_GATEWAY: 'simulator' })).toMatchObject({ gateway: 'simulator', cloud: null })
})

test('sends no picture unless it is asked for by name', () => {
  expect(parse({ WHATSAPP_GATEWAY: 'web' })).toMatchObject({ receiptPicture: false })
  expect(parse({ WHATSAPP_GATEWAY: 'web', WHATSAPP_MEDIA: 'off' })).toMatchObject({ receiptPicture: false })
  expect(parse({ WHATSAPP_GATEWAY: 'web', WHATSAPP_MEDIA: 'receipt' })).toMatchObject({ receiptPicture: true })
  expect(() => parse({ WHATSAPP_GATEWAY: 'web', WHATSAPP_MEDIA: 'true' })).toThrow(/^WHATSAPP_MEDIA: /)
})

test.each([
  ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000'],
  ['https://graph.example/meta/', 'https://graph.example/meta'],
])('calls %s without the slash', (address, baseUrl) => {
  expect(parse({ ...CLOUD, WHATSAPP_CLOUD_BASE_URL: address }).cloud).toMatchObject({ baseUrl })
})

test.each([
  ['WHATSAPP_CLOUD_BASE_URL', 'http://graph.facebook.com'],
  ['WHATSAPP_CLOUD_BASE_URL', 'http://127.0.0.1.hunter2.example'],
  ['WHATSAPP_CLOUD_BASE_URL', 'http://localhost:4000'],
  ['WHATSAPP_CLOUD_BASE_URL', 'ftp://graph.facebook.com'],
  ['WHATSAPP_CLOUD_API_VERSION', '23.0'],
  ['WHATSAPP_CLOUD_PHONE_NUMBER_ID', '../hunter2'],
  ['WHATSAPP_CLOUD_VERIFY_TOKEN', 'hunter2'],
  ['WHATSAPP_GATEWAY', 'hunter2'],
])('refuses %s=%s without repeating it', (name, value) => {
  expect(() => parse({ ...CLOUD, [name]: value })).toThrow(new RegExp(`^${name}: (?!.*hunter2)`))
})
