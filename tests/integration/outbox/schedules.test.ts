import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SCHEDULES, type ScheduleName } from '../../../src/contracts/jobs/schedules.ts'
import type { ScheduleHandlers } from '../../../src/platform/outbox/index.ts'
import { createGate, createOutboxWorld, eventually, type OutboxWorld, servers } from './fixture.ts'

describe.each(servers)('schedules on $kind', (server) => {
  let world: OutboxWorld
  beforeAll(async () => {
    world = await createOutboxWorld(server)
  })
  afterAll(async () => {
    await world.close()
  })

  test('begin at once, one run in the fleet, and a slow or failing one holds back none of the others', async () => {
    const runs: ScheduleName[] = []
    const gate = createGate()
    const note = (name: ScheduleName) => async () => {
      runs.push(name)
      if (name === 'audit.seal') await gate.passed
      if (name === 'counts.rollup') throw new Error('fails')
    }
    const handlers: ScheduleHandlers = {
      'activation.recheck': note('activation.recheck'),
      'audit.seal': note('audit.seal'),
      'counts.rollup': note('counts.rollup'),
      'whatsapp.settle': note('whatsapp.settle'),
      'membership.retry': note('membership.retry'),
      'corrections.remind': note('corrections.remind'),
      'corrections.expire': note('corrections.expire'),
      'idempotency.purge': note('idempotency.purge'),
      'status-guesses.purge': note('status-guesses.purge'),
      'accounts.sweep': note('accounts.sweep'),
      'figures.purge': note('figures.purge'),
      'webhooks.purge': note('webhooks.purge'),
      'lists.purge': note('lists.purge'),
      'documents.sweep': note('documents.sweep'),
      'bulk.purge': note('bulk.purge'),
      'exports.purge': note('exports.purge'),
      'quota.roll-over': note('quota.roll-over'),
    }
    const queues = ['schedules', 'whatsapp-schedules'] as const
    await world.startRuntime({ queues, handlers: {}, schedules: handlers })
    await world.startRuntime({ queues, handlers: {}, schedules: handlers })
    const names = SCHEDULES.map((schedule) => schedule.name)
    await eventually(() => expect(new Set(runs)).toEqual(new Set(names)))
    // The two of five seconds may have come round again on a slow machine, the others not.
    const rare = SCHEDULES.filter((schedule) => schedule.everyMs > 5_000).map((schedule) => schedule.name)
    expect(runs.filter((name) => rare.includes(name)).toSorted()).toEqual(rare.toSorted())
    gate.open()
  })
})
