import type { Language } from '../../contracts/text/index.ts'
import { translate } from '../../contracts/text/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db, Tx } from '../database.ts'
import { type Bot, type BotEffect, FRESH_STATE, type Meaning, recognise } from './bot/index.ts'
import type { ClaimedReference } from './claimed-reference.ts'
import { recordInboundAt } from './contact.repository.ts'
import type { Contacts, Correspondent } from './contact.service.ts'
import type { HiddenNumbers } from './hidden-number.service.ts'
import { type InboundMeaning, inboundMeaning, isLate, storedBody } from './inbound.domain.ts'
import { hasWishedSince, insertInbound, wasAnsweredSince } from './inbound.repository.ts'
import type { InboundEffects } from './inbound-effects.ts'
import { type Conversation, isBotSilent, mayApologise, statusAt } from './inbox/conversation.domain.ts'
import {
  openConversation,
  recordApology,
  recordOwnText,
  recordText,
  setBotState,
} from './inbox/conversation.repository.ts'
import type { WakeContact } from './inbox/inbox.ports.ts'
import type { MessageWriter } from './message-writer.ts'
import { sealContext } from './seal-context.ts'
import type { Unreachable } from './unreachable.service.ts'
import type { InboundText, OwnText, WhatsAppGateway } from './whatsapp.ports.ts'

export type Inbound = {
  /**
   * Stores what a resident wrote and does what it asks for, in one transaction and once per text however often it is reported. The bot
   * answers when it is its turn; texts found late are shown and never answered as if they were new.
   */
  receive(text: InboundText): Promise<void>
  /** Stores what somebody of the office typed on the paired phone, once, and keeps the bot out of that conversation for a while. */
  receiveOwn(text: OwnText): Promise<void>
}

const MINUTE_MS = 60_000

/** What a text may ask for while the bot has no say: everything else is for the person who talks. */
const WISHES = new Set<BotEffect['kind']>(['opt_out', 'opt_in', 'wrong_number'])

