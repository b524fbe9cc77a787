import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createMockPopulation } from '../../src/features/bpjs/mock/index.ts'
import { startProduct } from '../support/product.ts'
import { createTemporaryDirectory } from '../support/temporary-directory.ts'

/** What a start says once it is ready, without its log. */
async function start(settings: Record<string, string>): Promise<{ address: string; lines: string[] }> {
  const product = startProduct({ settings: { PORT: '0', LOG_LEVEL: 'warn', ...settings } })
  onTestFinished(async () => void (await product.end('SIGTERM')))
  const address = await product.ready()
  await expect.poll(() => product.output()).toContain('Hentikan dengan Ctrl-C.')
  await product.end('SIGTERM')
  const lines = product.output().split('\n')
  return { address, lines: lines.slice(lines.indexOf(`PuntaDewa siap di ${address}`)).filter((line) => line !== '') }
}

test('a demo start says where it is, who may sign in and with what, and what to try', async () => {
  const DATA_DIR = path.join(createTemporaryDirectory(), 'data')
  const { address, lines } = await start({ DATA_DIR })
  expect(createMockPopulation()).toHaveLength(200)
  expect(lines).toEqual([
    `PuntaDewa siap di ${address}`,
    'Akun demo (kata sandi semuanya: puntadewa-demo): petugas, kader, verifikator, supervisor, penyetuju, auditor, admin',
    expect.stringMatching(/^Tiruan BPJS Kesehatan dengan 200 peserta karangan: http:\/\/127\.0\.0\.1:\d+$/),
    'Untuk dicoba:',
    expect.stringMatching(/^1\. Di terminal lain: npm run demo /),
    `2. Buka ${address}: masuk sebagai petugas dan daftarkan satu keluarga, lalu sebagai verifikator dan putuskan`,
    `3. Buka ${address}/simulator untuk melihat telepon warga dan membalas pesannya`,
    'Hentikan dengan Ctrl-C.',
  ])

  const other = await start({ DATA_DIR, DEMO_PASSWORD: 'sandi-peraga-lain' })
  expect(other.lines[1]).toContain('(kata sandi semuanya: sandi-peraga-lain)')

  const production = await start({
    DATA_DIR,
    NODE_ENV: 'production',
    DEMO: 'true',
    DATA_KEYS: `1:${randomBytes(32).toString('base64')}`,
    AUTH_SECRET: randomBytes(32).toString('base64'),
    WHATSAPP_GATEWAY: 'simulator',
  })
  expect(production.lines.slice(1)).toEqual([
    expect.stringContaining('Akun demo'),
    'Untuk dicoba:',
    expect.stringMatching(/^1\. Buka http\S+: masuk sebagai petugas /),
    'Hentikan dengan Ctrl-C.',
  ])
})
