import type { Logger } from 'pino'
import { FormData } from 'undici'
import { z } from 'zod'
import type { Clock } from '../../../platform/clock.ts'
import type {
  AccountTrouble,
  OutgoingMedia,
  OutgoingTemplate,
  OutgoingText,
  RefusalCode,
  SendResult,
} from '../whatsapp.ports.ts'
import type { CloudSettings } from './cloud-settings.ts'
import { type CodeMeaning, meaningOf } from './error-codes.domain.ts'
import type { GraphClient } from './graph-client.ts'
import { formOf, writeMessageBody } from './message-body.domain.ts'

/** Meta answers within a second; what takes longer than this has an unknown outcome. */
const CALL_TIMEOUT_MS = 20_000

const acceptedSchema = z.object({ messages: z.tuple([z.object({ id: z.string().min(1) })]).rest(z.unknown()) })
const uploadedSchema = z.object({ id: z.string().min(1) })
const errorSchema = z.object({ error: z.object({ code: z.int() }) })

/** `trouble`: the refusal is the account's. */
type Done = { kind: 'done'; result: SendResult; trouble: AccountTrouble | null }
type Handed = Done | { kind: 'window_closed' }

const NO_TEMPLATE: SendResult = { kind: 'refused', code: 'no_template', retryable: false }
const NO_PICTURE: SendResult = { kind: 'refused', code: 'picture_failed', retryable: true }
const REFUSED: SendResult = { kind: 'refused', code: 'gateway_refused', retryable: false }
/** Refusals of a picture that would have met a text alone just so. */
const FOR_ALL: ReadonlySet<RefusalCode> = new Set(['account_trouble', 'gateway_busy'])
const FILE_NAME = 'kode.png'
const TOO_LATE: SendResult = { kind: 'refused', code: 'gateway_busy', retryable: true }

export type CloudSender = (message: OutgoingText) => Promise<{ result: SendResult; trouble: AccountTrouble | null }>

/**
 * Hands one text over: freely while the resident's window is open, else as its template. When the service says that the window is
 * closed although we thought otherwise, the template goes out instead, once; nothing else is repeated. A picture is uploaded first:
 * whatever becomes of that, no text has left yet.
 */
export function createCloudSender(deps: {
  client: GraphClient
  clock: Clock
  logger: Logger
  settings: Pick<CloudSettings, 'phoneNumberId' | 'token' | 'apiVersion' | 'baseUrl'>
}): CloudSender {
  const { client, clock, logger, settings } = deps
  const ownUrl = `${settings.baseUrl}/${settings.apiVersion}/${settings.phoneNumberId}`
  const authorization = `Bearer ${settings.token}`
  const headers = { authorization, 'content-type': 'application/json' }

  const judge = (meaning: CodeMeaning, code: number | null, form: 'text' | OutgoingTemplate): Handed => {
    const { text, trouble: scope } = meaning
    if (meaning.template && form !== 'text') {
      logger.error({ template: form.name, language: form.language, code }, 'a WhatsApp template needs its owner')
    }
    const trouble = scope === null ? null : { scope, code: String(code), at: clock.now() }
    if (text === 'unknown') return { kind: 'done', result: { kind: 'unknown' }, trouble }
    if (text === 'window_closed') return { kind: 'window_closed' }
    return { kind: 'done', result: { kind: 'refused', ...text }, trouble }
  }

  const timeLeft = ({ notAfter }: OutgoingText): number =>
    Math.min(notAfter.getTime() - clock.now().getTime(), CALL_TIMEOUT_MS)

  /** Brings a picture to the service, where nobody sees it yet. */
  const upload = async (message: OutgoingText, media: OutgoingMedia): Promise<{ id: string } | Done> => {
    const timeoutMs = timeLeft(message)
    if (timeoutMs <= 0) return { kind: 'done', result: TOO_LATE, trouble: null }
    const form = new FormData()
    form.set('messaging_product', 'whatsapp')
    form.set('type', media.mediaType)
    form.set('file', new Blob([new Uint8Array(media.bytes)], { type: media.mediaType }), FILE_NAME)
    const answer = await client.post(`${ownUrl}/media`, { authorization }, form, timeoutMs)
    if ('failure' in answer) return { kind: 'done', result: answer.written ? NO_PICTURE : TOO_LATE, trouble: null }
    const json = parseJson(answer.body)
    const id = uploadedSchema.safeParse(json).data?.id
    const isDone = answer.httpStatus >= 200 && answer.httpStatus < 300
    if (isDone && id !== undefined) return { id }
    const code = isDone ? null : (errorSchema.safeParse(json).data?.error.code ?? null)
    logger.warn({ httpStatus: answer.httpStatus, code }, 'the WhatsApp service did not take a picture')
    const judged = judge(meaningOf(code, answer.httpStatus), code, 'text')
    const isForAll = judged.kind === 'done' && judged.result.kind === 'refused' && FOR_ALL.has(judged.result.code)
    // Without a code it was somebody on the way, who may let texts through.
    return code !== null && isForAll ? judged : { kind: 'done', result: NO_PICTURE, trouble: null }
  }

  const handOver = async (
    message: OutgoingText,
    form: 'text' | OutgoingTemplate,
    mediaId: string | null,
  ): Promise<Handed> => {
    const timeoutMs = timeLeft(message)
    if (timeoutMs <= 0) return { kind: 'done', result: TOO_LATE, trouble: null }
    const body = writeMessageBody(message, form, mediaId)
    const answer = await client.post(`${ownUrl}/messages`, headers, body, timeoutMs)
    if ('failure' in answer) {
      const result: SendResult = answer.written ? { kind: 'unknown' } : TOO_LATE
      return { kind: 'done', result, trouble: null }
    }
    const json = parseJson(answer.body)
    if (answer.httpStatus >= 200 && answer.httpStatus < 300) {
      const gatewayMessageId = acceptedSchema.safeParse(json).data?.messages[0].id
      const result: SendResult =
        gatewayMessageId === undefined ? { kind: 'unknown' } : { kind: 'accepted', gatewayMessageId }
      return { kind: 'done', result, trouble: null }
    }
    const code = errorSchema.safeParse(json).data?.error.code ?? null
    const meaning = meaningOf(code, answer.httpStatus)
    if (meaning.trouble !== null || meaning.text === 'unknown') {
      logger.warn({ httpStatus: answer.httpStatus, code }, 'the WhatsApp service did not take a text')
    }
    const handed = judge(meaning, code, form)
    const isPicture =
      handed.kind === 'done' && handed.result.kind === 'refused' && handed.result.code === 'picture_failed'
    return isPicture && mediaId === null ? { ...handed, result: REFUSED } : handed
  }

  return async (message) => {
    const { media = null } = message
    const template = message.template && media ? { ...message.template, name: media.templateName } : message.template
    const form = formOf({ ...message, template }, clock.now())
    if (form === null) return { result: NO_TEMPLATE, trouble: null }
    const uploaded = media && (await upload(message, media))
    if (uploaded !== null && 'kind' in uploaded) return uploaded
    const mediaId = uploaded && uploaded.id
    const first = await handOver(message, form, mediaId)
    if (first.kind === 'done') return first
    if (form !== 'text' || template === null) return { result: NO_TEMPLATE, trouble: null }
    const second = await handOver(message, template, mediaId)
    return second.kind === 'done' ? second : { result: NO_TEMPLATE, trouble: null }
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
