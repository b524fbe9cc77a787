import { parentPort, workerData } from 'node:worker_threads'
import { createSealer } from '../../../platform/crypto/sealer.ts'
import { type ApartAnswer, type ApartQuestion, memoryOf } from './read-apart.ts'
import { faultOf, readBatches } from './read-batches.ts'
import type { StagedBatch } from './staged-batch.ts'

// Reads the next batch each time it is asked.
const { keyRing, question } = workerData as ApartQuestion
const encryption = new Map([...keyRing.encryption].map(([number, key]) => [number, Buffer.from(key)]))
const batches = readBatches(createSealer({ encryption, index: Buffer.from(keyRing.index) }), question)

const next = async (written: StagedBatch | undefined): Promise<ApartAnswer> => {
  try {
    const { done, value } = await batches.next(written)
    return done ? { end: true } : { batch: value }
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    return { fault }
  }
}

parentPort?.on('message', (written: StagedBatch | undefined) => {
  // What it rejects with ends the thread, and is thrown to whoever waits for the answer.
  void next(written).then((answer) =>
    parentPort?.postMessage(answer, 'batch' in answer ? memoryOf(answer.batch.staged) : []),
  )
})
