import type { OutgoingTemplate, OutgoingText } from '../whatsapp.ports.ts'

const HOUR_MS = 60 * 60_000
/**
 * Meta lets us write freely for 24 hours after somebody wrote. We stop ten minutes earlier: their clock counts, and the text is on
 * its way for a while.
 */
export const FREE_WINDOW_MS = 24 * HOUR_MS - 10 * 60_000

/** How a text goes out now: freely, as its template, or not at all. Pure. */
export function formOf(
  message: Pick<OutgoingText, 'template' | 'lastInboundAt'>,
  now: Date,
): 'text' | OutgoingTemplate | null {
  const { lastInboundAt, template } = message
  if (lastInboundAt !== null && now.getTime() - lastInboundAt.getTime() < FREE_WINDOW_MS) return 'text'
  return template
}

// A user id of a business ("ID." and up to 128 letters and digits, "ID.ENT." for several): it has a field of its own.
const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z\d]{1,128}$/

/** The JSON of one POST to `messages`; `mediaId`: of a picture that the service has, null: none. The reference comes back with every status. */
export function writeMessageBody(
  message: Pick<OutgoingText, 'to' | 'text' | 'reference'>,
  form: 'text' | OutgoingTemplate,
  mediaId: string | null,
): string {
  const { to, text, reference } = message
  return JSON.stringify({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...(USER_ID.test(to) ? { recipient: to } : { to }),
    biz_opaque_callback_data: reference,
    ...(form === 'text' ? writeText(text, mediaId) : { type: 'template', template: writeTemplate(form, mediaId) }),
  })
}

function writeText(text: string, mediaId: string | null) {
  if (mediaId === null) return { type: 'text', text: { preview_url: false, body: text } }
  return { type: 'image', image: { id: mediaId, caption: text } }
}

function writeTemplate({ name, language, parameters }: OutgoingTemplate, mediaId: string | null) {
  const values = parameters.map((text) => ({ type: 'text', text }))
  const body = { type: 'body', parameters: values }
  if (mediaId === null) return { name, language: { code: language }, components: [body] }
  const header = { type: 'header', parameters: [{ type: 'image', image: { id: mediaId } }] }
  return { name, language: { code: language }, components: [header, body] }
}
