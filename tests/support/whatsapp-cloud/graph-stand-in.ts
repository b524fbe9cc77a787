import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Clock } from '../../../src/platform/clock.ts'
import {
  type Business,
  echoChange,
  messageChange,
  type Sender,
  type Status,
  sign,
  statusChange,
  wrap,
} from './graph-calls.ts'

/** How the service treats one phone. */
export type PhoneScript = {
  /** What the hand-over is answered with. `hang_up`: the connection breaks after the request was read. */
  answer: 'accept' | 'hang_up' | 'empty' | { code: number; httpStatus?: number } | { raw: string; httpStatus: number }
  /** Whether the text reaches the phone. */
  arrives: boolean
  statuses: { status: Status['status']; code?: number }[]
  statusesFirst: boolean
  /** Only templates are taken. */
  windowClosed: boolean
  delayMs: number
  repeat: number
  hidesNumber: boolean
}

const WELL_BEHAVED: PhoneScript = {
  answer: 'accept',
  arrives: true,
  statuses: [{ status: 'sent' }, { status: 'delivered' }],
  statusesFirst: false,
  windowClosed: false,
  delayMs: 0,
  repeat: 1,
  hidesNumber: false,
}

// The documented request, and nothing beside it: what the service would refuse, or silently leave out, is a fault of ours.
const parameter = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^\n\t]*$/)
  .refine((text) => !/ {4}/.test(text))
const target = z.union([
  z.strictObject({ to: z.string().regex(/^\d{8,15}$/) }),
  z.strictObject({ recipient: z.string() }),
])
const bodyComponent = z.strictObject({
  type: z.literal('body'),
  parameters: z.array(z.strictObject({ type: z.literal('text'), text: parameter })),
})
const headerComponent = z.strictObject({
  type: z.literal('header'),
  parameters: z.tuple([z.strictObject({ type: z.literal('image'), image: z.strictObject({ id: z.string() }) })]),
})
const requestSchema = z
  .object({
    messaging_product: z.literal('whatsapp'),
    recipient_type: z.literal('individual'),
    biz_opaque_callback_data: z.string().min(1).max(512),
    to: z.string().optional(),
    recipient: z.string().optional(),
  })
  .and(
    z.discriminatedUnion('type', [
      z.object({
        type: z.literal('text'),
        text: z.strictObject({ preview_url: z.boolean(), body: z.string().min(1).max(4096) }),
      }),
      z.object({
        type: z.literal('image'),
        image: z.strictObject({ id: z.string(), caption: z.string().min(1).max(1024) }),
      }),
      z.object({
        type: z.literal('template'),
        template: z.strictObject({
          name: z.string().regex(/^[a-z0-9_]{1,512}$/),
          language: z.strictObject({ code: z.string() }),
          components: z.union([z.tuple([bodyComponent]), z.tuple([headerComponent, bodyComponent])]),
        }),
      }),
    ]),
  )
export type GraphRequest = z.infer<typeof requestSchema>

/** What becomes of an upload. `hang_up`: the connection breaks after it was read. `too_large`: somebody on the way refuses it. */
export type UploadAnswer = 'accept' | 'hang_up' | 'empty' | 'too_large' | { code: number; httpStatus?: number }
export type Upload = { mediaType: string; bytes: Buffer }

export type GraphStandIn = {
  baseUrl: string
  business: Business
  /** Every request that was read, in order. */
  requests: GraphRequest[]
  /** Every picture that was uploaded, taken or not, in order. */
  uploads: Upload[]
  /** From now on. */
  answerUploads(answer: UploadAnswer): void
  script(phone: string, script: Partial<PhoneScript>): void
  /** What stands on a phone under which texts. */
  picturesOn(phone: string): (Buffer | null)[]
  textsOn(phone: string): string[]
  write(phone: string, content: { type: string; [part: string]: unknown }): Promise<void>
  typeOnOwnPhone(to: string, body: string): Promise<void>
  /** Calls the webhook with this, signed. */
  call(payload: Record<string, unknown>): Promise<void>
  /** Resolves when every call under way has been answered. */
  settled(): Promise<void>
  close(): Promise<void>
}

