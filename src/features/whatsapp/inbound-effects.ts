import type { AuditAction } from '../../contracts/audit-actions.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../database.ts'
import type { BotEffect } from './bot/index.ts'
import { recordConfirmedNumber, recordOptIn, recordOptOut, recordWrongNumber } from './contact.repository.ts'
import { type LinkedPlace, linkIntakes, setWaiting } from './inbox/conversation.repository.ts'
import type { ConversationIntakes } from './inbox/inbox.ports.ts'
import { suppressQueued } from './message.repository.ts'
import { systemEvent } from './system-event.ts'
import type { AuditTrail, ContactUnreachable } from './whatsapp.ports.ts'

/** Whom an effect is about. */
export type EffectTarget = { contactId: string; phone: string | null; optedOut: boolean }

export type InboundEffects = {
  /** Does one thing that a resident's text of that moment asks for, in the caller's transaction. Repeating it changes nothing. */
  apply(tx: Tx, target: EffectTarget, effect: BotEffect, at: Date): Promise<void>
  /** What an alias had said of its number before anybody knew the number. */
  applyLearnt(tx: Tx, who: EffectTarget & { learntWrongAt: Date | null }): Promise<void>
  /** The households that give the number of a contact; none of them gives another one before the transaction ends. Before conversations and messages are locked. */
  holdHouseholds(tx: Tx, phone: string | null): Promise<LinkedPlace[]>
  /** Links a contact with held households. */
  link(tx: Tx, contactId: string, places: readonly LinkedPlace[]): Promise<void>
}

/** A kader's phone may stand on more; the newest are the ones that are talked about. */
const HOUSEHOLDS_MAX = 50

export function createInboundEffects(deps: {
  clock: Clock
  audit: AuditTrail
  contactUnreachable: ContactUnreachable
  conversationIntakes: Pick<ConversationIntakes, 'lockByPhone' | 'listByPhone'>
}): InboundEffects {
  const { clock, audit, conversationIntakes } = deps

  const tell = async (
    tx: Tx,
    action: AuditAction,
    contactId: string,
    details?: Record<string, unknown>,
  ): Promise<void> => {
    const about = { subjectType: 'contact', subjectId: contactId } as const
    await audit.record(tx, [systemEvent({ ...about, action, ...(details && { details }) })])
  }

  const link = async (tx: Tx, contactId: string, places: readonly LinkedPlace[]): Promise<void> => {
    for (const intakeId of await linkIntakes(tx, contactId, places, clock.now())) {
      await tell(tx, 'link_intake', contactId, { intakeId })
    }
  }

  const disown = async (tx: Tx, { contactId, phone }: EffectTarget, at: Date): Promise<void> => {
    await recordWrongNumber(tx, contactId, at)
    await suppressQueued(tx, contactId, clock.now(), 'wrong_number')
    await tell(tx, 'wrong_number', contactId)
    if (phone === null) return
    const households = await conversationIntakes.listByPhone(tx, phone, HOUSEHOLDS_MAX)
    // In one order: two who disown a shared number do not wait for each other.
    for (const intakeId of households.map((household) => household.intakeId).sort()) {
      await deps.contactUnreachable.record(tx, intakeId, phone)
    }
  }

  const holdHouseholds = async (tx: Tx, phone: string | null): Promise<LinkedPlace[]> =>
    phone === null ? [] : await conversationIntakes.lockByPhone(tx, phone, HOUSEHOLDS_MAX)

  return {
    holdHouseholds,
    link,

    async applyLearnt(tx, who) {
      if (who.learntWrongAt) await disown(tx, who, who.learntWrongAt)
    },

    async apply(tx, target, effect, at) {
      const { contactId } = target
      const now = clock.now()
      switch (effect.kind) {
        case 'opt_out':
          if (target.optedOut) return
          await recordOptOut(tx, contactId, at)
          await suppressQueued(tx, contactId, now)
          return await tell(tx, 'opt_out', contactId)
        case 'opt_in':
          if (!target.optedOut) return
          await recordOptIn(tx, contactId)
          return await tell(tx, 'opt_in', contactId)
        case 'hand_over':
          if (await setWaiting(tx, contactId, now)) await tell(tx, 'hand_over', contactId)
          return
        case 'confirm_number':
          // An alias is no number of anybody's intake.
          if (target.phone === null) return
          await recordConfirmedNumber(tx, contactId, at)
          await deps.contactUnreachable.clear(tx, target.phone)
          return await tell(tx, 'confirm_number', contactId)
        case 'wrong_number':
          return await disown(tx, target, at)
        case 'link_intake': {
          const places = await holdHouseholds(tx, target.phone)
          return await link(
            tx,
            contactId,
            places.filter(({ intakeId }) => intakeId === effect.intakeId),
          )
        }
      }
    },
  }
}
