import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JobWorker, QueueBackend, QueuedJob } from '../../../src/platform/queue/index.ts'
import { eventually } from '../outbox/fixture.ts'
import { createProxy } from '../outbox/proxy.ts'
import { type QueueServer, queueServers } from './queue-server.ts'

describe.each(queueServers)('a queue on $kind', ({ create }) => {
  let server: QueueServer
  let backend: QueueBackend
  const closeables: { close(force: boolean): Promise<void> }[] = []
  beforeAll(async () => {
    server = await create()
  })
  beforeEach(() => {
    backend = server.open()
  })
  afterEach(async () => {
    for (const closeable of closeables.splice(0)) await closeable.close(true)
    await server.wipe()
  })
  afterAll(async () => {
    await server.close()
  })

  const openQueue = async (from: QueueBackend = backend) => {
    const queue = await from.openQueue('intake')
    closeables.push(queue)
    return queue
  }
  const openWorker = async (
    processor: (job: QueuedJob) => Promise<void>,
    from: QueueBackend = backend,
  ): Promise<JobWorker> => {
    const worker = await from.openWorker('intake', 2, processor)
    closeables.push(worker)
    return worker
  }
  const newJob = (id: string): QueuedJob => ({ id, name: 'intake.received', data: { ids: [1, 2, 3] } })

  test('a job added twice under one id is kept once, whether alone or in bulk', async () => {
    const queue = await openQueue()
    await queue.add([newJob('a')])
    await queue.add([newJob('a'), newJob('b')])
    await queue.add([newJob('b')])
    expect(await queue.countWaiting()).toBe(2)
    const seen: QueuedJob[] = []
    await openWorker(async (job) => {
      seen.push(job)
    })
    await eventually(() => expect(seen).toHaveLength(2))
    expect(seen.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([newJob('a'), newJob('b')])
    await eventually(async () => expect(await server.dump()).not.toContain('intake.received'))
  })

  test('a job that fails is kept to be looked at, without what its error said', async () => {
    const queue = await openQueue()
    let runs = 0
    await openWorker(async () => {
      runs += 1
      throw new TypeError('duplicate key (nik)=(3274014505900001)')
    })
    await queue.add([newJob('a')])
    await eventually(async () => expect(await server.dump()).toContain('TypeError'))
    expect(await server.dump()).not.toContain('3274014505900001')
    expect(runs).toBe(1)
  })

  test('closing a worker waits for the job at work and takes no other', async () => {
    const queue = await openQueue()
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const done: string[] = []
    const begun: string[] = []
    const worker = await openWorker(async (job) => {
      begun.push(job.id)
      await gate
      done.push(job.id)
    })
    await queue.add([newJob('a'), newJob('b'), newJob('c')])
    await eventually(() => expect(begun).toHaveLength(2))
    const closed = worker.close(false)
    open()
    await closed
    expect(done.toSorted()).toEqual(['a', 'b'])
    expect(await queue.countWaiting()).toBe(1)
  })

  test('a worker takes up work again after its server was away, and a producer fails fast meanwhile', async () => {
    const proxy = await createProxy(server.url)
    const throughProxy = server.open(proxy.through(server.url))
    const queue = await openQueue(throughProxy)
    const seen: string[] = []
    await openWorker(async (job) => {
      seen.push(job.id)
    }, throughProxy)
    await queue.add([newJob('before')])
    await eventually(() => expect(seen).toEqual(['before']))
    await proxy.breakOff()
    const refusedAt = performance.now()
    await expect(queue.add([newJob('refused')])).rejects.toThrow()
    expect(performance.now() - refusedAt).toBeLessThan(6_000)
    const direct = await openQueue()
    await direct.add([newJob('meanwhile')])
    await delay(500)
    await proxy.restore()
    await eventually(() => expect(seen).toEqual(['before', 'meanwhile']))
    await eventually(async () => await queue.add([newJob('after')]))
    await eventually(() => expect(seen).toEqual(['before', 'meanwhile', 'after']))
    for (const closeable of closeables.splice(0)) await closeable.close(true)
    await proxy.close()
  })

  test('a schedule runs once per interval in the whole fleet, however often it is declared', async () => {
    const runs: string[] = []
    for (const process of [backend, server.open(), server.open()]) {
      const queue = await openQueue(process)
      await queue.schedule('audit.seal', 200)
      await openWorker(async (job) => {
        runs.push(job.id)
      }, process)
      await queue.schedule('audit.seal', 200)
    }
    await eventually(() => expect(runs.length).toBeGreaterThanOrEqual(6))
    // A run's id ends with the moment it is meant for.
    const moments = runs.map((id) => Number(id.split(':').at(-1))).toSorted((a, b) => a - b)
    const distances = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0))
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(200)
  })

  test('a schedule that the server has forgotten goes on when it is declared again', async () => {
    const queue = await openQueue()
    const runs: string[] = []
    await openWorker(async (job) => {
      runs.push(job.id)
    })
    await queue.schedule('audit.seal', 200)
    await eventually(() => expect(runs.length).toBeGreaterThanOrEqual(2))
    await server.wipe()
    const before = runs.length
    await queue.schedule('audit.seal', 200)
    await eventually(() => expect(runs.length).toBeGreaterThanOrEqual(before + 2))
  })
})
