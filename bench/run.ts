// npm run bench -- [part...] [--quick] [--profile]: measures the product against its references (docs/performance.md).
import { parseArgs } from 'node:util'
import type { Part } from './harness/part.ts'
import { describeMachine, writeReport } from './harness/report.ts'
import { consolePart } from './parts/console.ts'
import { coverage } from './parts/coverage.ts'
import { generate } from './parts/generate.ts'
import { idle } from './parts/idle.ts'
import { intake } from './parts/intake.ts'
import { latency } from './parts/latency.ts'
import { lists } from './parts/lists.ts'
import { pipeline } from './parts/pipeline.ts'
import { queue } from './parts/queue.ts'
import { size } from './parts/size.ts'
import { whatsapp } from './parts/whatsapp.ts'

const PARTS: Record<string, Part> = {
  generate,
  intake,
  pipeline,
  latency,
  idle,
  queue,
  size,
  whatsapp,
  lists,
  coverage,
  console: consolePart,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, profile: { type: 'boolean', default: false } },
})

const names = positionals.length > 0 ? positionals : Object.keys(PARTS)
const unknown = names.filter((name) => !Object.hasOwn(PARTS, name))
if (unknown.length > 0) {
  console.error(`unknown part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`)
  process.exit(2)
}
for (const name of names) {
  const part = PARTS[name]
  if (!part) continue
  const machine = describeMachine()
  const startedAt = performance.now()
  console.log(`${name} ...`)
  const report = await part(values)
  writeReport(report, machine, (performance.now() - startedAt) / 1000)
}
