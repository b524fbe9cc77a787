import { on } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { KeyRing } from '../../../platform/crypto/sealer.ts'
import type { ReadBatch, ReadQuestion } from './read-batches.ts'
import type { StagedBatch } from './staged-batch.ts'

/** What the thread is given. Keys as plain data: a KeyRing's Map and Buffers travel as such. */
export type ApartQuestion = { keyRing: KeyRing; question: ReadQuestion }
export type ApartAnswer = { batch: ReadBatch } | { end: true } | { fault: { code: string; line: number | null } }

/** The file cannot be used. */
export class FileFault extends Error {
  readonly code: string
  readonly line: number | null

  constructor(code: string, line: number | null) {
    super(code)
    this.code = code
    this.line = line
  }
}

/** Texts that a spreadsheet keeps apart from its cells take most of it; without a bound the whole process would grow before it tidies up. */
const MEMORY = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 48 }

/**
 * V8 takes a thread whose objects die young for a small one, and collects all of it each tenth of a second: a quarter of the processor time
 * of reading. No limit of a thread says so, only this flag of those that begin after it is set.
 */
const FIRST_COLLECTION = '--initial-old-space-size=64'

/** What is handed over to the other thread, not copied: copies of 3 MB a batch would cost both more than their work. */
export const memoryOf = (staged: StagedBatch): ArrayBuffer[] =>
  Object.values(staged).flatMap(({ copy }) => (copy ? [copy.buffer] : []))

/**
 * As `readBatches`, in a thread of its own that is one batch ahead of whoever takes them. A batch is theirs until they have asked twice
 * for another: then its memory is used again. Throws `FileFault` for a file that cannot be used; what else goes wrong in the thread is thrown as it is.
 */
export async function* readApart(keyRing: KeyRing, question: ReadQuestion): AsyncGenerator<ReadBatch, void> {
  setFlagsFromString(FIRST_COLLECTION)
  const worker = new Worker(new URL('./read-apart.worker.ts', import.meta.url), {
    workerData: { keyRing, question } satisfies ApartQuestion,
    env: {},
    execArgv: [],
    resourceLimits: MEMORY,
  })
  try {
    const given: StagedBatch[] = []
    const ask = (): void => {
      const written = given.length > 2 ? given.shift() : undefined
      worker.postMessage(written, written ? memoryOf(written) : [])
    }
    ask()
    for await (const [answer] of on(worker, 'message', { close: ['exit'] }) as AsyncIterable<[ApartAnswer]>) {
      if ('fault' in answer) throw new FileFault(answer.fault.code, answer.fault.line)
      if ('end' in answer) return
      given.push(answer.batch.staged)
      ask()
      yield answer.batch
    }
    throw new Error('the thread that reads a list has ended')
  } catch (error) {
    const isFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    throw isFull ? new FileFault('table_too_much_text', null) : error
  } finally {
    await worker.terminate()
  }
}
