import type { Actor } from '../../../contracts/access.ts'
import { OUTCOME_CODES } from '../../../contracts/api/whatsapp.ts'
import {
  type ConversationCounts,
  type ConversationItem,
  type ConversationList,
  type ConversationListQuery,
  type ConversationMessage,
  type ConversationQuery,
  type ConversationView,
  QUICK_REPLIES,
  type QuickReplies,
  SHOWN_LENGTH,
} from '../../../contracts/api/whatsapp-inbox.ts'
import { type Language, translate } from '../../../contracts/text/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db } from '../../database.ts'
import { maskIdentityNumbers } from '../identity-mask.domain.ts'
import { isoTime } from '../iso-time.ts'
import { sealContext } from '../seal-context.ts'
import { deliveryState, type MessageState, maskPhone } from '../whatsapp.domain.ts'
import type { AuditTrail } from '../whatsapp.ports.ts'
import { renewClaim } from './claim.repository.ts'
import { CLAIM_MS, holderOf } from './conversation.domain.ts'
import { freeUntil } from './free-window.ts'
import type { AccountNames, ConversationIntakes } from './inbox.ports.ts'
import { conversationEvent, type InboxCaller } from './inbox-audit.ts'
import { decodePlace, encodePlace } from './inbox-cursor.ts'
import {
  countConversations,
  findConversation,
  type InboxRow,
  listConversations,
  listLinkedIntakes,
  listTalk,
  type TalkMessage,
} from './inbox-list.repository.ts'
import { inboxScopeOf } from './inbox-scope.ts'

export type Inbox = {
  /** Conversations in the caller's scope, the latest first. Admins see that they are there, never what is written. Audited. */
  list(caller: InboxCaller, query: ConversationListQuery): Promise<ConversationList>
  /** For a landing page. */
  count(actor: Actor): Promise<ConversationCounts>
  /** Both sides, with the linked proposals that the caller may see. Outside the scope: `not_found`. Audited. */
  read(caller: InboxCaller, id: string, query: ConversationQuery): Promise<ConversationView>
  quickReplies(language: Language): QuickReplies
}

const PREVIEW_LENGTH = 80
const NEVER = new Date(0)

/** Cut where no character is halved; masking may have made a text longer than it was. */
const shorten = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/\p{Cs}$/u, '')}…`

export function createInbox(deps: {
  db: Db
  clock: Clock
  sealer: Sealer
  audit: AuditTrail
  accounts: AccountNames
  conversationIntakes: Pick<ConversationIntakes, 'listVisible'>
  /** See `freeWindowOf`. */
  freeWindowMs: number | null
}): Inbox {
  const { db, clock, sealer, audit } = deps

  const namesOf = async (ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> => {
    const known = [...new Set(ids.flatMap((id) => id ?? []))]
    return known.length === 0 ? new Map() : await deps.accounts.listNames(db, known)
  }

  const previewOf = (row: InboxRow): string | null => {
    if (row.lastInboundId === null || row.lastInboundBody === null) return null
    const shown = maskIdentityNumbers(sealer.open(row.lastInboundBody, sealContext.inbound(row.lastInboundId)))
    return shorten(shown.replace(/\s+/gu, ' ').trim(), PREVIEW_LENGTH)
  }

  const toItem = (row: InboxRow, names: ReadonlyMap<string, string>, actor: Actor): ConversationItem => {
    const holderId = holderOf(row, clock.now())
    return {
      id: row.id,
      status: row.status,
      phoneMasked: row.phone && maskPhone(sealer.open(row.phone, sealContext.phone(row.id))),
      preview: actor.role === 'admin' ? null : previewOf(row),
      unread: row.unread,
      lastMessageAt: row.lastMessageAt.toISOString(),
      waitingSince: isoTime(row.waitingSince),
      claimedBy:
        holderId === null || row.claimedUntil === null
          ? null
          : { id: holderId, name: names.get(holderId) ?? '', until: row.claimedUntil.toISOString() },
      botPausedUntil: row.botPausedUntil && row.botPausedUntil > clock.now() ? isoTime(row.botPausedUntil) : null,
      optedOut: row.optedOutAt !== null,
      wrongNumber: row.wrongNumberAt !== null,
      verified: row.verifiedAt !== null,
      freeUntil: isoTime(freeUntil(deps.freeWindowMs, row.lastInboundAt ?? NEVER)),
      stranger: row.stranger,
    }
  }

  const toMessage = (row: TalkMessage, names: ReadonlyMap<string, string>): ConversationMessage => {
    const context = row.direction === 'in' ? sealContext.inbound(row.id) : sealContext.body(row.id)
    return {
      id: row.id,
      direction: row.direction,
      kind: row.kind as ConversationMessage['kind'],
      body: shorten(maskIdentityNumbers(sealer.open(row.body, context)), SHOWN_LENGTH),
      at: row.at.toISOString(),
      state: row.state === null ? null : deliveryState(row.state as MessageState),
      outcome: OUTCOME_CODES.find((known) => known === row.outcome) ?? null,
      sentBy: row.sentBy === null ? null : { id: row.sentBy, name: names.get(row.sentBy) ?? '' },
      backfilled: row.backfilled,
    }
  }

  return {
    async list(caller, query) {
      const { actor } = caller
      const rows = await listConversations(db, {
        scope: inboxScopeOf(actor),
        now: clock.now(),
        status: query.status,
        unreadOnly: query.unread,
        heldBy: query.mine ? actor.userId : undefined,
        after: query.cursor === undefined ? undefined : decodePlace(query.cursor),
        limit: query.limit + 1,
      })
      const page = rows.slice(0, query.limit)
      const names = await namesOf(page.map((row) => row.claimedBy))
      await audit.write(conversationEvent(caller, 'read_messages', null, { shown: page.length }))
      const last = page.at(-1)
      return {
        items: page.map((row) => toItem(row, names, actor)),
        nextCursor: rows.length > page.length && last ? encodePlace({ at: last.lastMessageAt, id: last.id }) : null,
      }
    },

    count: (actor) => countConversations(db, { scope: inboxScopeOf(actor), now: clock.now(), userId: actor.userId }),

    async read(caller, id, query) {
      const { actor } = caller
      const scope = inboxScopeOf(actor)
      const after = query.cursor === undefined ? undefined : decodePlace(query.cursor)
      const row = await findConversation(db, id, { scope, now: clock.now() })
      if (!row) throw new AppError('not_found')
      // The holder's look is activity.
      const now = clock.now()
      await renewClaim(db, {
        contactId: row.id,
        userId: actor.userId,
        now,
        until: new Date(now.getTime() + CLAIM_MS),
      })
      const [talk, intakeIds] = await Promise.all([
        listTalk(db, row.id, { scope, after, limit: query.limit + 1 }),
        listLinkedIntakes(db, row.id),
      ])
      const page = talk.slice(0, query.limit)
      const names = await namesOf([row.claimedBy, ...page.map((message) => message.sentBy)])
      const proposals = await deps.conversationIntakes.listVisible(actor, intakeIds)
      await audit.write(conversationEvent(caller, 'read_messages', row.id, { shown: page.length }))
      const last = page.at(-1)
      return {
        conversation: toItem(row, names, actor),
        proposals,
        messages: page.map((message) => toMessage(message, names)),
        nextCursor: talk.length > page.length && last ? encodePlace({ at: last.at, id: last.id }) : null,
      }
    },

    quickReplies: (language) => ({
      items: QUICK_REPLIES.map((key) => ({ key, text: translate(language, 'inbox', `quick.${key}`) })),
    }),
  }
}
