import type { ConversationAnswer } from '../../../contracts/api/whatsapp-inbox.ts'
import type { AuditAction } from '../../../contracts/audit-actions.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db, Tx } from '../../database.ts'
import { recognised } from '../bot/index.ts'
import { forgetWrongNumber, recordConfirmedNumber } from '../contact.repository.ts'
import { type ContactRow, lockContacts } from '../contact-identity.repository.ts'
import { holdsIdentityNumber } from '../identity-guard.domain.ts'
import type { MessageWriter } from '../message-writer.ts'
import { sealContext } from '../seal-context.ts'
import type { AuditTrail, ContactUnreachable } from '../whatsapp.ports.ts'
import {
  closeConversation,
  dropClaim,
  findAnswer,
  findConversationRegion,
  markRead,
  recordAnswered,
  renewClaim,
  setBotPause,
  takeClaim,
} from './claim.repository.ts'
import { CLAIM_MS, type Conversation, holderOf } from './conversation.domain.ts'
import { lockConversation, setBotState } from './conversation.repository.ts'
import { isWindowOpen } from './free-window.ts'
import type { AccountNames } from './inbox.ports.ts'
import { conversationEvent, type InboxCaller } from './inbox-audit.ts'
import { findConversation } from './inbox-list.repository.ts'
import { inboxScopeOf } from './inbox-scope.ts'

/** What an officer does with a conversation. What lies outside the caller's scope is `not_found`; everything is audited. */
export type InboxActions = {
  /**
   * Takes a conversation for 20 minutes, which every act in it renews; of any number of callers at once one gets it, the others
   * `already_claimed` with the holder. Repeatable by the holder. `takeOver` lets a supervisor take what somebody else holds.
   */
  claim(caller: InboxCaller, id: string, takeOver: boolean): Promise<void>
  /** It waits for a person again. `lease_required` when the caller does not hold it. */
  release(caller: InboxCaller, id: string): Promise<void>
  /**
   * Queues a text to the resident; the same key again is the same answer. The caller must hold the conversation (`lease_required`).
   * `message_holds_identity_number`, `resident_opted_out`, `resident_wrong_number` and `window_closed` refuse it, and nothing is stored then.
   */
  answer(caller: InboxCaller, id: string, answer: ConversationAnswer): Promise<{ messageId: string }>
  /**
   * The officer has made sure that the number is the household's, whatever was said from it before: it is written to again, and no proposal is
   * flagged for it any more. Repeatable by the holder, for others `lease_required`.
   */
  confirmNumber(caller: InboxCaller, id: string): Promise<void>
  /** Gives the conversation back to the bot. `lease_required` when the caller does not hold it. */
  close(caller: InboxCaller, id: string): Promise<void>
  markRead(caller: InboxCaller, id: string, upTo: string): Promise<void>
  /** The bot says nothing for so many minutes; `minutes` left out: as after a text from the phone itself. */
  pauseBot(caller: InboxCaller, id: string, minutes: number | undefined): Promise<void>
  resumeBot(caller: InboxCaller, id: string): Promise<void>
}

const MINUTE_MS = 60_000

