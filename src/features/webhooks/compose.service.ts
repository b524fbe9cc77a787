import type { Clock } from '../../platform/clock.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Tx } from '../database.ts'
import { composeBody, type EventFacts, type NotedEvent } from './body.domain.ts'
import { addDeliveries } from './delivery.repository.ts'
import { listUncomposed, recordBodies } from './event.repository.ts'
import type { HouseholdFacts, MessageFacts, MoveRange } from './webhooks.ports.ts'

const NOTHING_CARRIED: EventFacts['carried'] = { templates: [], proposalIds: [] }

function moveOf({ type, subjectId, change: { after, sequence } }: NotedEvent): MoveRange | null {
  if (type !== 'proposal.state_changed' || typeof after !== 'number' || typeof sequence !== 'number') return null
  return { proposalId: subjectId, after, upTo: sequence }
}

export type ComposeDeps = {
  clock: Clock
  outbox: Pick<Outbox, 'add'>
  households: HouseholdFacts
  messages: MessageFacts
}

/** Makes of what the triggers noted the text that is delivered, once, and says to whom it is owed. */
export function createCompose({ clock, outbox, households, messages }: ComposeDeps) {
  async function gatherFacts(tx: Tx, events: readonly NotedEvent[]): Promise<(event: NotedEvent) => EventFacts> {
    const intakeIds = [...new Set(events.flatMap(({ intakeId }) => intakeId ?? []))]
    const moves = events.flatMap((event) => moveOf(event) ?? [])
    const messageIds = events.filter(({ type }) => type === 'message.state_changed').map(({ subjectId }) => subjectId)
    const receiptNumbers = await households.listReceiptNumbers(tx, intakeIds)
    const reasons = await households.listReasonCodes(tx, moves)
    const carried = await messages.listCarried(tx, messageIds)
    const reasonsOf = new Map(moves.map((move, index) => [`${move.proposalId} ${move.upTo}`, reasons[index] ?? []]))
    return (event) => {
      const move = moveOf(event)
      return {
        receiptNumber: (event.intakeId && receiptNumbers.get(event.intakeId)) ?? null,
        reasons: (move && reasonsOf.get(`${move.proposalId} ${move.upTo}`)) ?? [],
        carried: carried.get(event.subjectId) ?? NOTHING_CARRIED,
      }
    }
  }

  return {
    /**
     * Composes the events and adds what is owed, in the caller's transaction. Repeatable: a body once composed stays.
     * `onFault` is told of events that are not what their contract says; the others go on.
     */
    async compose(
      tx: Tx,
      eventIds: readonly string[],
      onFault: (eventId: string, error: unknown) => void,
    ): Promise<void> {
      const events = await listUncomposed(tx, eventIds)
      const factsOf = await gatherFacts(tx, events)
      const bodies = events.flatMap((event) => {
        try {
          return [{ id: event.id, body: composeBody(event, factsOf(event)) }]
        } catch (error) {
          onFault(event.id, error)
          return []
        }
      })
      await recordBodies(tx, bodies)
      const endpointIds = await addDeliveries(tx, eventIds, clock.now())
      await outbox.add(
        tx,
        endpointIds.map((endpointId) => ({ topic: 'webhooks.deliver', key: endpointId, payload: { endpointId } })),
      )
    },
  }
}
export type Compose = ReturnType<typeof createCompose>
