import { parentPort, workerData } from 'node:worker_threads'
import { type CaseOptions, createComposer } from './case-lines.ts'

export type ComposeWork = { options: CaseOptions; now: number; chunk: number }

// Composes the next chunk each time it is asked.
const { options, now, chunk } = workerData as ComposeWork
const compose = createComposer(options, now)
let from = options.from
parentPort?.on('message', () => {
  const end = Math.min(from + chunk, options.from + options.count)
  parentPort?.postMessage(compose(from, end))
  from = end
})
