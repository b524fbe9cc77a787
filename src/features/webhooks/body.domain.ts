import type { NoticeTemplate } from '../../contracts/events/notices.ts'
import { WEBHOOK_EVENTS, type WebhookBody, type WebhookEventType } from '../../contracts/events/webhook-events.ts'
import { REASONS, type ReasonCode } from '../../contracts/lifecycle/reasons.ts'

/** An event as the triggers wrote it. */
export type NotedEvent = {
  id: string
  position: number
  type: string
  regionCode: string
  subjectId: string
  intakeId: string | null
  /** What the trigger of its type noted: states, version, sequence, kind. */
  change: Record<string, unknown>
  at: Date
}

/** What other features know about it. */
export type EventFacts = {
  receiptNumber: string | null
  reasons: readonly ReasonCode[]
  carried: { templates: readonly NoticeTemplate[]; proposalIds: readonly string[] }
}

const isKnownType = (type: string): type is WebhookEventType => Object.hasOwn(WEBHOOK_EVENTS, type)

function dataOf(event: NotedEvent, facts: EventFacts): Record<string, unknown> {
  const { subjectId, intakeId, regionCode, change } = event
  const household = { intakeId, receiptNumber: facts.receiptNumber, regionCode }
  switch (event.type) {
    case 'proposal.registered':
      return { proposalId: subjectId, ...household, ...change }
    case 'proposal.state_changed': {
      const { after: _, ...moved } = change
      const reasons = [...new Set(facts.reasons)].filter((code) => !REASONS[code].sensitive)
      return { proposalId: subjectId, ...household, ...moved, reasons }
    }
    case 'message.state_changed':
      return { messageId: subjectId, ...household, ...change, ...facts.carried }
    case 'message.inbound':
      return { messageId: subjectId, ...household, ...change }
    default:
      return { endpointId: subjectId, regionCode }
  }
}

/** The text that is signed and delivered. Throws when the event is not what its contract says: nothing else may leave. */
export function composeBody(event: NotedEvent, facts: EventFacts): string {
  if (!isKnownType(event.type)) throw new Error(`no event is called ${event.type}`)
  const body: WebhookBody = {
    id: event.id,
    type: event.type,
    timestamp: event.at.toISOString(),
    position: event.position,
    data: WEBHOOK_EVENTS[event.type].parse(dataOf(event, facts)),
  }
  return JSON.stringify(body)
}
