import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerStreamMetrics } from '../../../src/processes/wiring/metrics.ts'
import { createStreamWorld, type StreamWorld } from './world.ts'

let world: StreamWorld
beforeAll(async () => {
  world = await createStreamWorld()
})
afterAll(() => world?.close())

test('metrics say how many event streams are open in the process, and forget those that closed', async () => {
  const registry = new Registry()
  registerStreamMetrics(registry, world.whole.features)
  const open = async (): Promise<string> => registry.getSingleMetricAsString('puntadewa_event_streams')
  expect(await open()).toMatch(/^puntadewa_event_streams 0$/m)
  const streams = await Promise.all(['verifikator', 'supervisor'].map((name) => world.open(name)))
  for (const stream of streams) await stream.waitFor('ready')
  expect(await open()).toMatch(/^puntadewa_event_streams 2$/m)
  streams[0]?.close()
  await expect.poll(open, { timeout: 20_000 }).toMatch(/^puntadewa_event_streams 1$/m)
})
