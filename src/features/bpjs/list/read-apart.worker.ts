import { parentPort, workerData } from 'node:worker_threads'
import { createSealer } from '../../../platform/crypto/sealer.ts'
import type { ApartAnswer, ApartQuestion } from './read-apart.ts'
import { faultOf, readBatches } from './read-batches.ts'

// Reads the next batch each time it is asked.
const { keyRing, question } = workerData as ApartQuestion
const encryption = new Map([...keyRing.encryption].map(([number, key]) => [number, Buffer.from(key)]))
const batches = readBatches(createSealer({ encryption, index: Buffer.from(keyRing.index) }), question)

const next = async (): Promise<ApartAnswer> => {
  try {
    const { done, value } = await batches.next()
    return done ? { end: true } : { batch: value }
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    return { fault }
  }
}

parentPort?.on('message', () => {
  // What it rejects with ends the thread, and is thrown to whoever waits for the answer.
  void next().then((answer) => parentPort?.postMessage(answer))
})