export function createInboxActions(deps: {
  db: Db
  clock: Clock
  sealer: Sealer
  audit: AuditTrail
  accounts: AccountNames
  writer: Pick<MessageWriter, 'add'>
  contactUnreachable: Pick<ContactUnreachable, 'clear'>
  /** `freeWindowMs`: see `freeWindowOf`. */
  settings: { botPauseMinutes: number; freeWindowMs: number | null }
}): InboxActions {
  const { db, clock, sealer, audit } = deps

  const claimedBy = async (tx: Tx, holderId: string): Promise<AppError> => {
    const names = await deps.accounts.listNames(tx, [holderId])
    return new AppError('already_claimed', { details: { holder: { id: holderId, name: names.get(holderId) ?? '' } } })
  }

  /** One act in a conversation the caller may see: done and audited in one transaction. `contactId`: where it is kept now. */
  const act = async <Result>(
    caller: InboxCaller,
    id: string,
    work: (
      tx: Tx,
      contact: ContactRow,
    ) => Promise<{ action: AuditAction | null; details?: Record<string, unknown>; result: Result }>,
  ): Promise<Result> =>
    await db.transaction().execute(async (tx) => {
      const seen = await findConversation(tx, id, { scope: inboxScopeOf(caller.actor), now: clock.now() })
      if (!seen) throw new AppError('not_found')
      // Contacts are locked before everything that hangs on them, everywhere.
      const [contact] = await lockContacts(tx, [seen.id])
      if (!contact) throw new AppError('not_found')
      const { action, details, result } = await work(tx, contact)
      if (action) await audit.record(tx, [conversationEvent(caller, action, contact.id, details)])
      return result
    })

  /** Throws unless the caller holds the conversation. */
  const requireHeld = async (tx: Tx, { actor }: InboxCaller, contactId: string): Promise<Conversation> => {
    const conversation = await lockConversation(tx, contactId)
    if (!conversation) throw new AppError('not_found')
    const holderId = holderOf(conversation, clock.now())
    if (holderId === null) throw new AppError('lease_required')
    if (holderId !== actor.userId) throw await claimedBy(tx, holderId)
    return conversation
  }

  const claimOf = ({ actor }: InboxCaller, contactId: string) => {
    const now = clock.now()
    return { contactId, userId: actor.userId, now, until: new Date(now.getTime() + CLAIM_MS) }
  }

  const recipientOf = (contact: ContactRow): string => {
    if (contact.phone) return sealer.open(contact.phone, sealContext.phone(contact.id))
    if (contact.address) return sealer.open(contact.address, sealContext.address(contact.id))
    throw new Error('a contact has neither number nor alias')
  }

  return {
    async claim(caller, id, takeOver) {
      await act(caller, id, async (tx, { id: contactId }) => {
        const before = await lockConversation(tx, contactId)
        if (!before) throw new AppError('not_found')
        const holderId = holderOf(before, clock.now())
        const isTakeOver = takeOver && caller.actor.role === 'supervisor'
        const isTaken = await takeClaim(tx, { ...claimOf(caller, contactId), takeOver: isTakeOver })
        if (!isTaken) throw await claimedBy(tx, holderId ?? '')
        const fromOther = holderId !== null && holderId !== caller.actor.userId
        return { action: fromOther ? 'take_over' : 'claim', result: undefined }
      })
    },

    async release(caller, id) {
      await act(caller, id, async (tx, { id: contactId }) => {
        await requireHeld(tx, caller, contactId)
        await dropClaim(tx, claimOf(caller, contactId))
        return { action: 'release', result: undefined }
      })
    },

    async answer(caller, id, { key, text }) {
      if (holdsIdentityNumber(text)) throw new AppError('message_holds_identity_number')
      return await act(caller, id, async (tx, contact) => {
        const known = await findAnswer(tx, key)
        if (known) {
          const isSame = known.contactId === contact.id && known.sentBy === caller.actor.userId
          if (!isSame) throw new AppError('idempotency_key_reused')
          return { action: null, result: { messageId: known.id } }
        }
        await requireHeld(tx, caller, contact.id)
        if (contact.optedOutAt) throw new AppError('resident_opted_out')
        if (contact.wrongNumberAt) throw new AppError('resident_wrong_number')
        const window = { windowMs: deps.settings.freeWindowMs, now: clock.now() }
        if (!(await isWindowOpen(tx, contact.id, window))) throw new AppError('window_closed')
        const messageId = await deps.writer.add(tx, {
          kind: 'answer',
          essential: false,
          intakeId: null,
          regionCode: await findConversationRegion(tx, contact.id),
          contactId: contact.id,
          phone: recipientOf(contact),
          suppressedAs: null,
          answer: { sentBy: caller.actor.userId, key },
          write: (reference) => `${text}\nRef ${reference}`,
        })
        await recordAnswered(tx, contact.id, clock.now())
        await renewClaim(tx, claimOf(caller, contact.id))
        return { action: 'answer_resident', details: { messageId }, result: { messageId } }
      })
    },

    async confirmNumber(caller, id) {
      await act(caller, id, async (tx, contact) => {
        const { botState } = await requireHeld(tx, caller, contact.id)
        const now = clock.now()
        if (contact.phone) {
          await recordConfirmedNumber(tx, contact.id, now)
          await deps.contactUnreachable.clear(tx, recipientOf(contact))
        } else {
          await forgetWrongNumber(tx, contact.id)
        }
        await setBotState(tx, contact.id, recognised(botState, now))
        await renewClaim(tx, claimOf(caller, contact.id))
        return { action: 'confirm_number', result: undefined }
      })
    },

    async close(caller, id) {
      await act(caller, id, async (tx, { id: contactId }) => {
        await requireHeld(tx, caller, contactId)
        await closeConversation(tx, claimOf(caller, contactId))
        return { action: 'close_conversation', result: undefined }
      })
    },

    async markRead(caller, id, upTo) {
      await act(caller, id, async (tx, { id: contactId }) => {
        await markRead(tx, contactId, upTo)
        await renewClaim(tx, claimOf(caller, contactId))
        return { action: 'mark_read', result: undefined }
      })
    },

    async pauseBot(caller, id, minutes = deps.settings.botPauseMinutes) {
      await act(caller, id, async (tx, { id: contactId }) => {
        await setBotPause(tx, contactId, new Date(clock.now().getTime() + minutes * MINUTE_MS))
        return { action: 'pause_bot', details: { minutes }, result: undefined }
      })
    },

    async resumeBot(caller, id) {
      await act(caller, id, async (tx, { id: contactId }) => {
        await setBotPause(tx, contactId, null)
        return { action: 'resume_bot', result: undefined }
      })
    },
  }
}
