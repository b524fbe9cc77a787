import type { z } from 'zod'
import type {
  ConversationCounts,
  ConversationList,
  ConversationView,
  conversationAnswerBody,
  conversationAnswerResponse,
  conversationClaimBody,
  conversationListQuery,
  conversationPauseBody,
  conversationQuery,
  conversationReadBody,
  QuickReplies,
} from '../../../contracts/api/whatsapp-inbox.ts'
import { defineCall } from '../../lib/call.ts'

type One = { params: { id: string }; response: unknown }

export const listConversations = defineCall<{
  query: Partial<z.input<typeof conversationListQuery>>
  response: ConversationList
}>('GET', '/api/v1/conversations')
export const countConversations = defineCall<{ response: ConversationCounts }>('GET', '/api/v1/conversations/counts')
export const listQuickReplies = defineCall<{ response: QuickReplies }>('GET', '/api/v1/quick-replies')
export const readConversation = defineCall<{
  params: { id: string }
  query: Partial<z.input<typeof conversationQuery>>
  response: ConversationView
}>('GET', '/api/v1/conversations/:id')
export const answerConversation = defineCall<{
  params: { id: string }
  body: z.input<typeof conversationAnswerBody>
  response: z.output<typeof conversationAnswerResponse>
}>('POST', '/api/v1/conversations/:id/answers')
export const claimConversation = defineCall<One & { body: z.input<typeof conversationClaimBody> }>(
  'POST',
  '/api/v1/conversations/:id/claim',
)
export const releaseConversation = defineCall<One>('POST', '/api/v1/conversations/:id/release')
export const closeConversation = defineCall<One>('POST', '/api/v1/conversations/:id/close')
export const confirmNumber = defineCall<One>('POST', '/api/v1/conversations/:id/confirm-number')
export const markRead = defineCall<One & { body: z.input<typeof conversationReadBody> }>(
  'POST',
  '/api/v1/conversations/:id/read',
)
export const pauseBot = defineCall<One & { body: z.input<typeof conversationPauseBody> }>(
  'POST',
  '/api/v1/conversations/:id/pause-bot',
)
export const resumeBot = defineCall<One>('POST', '/api/v1/conversations/:id/resume-bot')
