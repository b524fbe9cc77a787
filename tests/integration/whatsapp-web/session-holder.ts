import { createInterface } from 'node:readline'
import { pino } from 'pino'
import { z } from 'zod'
import type { DB } from '../../../src/features/database.ts'
import { openWebGateway } from '../../../src/features/whatsapp/index.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { createKysely, createPool } from '../../../src/platform/db/database.ts'

// A process that competes for the session. Says on its output when it can send, when a browser of it has ended, and what became of the texts it was told to send.
const [databaseUrl = '', dataKeys = '', dataDirectory = '', testPage = '', chromium = '', leaseMs = ''] =
  process.argv.slice(2)
const pool = createPool({ url: databaseUrl, role: 'puntadewa_app', poolSize: 4, applicationName: 'holder' }, () => {})
const say = (line: object): void => console.log(JSON.stringify(line))
const logger = pino(
  { level: 'info' },
  { write: (line: string) => void (line.includes('the WhatsApp page has ended') && say({ ended: true })) },
)

const gateway = await openWebGateway({
  db: createKysely<DB>(pool),
  clock: systemClock,
  sealer: createSealer(parseKeyRing(dataKeys)),
  logger,
  holder: String(process.pid),
  leaseMs: Number(leaseMs),
  dataDirectory,
  browser: { chromium, args: [], testPage, noSandbox: true, memoryLimitBytes: 4_000_000_000 },
})
gateway.onCanSend((canSend) => say({ canSend }))
await gateway.start()

const order = z.object({ to: z.string(), reference: z.string() })
createInterface({ input: process.stdin }).on('line', (line) => {
  const { to, reference } = order.parse(JSON.parse(line))
  const notAfter = new Date(Date.now() + 60_000)
  gateway
    .send({ to, text: `Halo. Ref ${reference}`, reference, notAfter, template: null, lastInboundAt: null })
    .then(({ kind }) => say({ reference, kind }))
    .catch(() => say({ reference, kind: 'threw' }))
})
say({ started: true })
