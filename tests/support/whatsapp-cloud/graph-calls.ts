import { createHmac } from 'node:crypto'

// The calls of Meta's service as its documents show them. Shares nothing with what reads them.

export type Business = { phoneNumberId: string; accountId: string; displayNumber: string }

type Change = { field: string; value: Record<string, unknown> }

export const wrap = (business: Business, changes: readonly Change[], time?: number): Record<string, unknown> => ({
  object: 'whatsapp_business_account',
  entry: [{ id: business.accountId, ...(time === undefined ? {} : { time }), changes }],
})

const messagesChange = (business: Business, value: Record<string, unknown>): Change => ({
  field: 'messages',
  value: {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: business.displayNumber, phone_number_id: business.phoneNumberId },
    ...value,
  },
})

const seconds = (at: Date): string => String(Math.floor(at.getTime() / 1000))

export type Status = {
  id: string
  status: 'sent' | 'delivered' | 'read' | 'failed'
  phone: string
  userId?: string
  reference?: string
  code?: number
  at: Date
}

export function statusChange(business: Business, { id, status, phone, userId, reference, code, at }: Status): Change {
  const isFailed = status === 'failed'
  return messagesChange(business, {
    statuses: [
      {
        id,
        status,
        timestamp: seconds(at),
        recipient_id: phone,
        ...(userId === undefined ? {} : { recipient_user_id: userId }),
        ...(reference === undefined ? {} : { biz_opaque_callback_data: reference }),
        ...(isFailed
          ? {
              errors: [
                {
                  code: code ?? 131000,
                  title: 'Something whose words change',
                  message: 'Something whose words change',
                  error_data: { details: 'in other words' },
                  href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
                },
              ],
            }
          : { pricing: { billable: true, pricing_model: 'PMP', category: 'utility', type: 'regular' } }),
      },
    ],
  })
}

export type Sender = { phone?: string; userId?: string }

/** `content`: `{type: 'text', text: {body}}` and the like. */
export function messageChange(
  business: Business,
  from: Sender,
  content: { type: string; [part: string]: unknown },
  { id, at }: { id: string; at: Date },
): Change {
  return messagesChange(business, {
    contacts: [
      {
        profile: { name: 'Nama Profil' },
        ...(from.phone === undefined ? {} : { wa_id: from.phone }),
        ...(from.userId === undefined ? {} : { user_id: from.userId }),
      },
    ],
    messages: [
      {
        ...(from.phone === undefined ? {} : { from: from.phone }),
        ...(from.userId === undefined ? {} : { from_user_id: from.userId }),
        id,
        timestamp: seconds(at),
        ...content,
      },
    ],
  })
}

/** What somebody typed in the WhatsApp Business app that shares our number. */
export function echoChange(business: Business, to: string, body: string, { id, at }: { id: string; at: Date }): Change {
  return {
    field: 'smb_message_echoes',
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: business.displayNumber, phone_number_id: business.phoneNumberId },
      message_echoes: [{ from: business.displayNumber, to, id, timestamp: seconds(at), type: 'text', text: { body } }],
    },
  }
}

export const sign = (appSecret: string, body: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(body, 'utf8').digest('hex')}`
