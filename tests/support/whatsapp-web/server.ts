import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import type { Account } from './account.ts'
import type { Pages } from './pages.ts'
import { createSelfSignedCertificate } from './self-signed-certificate.ts'

/** How the server answers for the page itself. */
export type ServerMode = 'ok' | 'hang' | '503'

const pageFile = z.enum(['boot.js', 'collections.js', 'media.js', 'modules.js', 'server-line.js'])
const bodies = {
  boot: z.object({ page: z.string(), device: z.string().nullable() }),
  paired: z.object({ page: z.string(), device: z.string() }),
  unlink: z.object({ page: z.string() }),
  exists: z.object({ wid: z.string() }),
  chat: z.object({ wid: z.string() }),
  upload: z.object({ page: z.string(), mimetype: z.string(), bytes: z.base64() }),
  send: z.object({
    page: z.string(),
    id: z.string(),
    to: z.string(),
    body: z.string(),
    t: z.number(),
    type: z.enum(['chat', 'image']),
    caption: z.string().nullable(),
    directPath: z.string().nullable(),
  }),
  history: z.object({ chat: z.string(), known: z.array(z.string()) }),
  seen: z.object({ page: z.string(), seq: z.number() }),
  missing: z.object({ name: z.string() }),
  answer: z.object({ call: z.string(), value: z.unknown() }),
  'pairing-code': z.object({ page: z.string(), phone: z.string() }),
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return JSON.parse(text)
}

/** The TLS server: the page at `/`, and under `/stand-in/` what the page asks and reports. */
export async function startServer(deps: {
  account: Account
  pages: Pages
  mode(): ServerMode
  config(page: string): object
  onUnlink(device: string): void
  onPairingCode(phone: string): string
  onMissing(name: string): void
  skipsBacklog(): boolean
}) {
  const { account, pages } = deps

  const answers: Record<keyof typeof bodies, (body: unknown) => unknown> = {
    boot(body) {
      const { page, device } = bodies.boot.parse(body)
      const isLinked = device !== null && account.isLinked(device)
      if (isLinked && deps.skipsBacklog()) account.skipUnheard(device)
      pages.setDevice(page, isLinked ? device : null)
      return { linked: isLinked, chats: isLinked ? account.chats() : [] }
    },
    paired(body) {
      const { page, device } = bodies.paired.parse(body)
      account.link(device)
      pages.setDevice(page, device)
      return {}
    },
    unlink(body) {
      const { device } = pages.get(bodies.unlink.parse(body).page)
      if (device !== null) deps.onUnlink(device)
      return {}
    },
    exists: (body) => account.exists(bodies.exists.parse(body).wid),
    chat: (body) => account.openChat(bodies.chat.parse(body).wid),
    upload: (body) => account.upload(bodies.upload.parse(body)),
    async send(body) {
      const sent = bodies.send.parse(body)
      return await account.handOver(sent, pages.get(sent.page).device ?? '')
    },
    async history(body) {
      const { chat, known } = bodies.history.parse(body)
      return await account.history(chat, known)
    },
    seen(body) {
      const { page, seq } = bodies.seen.parse(body)
      const { device } = pages.get(page)
      if (device !== null) account.heard(device, seq)
      return {}
    },
    missing(body) {
      deps.onMissing(bodies.missing.parse(body).name)
      return {}
    },
    answer(body) {
      const { call, value } = bodies.answer.parse(body)
      pages.answer(call, value)
      return {}
    },
    'pairing-code': (body) => ({ code: deps.onPairingCode(bodies['pairing-code'].parse(body).phone) }),
  }

  const answerPage = (request: IncomingMessage, response: ServerResponse): void => {
    if (deps.mode() === 'hang') return
    if (deps.mode() === '503') return void response.writeHead(503).end()
    const page = pages.create(request.headers['user-agent'] ?? '')
    const config = JSON.stringify(deps.config(page.id)).replaceAll('<', '\\u003c')
    response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-store' })
    response.end(
      `<!doctype html><meta charset="utf-8"><title>Stand-in</title><link rel="icon" href="data:,">` +
        `<script type="application/json" id="config">${config}</script>` +
        `<script type="module" src="/stand-in/page/boot.js"></script>`,
    )
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://web.whatsapp.com')
    if (pathname === '/') return answerPage(request, response)
    const [, area, name = '', file] = pathname.split('/')
    if (area !== 'stand-in') return void response.writeHead(404).end()
    if (name === 'page') {
      const source = readFileSync(path.join(import.meta.dirname, 'page', pageFile.parse(file)))
      return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(source)
    }
    if (name === 'events') return pages.connect(searchParams.get('page') ?? '', response)
    const handle = Object.entries(answers).find(([known]) => known === name)?.[1]
    if (!handle) return void response.writeHead(404).end()
    const result = await handle(await readBody(request))
    // Null: the WhatsApp behind the page has an error of its own.
    if (result === null) return void response.writeHead(500).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result))
  }

  const server = createServer(createSelfSignedCertificate('web.whatsapp.com'), (request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400).end()
    })
  })
  // A browser that is killed leaves half-open handshakes behind.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