export type GraphStandInOptions = {
  token: string
  appSecret: string
  apiVersion: string
  /** The service's own time. */
  clock: Clock
  /** Hands one call to the webhook; throws when it was not answered with 200. */
  deliver(body: string, signature: string): Promise<void>
}

/** Meta's Graph endpoint for one number, and the phones behind it. */
export async function createGraphStandIn(options: GraphStandInOptions): Promise<GraphStandIn> {
  const business: Business = {
    phoneNumberId: '106540352242922',
    accountId: '102290129340398',
    displayNumber: '622315550100',
  }
  const scripts = new Map<string, PhoneScript>()
  const texts = new Map<string, { text: string; picture: Buffer | null }[]>()
  const uploads: Upload[] = []
  const known = new Map<string, Upload>()
  let uploadAnswer: UploadAnswer = 'accept'
  const requests: GraphRequest[] = []
  const underway = new Set<Promise<void>>()
  const ownPath = `/${options.apiVersion}/${business.phoneNumberId}`
  let serial = 0
  let isClosing = false
  const newId = (): string => `wamid.${Buffer.from(`stand-in-${++serial}`).toString('base64url')}`
  const scriptOf = (phone: string): PhoneScript => scripts.get(phone) ?? WELL_BEHAVED
  const userIdOf = (phone: string): string => `ID.${phone}`

  const call = async (payload: Record<string, unknown>): Promise<void> => {
    const body = JSON.stringify(payload)
    await options.deliver(body, sign(options.appSecret, body))
  }
  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => underway.delete(tracked))
    underway.add(tracked)
  }

  const tellStatuses = async (phone: string, id: string, reference: string): Promise<void> => {
    if (isClosing) return
    const { statuses, repeat } = scriptOf(phone)
    for (const { status, code } of statuses) {
      const at = options.clock.now()
      const change = statusChange(business, {
        id,
        status,
        phone,
        reference,
        at,
        ...(code === undefined ? {} : { code }),
      })
      for (let time = 0; time < repeat; time++) await call(wrap(business, [change]))
    }
  }

  const refuse = (response: ServerResponse, httpStatus: number, code: number): void => {
    answer(response, httpStatus, {
      error: {
        message: `(#${code}) Something whose words change`,
        type: 'OAuthException',
        code,
        error_data: { messaging_product: 'whatsapp', details: 'in other words' },
        fbtrace_id: 'Az8or2yhqkZfEZ-_4Qn_Bam',
      },
    })
  }

  const takeUpload = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const upload = await readUpload(request)
    if (request.headers.authorization !== `Bearer ${options.token}`) return refuse(response, 401, 190)
    if (!upload) return refuse(response, 400, 100)
    uploads.push(upload)
    if (typeof uploadAnswer === 'object') return refuse(response, uploadAnswer.httpStatus ?? 400, uploadAnswer.code)
    if (uploadAnswer === 'too_large') return void response.writeHead(413).end()
    if (uploadAnswer === 'hang_up') return void request.socket.destroy()
    const id = String(1_037_543_291_543_000 + ++serial)
    known.set(id, upload)
    answer(response, 200, uploadAnswer === 'empty' ? {} : { id })
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'POST' && request.url === `${ownPath}/media`) return await takeUpload(request, response)
    const body = await readBody(request)
    if (request.headers.authorization !== `Bearer ${options.token}`) return refuse(response, 401, 190)
    if (request.method !== 'POST' || request.url !== `${ownPath}/messages`) return refuse(response, 400, 100)
    if (request.headers['content-type'] !== 'application/json') return refuse(response, 400, 100)
    const parsed = requestSchema.safeParse(body)
    const isTargeted = parsed.success && target.safeParse(pickTarget(parsed.data)).success
    if (!parsed.success || !isTargeted) return refuse(response, 400, 100)
    const message = parsed.data
    const mediaId = mediaIdOf(message)
    const picture = mediaId === null ? null : known.get(mediaId)?.bytes
    if (picture === undefined) return refuse(response, 400, 100)
    // A template is approved with its header or without.
    const { template } = message.type === 'template' ? message : {}
    if (template && template.name.includes('_picture_') !== (picture !== null)) return refuse(response, 400, 132012)
    requests.push(message)
    const phone = message.to ?? (message.recipient ?? '').replace(/^ID\./, '')
    const script = scriptOf(phone)
    const { answer: planned } = script
    if (script.windowClosed && message.type !== 'template') return refuse(response, 400, 131047)
    if (typeof planned === 'object') {
      if ('code' in planned) return refuse(response, planned.httpStatus ?? 400, planned.code)
      response.writeHead(planned.httpStatus, { 'content-type': 'text/html' }).end(planned.raw)
      return
    }
    const id = newId()
    await wait(script.delayMs)
    if (script.arrives) texts.set(phone, [...(texts.get(phone) ?? []), { text: writtenText(message), picture }])
    const tell = (): Promise<void> => tellStatuses(phone, id, message.biz_opaque_callback_data)
    if (script.statusesFirst) await tell()
    else response.on('close', () => track(tell()))
    if (planned === 'hang_up') return void request.socket.destroy()
    if (planned === 'empty') return answer(response, 200, {})
    answer(response, 200, {
      messaging_product: 'whatsapp',
      contacts: [{ input: phone, wa_id: phone }],
      messages: [{ id, ...(message.type === 'template' ? { message_status: 'accepted' } : {}) }],
    })
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    baseUrl: `http://127.0.0.1:${port}`,
    business,
    requests,
    uploads,
    answerUploads(next) {
      uploadAnswer = next
    },
    picturesOn: (phone) => (texts.get(phone) ?? []).map(({ picture }) => picture),
    script: (phone, script) => void scripts.set(phone, { ...WELL_BEHAVED, ...script }),
    textsOn: (phone) => (texts.get(phone) ?? []).map(({ text }) => text),
    async write(phone, content) {
      const { hidesNumber, repeat } = scriptOf(phone)
      const from: Sender = hidesNumber ? { userId: userIdOf(phone) } : { phone, userId: userIdOf(phone) }
      const change = messageChange(business, from, content, { id: newId(), at: options.clock.now() })
      for (let time = 0; time < repeat; time++) await call(wrap(business, [change]))
    },
    typeOnOwnPhone: (to, body) =>
      call(wrap(business, [echoChange(business, to, body, { id: newId(), at: options.clock.now() })])),
    call,
    async settled() {
      while (underway.size > 0) await Promise.allSettled(underway)
    },
    async close() {
      isClosing = true
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      while (underway.size > 0) await Promise.allSettled(underway)
    },
  }
}

