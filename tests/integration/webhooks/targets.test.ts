import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterEach(() => world.reset())
afterAll(() => world?.close())

const URL_OF_A_NAME = 'https://penerima.example/kabar'

/** How one delivery to a name ends, whatever the machine's resolver would say. */
async function outcomeWhen(addresses: readonly string[] | Error, allowedHosts: string[] = []): Promise<string | null> {
  const asked: string[] = []
  const worker = world.createWorker({
    settings: { allowedHosts, allowsLocalHttp: true, deadlineMs: 2_000 },
    async resolve(hostname) {
      asked.push(hostname)
      if (addresses instanceof Error) throw addresses
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    },
  })
  const webhook = await world.register({ events: ['proposal.registered'], url: URL_OF_A_NAME })
  await world.intake()
  await worker.drain()
  await worker.webhooks.close()
  expect(asked).toEqual(['penerima.example'])
  const [delivery] = await world.deliveries(webhook)
  return delivery?.outcome ?? null
}

describe('a name', () => {
  test.each([
    '127.0.0.1',
    '10.0.0.7',
    '169.254.169.254',
    '100.64.1.1',
    '192.168.1.1',
    '::1',
    '::ffff:127.0.0.1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
  ])('that leads to %s is not called', async (address) => {
    expect(await outcomeWhen([address])).toBe('address_refused')
  })

  test('is not called when one of its addresses is ours, wherever that stands', async () => {
    expect(await outcomeWhen(['1.1.1.1', '127.0.0.1'])).toBe('address_refused')
    await world.reset()
    expect(await outcomeWhen(['127.0.0.1', '2606:4700::1111'])).toBe('address_refused')
  })

  test('without any address is not called', async () => {
    expect(await outcomeWhen([])).toBe('address_refused')
  })

  test('that nobody knows is told apart', async () => {
    expect(await outcomeWhen(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))).toBe('name_unknown')
  })

  test('that the operator allows is called at an address of our own network', async () => {
    // Nobody speaks TLS there: that it was tried at all is what shows.
    expect(await outcomeWhen(['127.0.0.1'], ['penerima.example'])).toBe('connection_failed')
  })

  test('is looked up once for each connection, so that no second answer can slip in', async () => {
    const answers = ['127.0.0.1', '1.1.1.1']
    let asked = 0
    const worker = world.createWorker({
      settings: { allowedHosts: [], allowsLocalHttp: true, deadlineMs: 2_000 },
      resolve: async () => [{ address: answers[asked++] ?? '', family: 4 }],
    })
    const webhook = await world.register({ events: ['proposal.registered'], url: URL_OF_A_NAME })
    await world.intake()
    await worker.drain()
    await worker.webhooks.close()
    expect(asked).toBe(1)
    expect(await world.deliveries(webhook)).toMatchObject([{ outcome: 'address_refused' }])
  })
})

test('an address that was allowed when it was registered is refused once it no longer is', async () => {
  const webhook = await world.register({ events: ['proposal.registered'] })
  await world.intake()
  const strict = world.createWorker({ settings: { allowedHosts: [], allowsLocalHttp: false } })
  await strict.drain()
  await strict.webhooks.close()
  expect(world.at(webhook)).toEqual([])
  expect(await world.deliveries(webhook)).toMatchObject([{ state: 'pending', outcome: 'address_refused' }])
})
