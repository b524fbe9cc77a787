import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = { path: string; headers: Record<string, string>; body: string }
/** What the receiver does with one delivery; a number is the status it answers with. */
export type Behaviour = number | ((response: ServerResponse, request: IncomingMessage) => void)

export type WebhookReceiver = {
  /** `http://127.0.0.1:<port>`. */
  address: string
  /** Everything that came, in its order. */
  received: Received[]
  /** How the next deliveries to a path are answered, one after the other; the last stays. Unset: 204. */
  behave(path: string, ...behaviours: Behaviour[]): void
  /** Deliveries under way. */
  underWay(): number
  close(): Promise<void>
}

/** A system of somebody else that is told what happened. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = []
  const behaviours = new Map<string, Behaviour[]>()
  let underWay = 0
  const server = createServer((request, response) => {
    underWay += 1
    response.on('close', () => {
      underWay -= 1
    })
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      received.push({ path, headers, body: Buffer.concat(chunks).toString('utf8') })
      const list = behaviours.get(path) ?? []
      const behaviour = (list.length > 1 ? list.shift() : list[0]) ?? 204
      if (typeof behaviour === 'number') response.writeHead(behaviour).end()
      else behaviour(response, request)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}`,
    received,
    behave: (path, ...list) => void behaviours.set(path, list),
    underWay: () => underWay,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