function pickTarget(message: GraphRequest): Record<string, string> {
  const { to, recipient } = message
  return { ...(to === undefined ? {} : { to }), ...(recipient === undefined ? {} : { recipient }) }
}

/** What the phone shows. The stand-in keeps no approved texts: a template is its name and what it was filled with. */
function writtenText(message: GraphRequest): string {
  if (message.type === 'text') return message.text.body
  if (message.type === 'image') return message.image.caption
  const { name, language, components } = message.template
  return `[${name} ${language.code}] ${bodyOf(components)
    .parameters.map(({ text }) => text)
    .join(' | ')}`
}

type Components = Extract<GraphRequest, { type: 'template' }>['template']['components']
const bodyOf = (components: Components): z.infer<typeof bodyComponent> =>
  components.length === 1 ? components[0] : components[1]

function mediaIdOf(message: GraphRequest): string | null {
  if (message.type === 'image') return message.image.id
  if (message.type !== 'template' || message.template.components.length === 1) return null
  return message.template.components[0].parameters[0].image.id
}

/** The documented form, and nothing beside it. */
async function readUpload(request: IncomingMessage): Promise<Upload | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(Buffer.concat(chunks), { headers }).formData().catch(() => undefined)
  const file = form?.get('file')
  if (form?.get('messaging_product') !== 'whatsapp' || !(file instanceof File)) return undefined
  if (form.get('type') !== file.type || [...form.keys()].length !== 3) return undefined
  return { mediaType: file.type, bytes: Buffer.from(await file.arrayBuffer()) }
}

function answer(response: ServerResponse, httpStatus: number, body: unknown): void {
  response.writeHead(httpStatus, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body))
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}
