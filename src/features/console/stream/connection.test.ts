import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { OutgoingEvent } from './audience.domain.ts'
import { createConnection } from './connection.ts'

const actor = {
  userId: 'u',
  username: 'supervisor',
  displayName: 'Supervisor',
  role: 'supervisor' as const,
  regionCode: '32.74',
  officeId: null,
  officeIds: [],
  scopes: null,
}
const open = () =>
  createConnection({
    session: { sessionId: 's', actor, rights: '' },
    ears: { goesByVillage: false, proposals: () => true, conversations: () => true, messages: () => true },
    resumeFrom: null,
  })
const EVENT: OutgoingEvent = {
  name: 'proposals',
  data: { ids: Array.from({ length: 100 }, () => crypto.randomUUID()) },
}

test('what nobody reads is bounded: the stream is dropped, and takes no more', () => {
  const connection = open()
  let most = 0
  for (let i = 0; i < 1_000; i += 1) {
    connection.send([EVENT], 1n, 0)
    most = Math.max(most, connection.body.readableLength)
  }
  expect(connection.body.destroyed).toBe(true)
  expect(most).toBeGreaterThan(32 * 1024)
  expect(most).toBeLessThanOrEqual(64 * 1024)
  connection.end('stopping')
})

test('a client that stops reading is cut off, and one that reads is not', async () => {
  const connections = [open(), open()]
  const bodies = connections.map(({ body }) => body)
  const server = createServer((_request, response) => {
    const body = bodies.shift()
    if (body) pipeline(body, response, () => {})
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = async (): Promise<IncomingMessage> => {
    const [response] = (await once(get(address, { agent: false }), 'response')) as [IncomingMessage]
    response.on('error', () => {})
    return response
  }
  const [slow, quick] = connections
  const deaf = await ask()
  deaf.pause()
  const reader = await ask()
  let read = 0
  reader.on('data', (chunk: Buffer) => {
    read += chunk.length
  })
  let sent = 0
  // What the machine's own buffers take first differs; without the bound this would never end.
  while (!slow?.body.destroyed && sent < 20_000) {
    slow?.send([EVENT], 1n, 0)
    const before = read
    quick?.send([EVENT], 1n, 0)
    sent += 1
    while (read === before && !quick?.body.destroyed) await nextTurn()
  }
  expect(slow?.body.destroyed).toBe(true)
  expect(quick?.body.destroyed).toBe(false)
  expect(read).toBeGreaterThan(64 * 1024)
})

test('the reason comes last', () => {
  const { body, end, send } = open()
  end('session_ended')
  end('stopping')
  send([EVENT], 2n, 0)
  const text = String(body.read())
  expect(text.endsWith('event: end\ndata: {"reason":"session_ended"}\n\n')).toBe(true)
})
