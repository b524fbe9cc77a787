import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createServerWorld, type ServerWorld } from './server-world.ts'

// The product's times shortened so that they can be waited for; Node looks every 50 ms.
let world: ServerWorld
let port: number
beforeAll(async () => {
  world = await createServerWorld({
    limits: {
      headersTimeout: 300,
      requestTimeout: 600,
      idleSocketTimeout: 5_000,
      keepAliveTimeout: 300,
      checkInterval: 50,
    },
  })
  await world.app.listen({ port: 0, host: '127.0.0.1' })
  port = (world.app.server.address() as AddressInfo).port
})
afterAll(() => world.app.close())

async function open(): Promise<{ socket: Socket; received: () => string; closed: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  // A server that stops listening to us may reset the connection: that is what is being tested.
  socket.on('error', () => {})
  return { socket, received: () => text, closed: once(socket, 'close') }
}

async function exchange(...parts: string[]): Promise<string> {
  const { socket, received, closed } = await open()
  for (const part of parts) socket.write(part)
  await closed
  return received()
}

const HEAD = 'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nCookie: session=petugas\r\nContent-Type: application/json\r\n'

describe('a connection', () => {
  test('that never finishes its headers is answered 408 and closed', async () => {
    const answer = await exchange('GET /livez HTTP/1.1\r\nHost: x\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer).toContain('"code":"request_timeout"')
    expect(answer).toContain('application/problem+json')
  })

  test('that never finishes its body is closed', async () => {
    const answer = await exchange(`${HEAD}Content-Length: 100\r\n\r\n{"members":`)
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('with headers over 8 kB is answered 431', async () => {
    const answer = await exchange(`GET /livez HTTP/1.1\r\nHost: x\r\nX-Filler: ${'x'.repeat(9_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(answer).toContain('"code":"headers_too_large"')
  })

  test('with an address over the limit is answered 431', async () => {
    expect(await exchange(`GET /api/v1/things?q=${'x'.repeat(9_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    )
  })

  test('that does not speak HTTP is answered 400 and closed', async () => {
    const answer = await exchange('\x16\x03\x01 hello?\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('"code":"bad_request"')
  })

  test.each([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}'],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('with %s, as request smugglers send, is refused', async (_case, rest) => {
    expect(await exchange(HEAD + rest)).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('that promises a huge body is refused before it is sent', async () => {
    const { socket, received, closed } = await open()
    socket.write(`${HEAD}Content-Length: 99999999999\r\n\r\n{`)
    await expect.poll(received).toMatch(/^HTTP\/1\.1 413 /)
    socket.destroy()
    await closed
  })

  test('that sends a huge body in chunks is cut off', async () => {
    const { socket, received, closed } = await open()
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`)
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    for (let i = 0; i < 20; i++) socket.write(chunk)
    await expect.poll(received).toMatch(/^HTTP\/1\.1 413 /)
    socket.destroy()
    await closed
  })

  test('is kept for the next request, and closed when none comes', async () => {
    const { socket, received, closed } = await open()
    const request = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'
    socket.write(request)
    await expect.poll(() => received().match(/200 OK/g)?.length).toBe(1)
    socket.write(request)
    await expect.poll(() => received().match(/200 OK/g)?.length).toBe(2)
    await closed
  })
})

test('a request under way is finished when the server stops', async () => {
  const { app } = await createServerWorld()
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  app.get('/slow', { config: { access: 'public' } }, async () => {
    reach()
    await held
    return { done: true }
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const reply = fetch(`${address}/slow`)
  await reached
  const closing = app.close()
  release()
  expect((await reply).status).toBe(200)
  await closing
})
