import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { WEBHOOK_REPLAY_MAX } from '../../../src/contracts/api/webhooks.ts'
import { WEBHOOK_EVENTS } from '../../../src/contracts/events/webhook-events.ts'
import { WAITS_MS } from '../../../src/features/webhooks/attempts.domain.ts'
import { createTemporaryDirectory } from '../../support/temporary-directory.ts'
import { createWorld, HOUR_MS, type World } from './world.ts'

const document = readFileSync(path.join(import.meta.dirname, '../../../docs/webhooks.md'), 'utf8')

describe('the catalogue', () => {
  const rows = document
    .split('\n')
    .filter((line) => /^\| `(?:proposal|message|webhook)\./.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  const named = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)

  test('has every event with every field', () => {
    const documented = rows.map(([, event, , data]) => [named(event)[0], named(data)])
    const actual = Object.entries(WEBHOOK_EVENTS).map(([event, schema]) => [event, Object.keys(schema.shape)])
    expect(documented).toEqual(actual)
  })

  test('shows an example that is one', () => {
    const [, example = ''] = /```json\n([\s\S]+?)```/.exec(document) ?? []
    const { type, data } = z
      .object({ type: z.literal('proposal.state_changed'), data: z.unknown() })
      .parse(JSON.parse(example))
    expect(WEBHOOK_EVENTS[type].safeParse(data).error).toBeUndefined()
  })

  test('has the waiting times and limits of the code', () => {
    const inWords = '5 s, 30 s, 2, 10 and 30 minutes, 1, 2, 4, 8 and 12 hours'
    const [seconds, minutes, hours] = [WAITS_MS.slice(0, 2), WAITS_MS.slice(2, 5), WAITS_MS.slice(5)]
    expect(seconds).toEqual([5_000, 30_000])
    expect(minutes.map((ms) => ms / 60_000)).toEqual([2, 10, 30])
    expect(hours.map((ms) => ms / HOUR_MS)).toEqual([1, 2, 4, 8, 12])
    expect(document).toContain(inWords)
    expect(document).toContain(`After ${WAITS_MS.length + 1} attempts`)
    expect(document).toContain(`at most ${WEBHOOK_REPLAY_MAX.toLocaleString('en')} events`)
  })
})

describe('the example of a receiver', () => {
  type IsGenuine = (headers: Record<string, string>, body: string, secret: string, now?: number) => boolean
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  })
  afterEach(() => world.reset())
  afterAll(() => world?.close())

  async function loadExample(): Promise<IsGenuine> {
    const [, code = ''] = /```js\n([\s\S]+?)```/.exec(document) ?? []
    const file = path.join(createTemporaryDirectory(), 'example.mjs')
    writeFileSync(file, code)
    const example: { isGenuine: IsGenuine } = await import(/* @vite-ignore */ pathToFileURL(file).href)
    return example.isGenuine
  }

  test('knows a real delivery from any other', async () => {
    const isGenuine = await loadExample()
    const webhook = await world.register()
    await world.intake()
    await world.worker.drain()
    const [came] = world.at(webhook)
    if (!came) throw new Error('nothing came')
    const now = world.clock.now().getTime()
    const check = (changes: Partial<typeof came>, secret = webhook.secret, at = now): boolean => {
      const { headers, body } = { ...came, ...changes }
      return isGenuine(headers, body, secret, at)
    }
    const withHeader = (name: string, value: string) => ({ headers: { ...came.headers, [name]: value } })
    expect(check({})).toBe(true)
    expect(check({ body: came.body.replace('submitted', 'eligible') })).toBe(false)
    expect(check(withHeader('webhook-id', crypto.randomUUID()))).toBe(false)
    expect(check(withHeader('webhook-timestamp', String(Number(came.headers['webhook-timestamp']) + 1)))).toBe(false)
    expect(check(withHeader('webhook-signature', 'v1,AAAA'))).toBe(false)
    expect(check(withHeader('webhook-signature', ''))).toBe(false)
    expect(check({ headers: {} })).toBe(false)
    expect(check({}, `whsec_${Buffer.alloc(32).toString('base64')}`)).toBe(false)
    expect(check({}, webhook.secret, now + 600_000)).toBe(false)
  })

  test('goes on with the former secret while it is replaced', async () => {
    const isGenuine = await loadExample()
    const webhook = await world.register()
    await world.post(`${webhook.id}/secret`, {})
    await world.intake()
    await world.worker.drain()
    const [came] = world.at(webhook)
    if (!came) throw new Error('nothing came')
    expect(isGenuine(came.headers, came.body, webhook.secret, world.clock.now().getTime())).toBe(true)
  })
})
