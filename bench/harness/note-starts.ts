// Loaded before the product: notes when the work of a check begins in it, a line each, on the clock that all processes of the machine share.
import { subscribe } from 'node:diagnostics_channel'
import { createWriteStream } from 'node:fs'
import type { StartedRow } from '../../src/platform/outbox/index.ts'

const file = process.env['BENCH_STARTS_FILE']
if (file === undefined) throw new Error('BENCH_STARTS_FILE is not set')
const out = createWriteStream(file, { flags: 'a' })

subscribe('puntadewa:outbox:begin', (message) => {
  const at = process.hrtime.bigint()
  const { topic, rows } = message as { topic: string; rows: readonly StartedRow[] }
  if (topic !== 'proposal.check') return
  for (const { payload } of rows) out.write(`${(payload as { proposalId: string }).proposalId} ${at}\n`)
})
