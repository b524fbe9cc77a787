import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createResourceStack } from './resource-stack.ts'

const silent = pino({ level: 'silent' })

const recorder = () => {
  const events: string[] = []
  const thing =
    (name: string, stop: () => Promise<void> = async () => {}) =>
    async () => {
      events.push(`start ${name}`)
      return {
        async stop() {
          events.push(`stop ${name}`)
          await stop()
        },
      }
    }
  return { events, thing }
}

test('stops in reverse order of starting, once', async () => {
  const { events, thing } = recorder()
  const stack = createResourceStack(silent)
  await stack.start('database', thing('database'))
  await stack.start('worker', thing('worker'))
  expect(await Promise.all([stack.stopAll(1_000), stack.stopAll(1_000)])).toEqual([true, true])
  expect(events).toEqual(['start database', 'start worker', 'stop worker', 'stop database'])
})

test('passes over what fails or hangs, so that the database below still stops', async () => {
  const { events, thing } = recorder()
  const stack = createResourceStack(silent)
  await stack.start('database', thing('database'))
  await stack.start(
    'hanging',
    thing('hanging', () => new Promise(() => {})),
  )
  await stack.start(
    'failing',
    thing('failing', () => Promise.reject(new Error('broken'))),
  )
  expect(await stack.stopAll(10)).toBe(false)
  expect(events.slice(3)).toEqual(['stop failing', 'stop hanging', 'stop database'])
})

test('starts nothing any more once stopping has begun', async () => {
  const { events, thing } = recorder()
  const stack = createResourceStack(silent)
  await stack.stopAll(1_000)
  await expect(stack.start('late', thing('late'))).rejects.toThrow('stopping')
  expect(events).toEqual([])
})

test('waits for what is being started before it stops it', async () => {
  const { events, thing } = recorder()
  const stack = createResourceStack(silent)
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const slow = stack.start('slow', async () => {
    await gate
    return await thing('slow')()
  })
  const stopped = stack.stopAll(5_000)
  open()
  await slow
  await stopped
  expect(events).toEqual(['start slow', 'stop slow'])
})
