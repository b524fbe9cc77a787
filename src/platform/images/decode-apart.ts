import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { PictureFault, type PictureFaultCode } from './picture-fault.ts'

/** Four bytes a pixel: red, green, blue, opacity. */
export type RawPicture = { width: number; height: number; data: Uint8Array<ArrayBuffer> }

export type ApartQuestion = { kind: 'heic' | 'pdf'; bytes: Uint8Array; maxPixels: number; maxEdge: number }
export type ApartAnswer = { picture: RawPicture } | { fault: PictureFaultCode }

const MEMORY_MB = 256

/**
 * Decodes what sharp's own build cannot (HEVC and PDF) in a thread of its own, which ends with the file or with the time.
 * The decoders are WebAssembly: what goes wrong inside them stays there. They get neither our environment nor our output.
 */
export async function decodeApart(question: ApartQuestion, timeLimitMs: number): Promise<RawPicture> {
  const worker = new Worker(new URL('./apart-worker.ts', import.meta.url), {
    workerData: question,
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  })
  const end = performance.now() + timeLimitMs
  const timer = setTimeout(() => void worker.terminate(), timeLimitMs)
  // An answer may come before the timer is heard on a busy machine: it is late all the same.
  const isLate = (): boolean => performance.now() >= end
  const ended = new AbortController()
  worker.once('exit', () => ended.abort())
  try {
    const [answer]: ApartAnswer[] = await once(worker, 'message', { signal: ended.signal })
    if (isLate()) throw new PictureFault('too_slow')
    if (answer === undefined) throw new PictureFault('broken')
    if ('fault' in answer) throw new PictureFault(answer.fault)
    return answer.picture
  } catch (error) {
    if (isLate()) throw new PictureFault('too_slow')
    throw error instanceof PictureFault ? error : new PictureFault('broken', error)
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