export function createInbound(deps: {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Sealer
  gateway: Pick<WhatsAppGateway, 'name'>
  contacts: Contacts
  effects: InboundEffects
  claimed: ClaimedReference
  unreachable: Pick<Unreachable, 'lift'>
  bot: Bot
  writer: Pick<MessageWriter, 'add'>
  hiddenNumbers: Pick<HiddenNumbers, 'ask'>
  wakeContact: WakeContact
  settings: { language: Language; botPauseMinutes: number }
}): Inbound {
  const { db, clock, sealer, effects, settings } = deps

  /** False when the text was stored before. */
  const store = async (
    tx: Tx,
    contactId: string,
    text: Pick<InboundText, 'gatewayMessageId' | 'body' | 'at' | 'backfilled'> & {
      kind: InboundText['kind'] | 'own'
      meaning: InboundMeaning
    },
  ): Promise<boolean> => {
    const id = deps.ids.next()
    return await insertInbound(tx, {
      id,
      gateway: deps.gateway.name,
      gatewayMessageId: text.gatewayMessageId,
      contactId,
      body: sealer.seal(storedBody(text.body), sealContext.inbound(id)),
      meaning: text.meaning,
      kind: text.kind,
      backfilled: text.backfilled,
      at: text.at,
      receivedAt: clock.now(),
    })
  }

  const say = async (
    tx: Tx,
    who: Correspondent,
    text: string,
    kind: 'reply' | 'preference',
    intakeId: string | null = null,
  ): Promise<void> => {
    await deps.writer.add(tx, {
      contactId: who.contactId,
      phone: who.recipient,
      kind,
      // The one text that may reach somebody who asked us to stop: that we have heard it.
      essential: kind === 'preference',
      intakeId,
      regionCode: null,
      suppressedAs: null,
      write: (reference) => `${text}\nRef ${reference}`,
    })
  }

  const apologise = async (tx: Tx, who: Correspondent, text: InboundText): Promise<void> => {
    if (who.optedOut || (await wasAnsweredSince(tx, who.contactId, text.at))) return
    await recordApology(tx, who.contactId, clock.now())
    await say(tx, who, translate(settings.language, 'inbox', 'missed'), 'reply')
  }

  /** At most one text goes back for one that came. */
  const answer = async (
    tx: Tx,
    who: Correspondent,
    talk: Conversation,
    text: InboundText,
    meaning: Meaning,
  ): Promise<void> => {
    const now = clock.now()
    const { contactId, phone, optedOut, disowned } = who
    const isMute = text.backfilled || isBotSilent(talk, now)
    if (isMute && inboundMeaning(meaning) === 'other') {
      if (text.backfilled && !isBotSilent(talk, now) && mayApologise(talk, now)) await apologise(tx, who, text)
      return
    }
    const turn = await deps.bot.answer(tx, {
      contactId,
      phone,
      optedOut,
      disowned,
      state: talk.botState,
      meaning,
      kind: text.kind,
      now,
      language: settings.language,
    })
    const wanted = isMute ? turn.effects.filter(({ kind }) => WISHES.has(kind)) : turn.effects
    for (const effect of wanted) await effects.apply(tx, who, effect, text.at)
    // What the bot wanted to say and could not is not remembered as said.
    if (!isMute || wanted.length > 0) await setBotState(tx, contactId, turn.state)
    if (turn.reply === null) return
    if (turn.kind === 'preference') return await say(tx, who, turn.reply, 'preference')
    // Who waits for a person is told so once.
    const waitsAlready = statusAt(talk, now) === 'waiting' && wanted.some(({ kind }) => kind === 'hand_over')
    if (!isMute && !optedOut && !waitsAlready) await say(tx, who, turn.reply, 'reply', turn.intakeId)
  }

  return {
    async receive(told) {
      const text = { ...told, backfilled: isLate(told, clock.now()) }
      const meaning = recognise(text.body)
      const wish = inboundMeaning(meaning)
      await db.transaction().execute(async (tx) => {
        // The contact's lock also lets two reports of the same text take turns.
        const who = await deps.contacts.findOfPeer(tx, text.from, text.at)
        const { contactId } = who
        await effects.applyLearnt(tx, who)
        // Reported in any order: an older wish does not take back a newer one.
        const isOutdated =
          wish === 'wrong_number'
            ? who.verifiedAt !== null && who.verifiedAt > text.at
            : wish !== 'other' && (await hasWishedSince(tx, contactId, text.at))
        if (!(await store(tx, contactId, { ...text, meaning: wish }))) return
        const households = await effects.holdHouseholds(tx, who.phone)
        await recordInboundAt(tx, contactId, text.at)
        const talk = await openConversation(tx, { contactId, at: text.at, botState: FRESH_STATE })
        await recordText(tx, contactId, text.at)
        await effects.link(tx, contactId, households)
        if (!isOutdated) await answer(tx, who, talk, text, meaning)
        await deps.unreachable.lift(tx, contactId, text.at)
        // Last: it locks pieces of work, and messages are locked before those everywhere.
        await deps.wakeContact(tx, contactId)
        if (who.phone === null) await deps.hiddenNumbers.ask(tx, contactId)
      })
    },

    async receiveOwn(text) {
      await db.transaction().execute(async (tx) => {
        if (text.reference && (await deps.claimed.find(tx, text.reference, text.to))) return
        const who = await deps.contacts.findOfPeer(tx, text.to, text.at)
        const { contactId } = who
        await effects.applyLearnt(tx, who)
        const kept = { ...text, kind: 'own', meaning: 'other', backfilled: isLate(text, clock.now()) } as const
        if (!(await store(tx, contactId, kept))) return
        const households = await effects.holdHouseholds(tx, who.phone)
        await openConversation(tx, { contactId, at: text.at, botState: FRESH_STATE })
        const pauseUntil = new Date(text.at.getTime() + settings.botPauseMinutes * MINUTE_MS)
        await recordOwnText(tx, contactId, { at: text.at, pauseUntil })
        await effects.link(tx, contactId, households)
      })
    },
  }
}
