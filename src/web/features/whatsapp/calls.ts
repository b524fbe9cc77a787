import type { z } from 'zod'
import type { OperatorMessages, OperatorMessagesQuery, SettleMessage } from '../../../contracts/api/whatsapp.ts'
import type { BreakerState, PacingState } from '../../../contracts/api/whatsapp-pacing.ts'
import type { pairingCodeBody, WhatsappQr, WhatsappSession } from '../../../contracts/api/whatsapp-session.ts'
import { defineCall } from '../../lib/call.ts'

export const getSession = defineCall<{ response: WhatsappSession }>('GET', '/api/v1/whatsapp/session')
export const getQr = defineCall<{ response: WhatsappQr }>('GET', '/api/v1/whatsapp/session/qr')
export const askQr = defineCall<{ response: unknown }>('POST', '/api/v1/whatsapp/session/qr')
export const askPairingCode = defineCall<{ body: z.input<typeof pairingCodeBody>; response: unknown }>(
  'POST',
  '/api/v1/whatsapp/session/pairing-code',
)
export const restartSession = defineCall<{ response: unknown }>('POST', '/api/v1/whatsapp/session/restart')
export const logOutSession = defineCall<{ response: unknown }>('POST', '/api/v1/whatsapp/session/log-out')
export const getBreaker = defineCall<{ response: BreakerState }>('GET', '/api/v1/whatsapp/breaker')
export const closeBreaker = defineCall<{ response: unknown }>('POST', '/api/v1/whatsapp/breaker/close')
export const getPacing = defineCall<{ response: PacingState }>('GET', '/api/v1/whatsapp/pacing')
export const listOperatorMessages = defineCall<{ query: Partial<OperatorMessagesQuery>; response: OperatorMessages }>(
  'GET',
  '/api/v1/whatsapp/messages',
)
export const settleMessage = defineCall<{ params: { id: string }; body: SettleMessage; response: unknown }>(
  'POST',
  '/api/v1/whatsapp/messages/:id/settle',
)
