import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createCheckout } from '../support/checkout.ts'

/** Each of these would keep the demo from its end, or lead it to somebody's database. */
const OPERATORS_SETTINGS = {
  NODE_ENV: 'production',
  PROCESS_ROLES: 'api',
  PUBLIC_URL: 'https://puntadewa.example.go.id',
  DATABASE_URL: 'postgres://operator@127.0.0.1:9/real',
  REDIS_URL: 'redis://127.0.0.1:9',
  DATA_DIR: 'operators-data',
  DEMO: 'false',
  BPJS_SOURCE: 'manual',
}

test('npm run demo tells the main job beside the settings of an operator, and leaves nothing behind', async () => {
  const checkout = createCheckout()
  const lines = Object.entries(OPERATORS_SETTINGS).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(path.join(checkout, '.env'), lines.join(''))
  const temporary = path.join(checkout, 'temporary')
  mkdirSync(temporary)
  const before = readdirSync(checkout)
  const demo = spawn('npm', ['run', '--silent', 'demo'], {
    cwd: checkout,
    env: { ...process.env, ...OPERATORS_SETTINGS, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [code] = (await once(demo, 'close')) as [number | null]

  expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining('\nSelesai.\n') })
  const arrived = [...text.matchAll(/menerima:\n((?: {4}\| .*\n)+)/gu)].map(([, message]) => message)
  expect(arrived).toEqual([
    expect.stringContaining('Ahmad F.'),
    // What answers the resident who wrote first is the bot's affair.
    expect.any(String),
    expect.stringMatching(/Ahmad F\.\*: sudah aktif[^]*Siti A\.\*: memenuhi syarat/u),
    expect.stringMatching(/Nur A\.\* \*memenuhi syarat\*/u),
    expect.stringMatching(/Siti A\.\*: dikirim ke BPJS[^]*Nur A\.\*: dikirim ke BPJS/u),
    expect.stringMatching(/Siti A\.\*: sekarang aktif[^]*Nur A\.\*: sekarang aktif/u),
  ])
  expect(text).toMatch(/menekan kirim: "Halo, nomor pendaftaran saya PDW-3274-\d{4}-\d{6}-[0-9A-Z]"/u)
  expect(text).toContain('AHMAD FAUZI: Sudah aktif (already_active)')
  expect(text).toMatch(/1\. Sudah aktif\n.*2\. Disetujui, menunggu pengiriman\n.*3\. Disetujui, menunggu pengiriman\n/u)
  expect(text).toMatch(/dalam berkas tersegel 3274-\d{4}-0001\.[^]*SHA-256 [0-9a-f]{64}\n/u)
  expect(text).toContain('100 seluruhnya, 2 terpakai, 98 tersisa')
  expect(text).toContain('2 diterima, 0 ditolak')
  expect(text).toMatch(/1\. Sudah aktif\n.*2\. Aktif\n.*3\. Aktif\n/u)
  // The cache is npm's own.
  expect(readdirSync(temporary).filter((name) => name !== 'node-compile-cache')).toEqual([])
  expect(readdirSync(checkout)).toEqual(before)
})
