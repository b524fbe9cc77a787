import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Phones, SendFailure } from './phones.ts'

export type StandInMessage = {
  id: string
  /** Wid of the other side. */
  chat: string
  fromMe: boolean
  from: string
  body: string
  type: string
  ack: number
  /** Seconds. */
  t: number
  /** Further fields of the page's message model. */
  extra: Record<string, unknown>
}

/** A text that reached a phone, the picture it stands under, and who sent it: which profile, which load of the page, when. */
export type Arrival = {
  phone: string
  body: string
  picture: Buffer | null
  id: string
  device: string
  page: string
  at: Date
}

type AccountEvent = {
  seq: number
  kind: 'ack' | 'add'
  ack: number
  message: StandInMessage
  lid: string | null
  phone: string | null
}

type HandOver = {
  page: string
  id: string
  to: string
  body: string
  t: number
  type: 'chat' | 'image'
  caption: string | null
  directPath: string | null
}
/** What becomes of uploads. `empty`: taken, and nothing is said of it. `slow`: taken when the mode is changed. */
export type UploadMode = 'ok' | 'error' | 'hang' | 'empty' | 'slow'
type Fate = {
  fate: 'sent' | 'lost' | 'never_settles' | 'rejected'
  error?: string
  result?: string
  details?: Record<string, unknown>
}

const AT_THE_CHAT: readonly SendFailure[] = ['no_chat', 'no_lid']
const AT_HAND_OVER: readonly SendFailure[] = [
  'hang',
  'stall',
  'lost',
  'reject',
  'reject_delivered',
  'no_lid_delivered',
  'ack_error',
  'error_463',
  'result_463',
  'error_like_463',
]
const NO_LID = 'No LID for user'
const HISTORY_PAGE = 20

/**
 * The WhatsApp behind the page: one account with its linked devices, the messages of its chats, and for every device how far it
 * has heard what happened. Survives every page, browser and gateway.
 */
export function createAccount({ phones, ownPhone }: { phones: Phones; ownPhone: string }) {
  const linked = new Set<string>()
  const heardUpTo = new Map<string, number>()
  const messages: StandInMessage[] = []
  const events: AccountEvent[] = []
  const arrivals: Arrival[] = []
  const lookedUp: string[] = []
  const listeners = new Set<() => void>()
  const uploads = new Map<string, Buffer>()
  let uploadMode: UploadMode = 'ok'
  let uploadsAsked = 0
  const held: (() => void)[] = []

  const record = (kind: AccountEvent['kind'], message: StandInMessage, ack: number): number => {
    const phone = phones.phoneOf(message.chat)
    const behaviour = phone === null ? null : phones.behaviourOf(phone)
    const isKnown = behaviour !== null && behaviour.lid !== null && !behaviour.isHidden
    const seq = events.length + 1
    const names = isKnown ? { lid: `${behaviour.lid}@lid`, phone: `${phone}@c.us` } : { lid: null, phone: null }
    events.push({ seq, kind, ack, message: { ...message }, ...names })
    for (const listener of listeners) listener()
    return seq
  }

  const acknowledge = async (message: StandInMessage, acks: readonly number[], everyMs: number, repeat: number) => {
    let last = 0
    for (const ack of acks) {
      await wait(everyMs, undefined, { ref: false })
      message.ack = Math.max(message.ack, ack) === ack || ack < 0 ? ack : message.ack
      for (let time = 0; time < repeat; time++) last = record('ack', message, ack)
    }
    return last
  }

  const untilHeard = async (device: string, seq: number): Promise<void> => {
    for (let tries = 0; (heardUpTo.get(device) ?? 0) < seq && tries < 200; tries++) await wait(10)
  }

  return {
    arrivals,
    lookedUp,
    messages,
    link(device: string): void {
      linked.add(device)
      heardUpTo.set(device, events.length)
    },
    unlink(device: string): void {
      linked.delete(device)
    },
    countLinked: (): number => linked.size,
    isLinked: (device: string): boolean => linked.has(device),
    unheard: (device: string): AccountEvent[] => events.slice(heardUpTo.get(device) ?? events.length),
    heard(device: string, seq: number): void {
      heardUpTo.set(device, Math.max(heardUpTo.get(device) ?? 0, seq))
    },
    skipUnheard(device: string): void {
      heardUpTo.set(device, events.length)
    },
    onEvent(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    setUploadMode(mode: UploadMode): void {
      uploadMode = mode
      for (const release of held.splice(0)) release()
    },
    countUploads: (): number => uploadsAsked,

    /** Null: the upload fails. */
    async upload({ bytes }: { bytes: string }): Promise<{ entry: object | null } | null> {
      uploadsAsked += 1
      if (uploadMode === 'hang') await new Promise(() => {})
      if (uploadMode === 'slow') await new Promise<void>((resolve) => held.push(resolve))
      if (uploadMode === 'error') return null
      if (uploadMode === 'empty') return { entry: null }
      const directPath = `/v/t62.7118-24/${randomBytes(8).toString('hex')}`
      uploads.set(directPath, Buffer.from(bytes, 'base64'))
      const mmsUrl = `https://mmg.whatsapp.net${directPath}`
      return { entry: { mmsUrl, directPath, mediaKey: 'key', mediaKeyTimestamp: 1, encFilehash: 'hash' } }
    },

    async exists(wid: string): Promise<{ address: string | null; lid: string | null; phone: string | null }> {
      lookedUp.push(wid)
      const phone = phones.phoneOf(wid)
      const behaviour = phone === null ? null : phones.behaviourOf(phone)
      if (behaviour?.hidesFromLookUp) await new Promise(() => {})
      if (phone === null || !behaviour?.isRegistered) return { address: null, lid: null, phone: null }
      const lid = behaviour.lid === null ? null : `${behaviour.lid}@lid`
      const number = `${phone}@c.us`
      if (wid.endsWith('@lid') && behaviour.isHidden) return { address: wid, lid: null, phone: null }
      return { address: behaviour.answersLid && lid !== null ? lid : number, lid, phone: number }
    },

    openChat(wid: string): { error: string | null } {
      const phone = phones.phoneOf(wid)
      if (phone === null) return { error: null }
      const failure = phones.takeFailure(phone, AT_THE_CHAT)
      if (failure === 'no_lid' || !phones.behaviourOf(phone).isRegistered) return { error: NO_LID }
      return { error: failure === 'no_chat' ? 'the chat cannot be opened' : null }
    },

    /** Decides what becomes of a text, and lets the acks follow. */
    async handOver(sent: HandOver, device: string): Promise<Fate> {
      const phone = phones.phoneOf(sent.to)
      if (phone === null) return { fate: 'rejected', error: 'nobody there' }
      const behaviour = phones.behaviourOf(phone)
      const failure = phones.takeFailure(phone, AT_HAND_OVER)
      if (failure === 'stall') return { fate: 'never_settles' }
      if (failure === 'lost') return { fate: 'lost' }
      if (failure === 'reject') return { fate: 'rejected', error: 'r: r' }
      if (failure === 'error_463') return { fate: 'rejected', error: 'ServerStatusCodeError: 463' }
      if (failure === 'error_like_463') return { fate: 'rejected', error: 'no chat 463 in this list' }
      if (failure === 'result_463') return { fate: 'sent', result: 'ERROR_UNKNOWN', details: { errorCode: 463 } }
      const picture = sent.directPath === null ? null : uploads.get(sent.directPath)
      if (picture === undefined || (picture === null) !== (sent.type === 'chat')) {
        return { fate: 'rejected', error: 'a picture that nobody has uploaded' }
      }
      const text = picture === null ? sent.body : (sent.caption ?? '')
      const message: StandInMessage = {
        id: sent.id,
        chat: sent.to,
        fromMe: true,
        from: ownPhone,
        body: sent.body,
        type: sent.type,
        ack: 0,
        t: sent.t,
        extra: picture === null ? {} : { caption: text, directPath: sent.directPath },
      }
      messages.push(message)
      if (failure === 'ack_error') {
        void acknowledge(message, [-1], behaviour.ackMs, behaviour.repeatAcks)
        return { fate: 'sent', result: 'OK' }
      }
      arrivals.push({ phone, body: text, picture, id: sent.id, device, page: sent.page, at: new Date() })
      message.ack = 1
      const acks = acknowledge(message, behaviour.acks, behaviour.ackMs, behaviour.repeatAcks)
      if (behaviour.acksFirst) await untilHeard(device, await acks)
      if (behaviour.answerMs > 0) await wait(behaviour.answerMs, undefined, { ref: false })
      if (failure === 'hang') return { fate: 'never_settles' }
      if (failure === 'reject_delivered') return { fate: 'rejected', error: 'r: r' }
      if (failure === 'no_lid_delivered') return { fate: 'rejected', error: NO_LID }
      return { fate: 'sent', result: 'OK' }
    },

    /** Something in a chat that did not come through the page: from the other side, or typed on our own phone. */
    add(message: Partial<StandInMessage> & { chat: string }): StandInMessage {
      const full: StandInMessage = {
        id: `3A${randomBytes(9).toString('hex').toUpperCase()}`,
        fromMe: false,
        from: message.chat,
        body: '',
        type: 'chat',
        ack: message.fromMe ? 1 : 0,
        t: Math.floor(Date.now() / 1000),
        extra: {},
        ...message,
      }
      messages.push(full)
      record('add', full, full.ack)
      return full
    },

    acknowledgeById(id: string, ack: number): void {
      const message = messages.find((known) => known.id === id)
      if (!message) throw new Error('no such message')
      message.ack = ack
      record('ack', message, ack)
    },

    /** As the list of a linked page shows them: each chat once, with the time of its last message. */
    chats(): { chat: string; t: number }[] {
      const newest = new Map<string, { chat: string; t: number }>()
      for (const { chat, t } of messages) {
        const name = phones.phoneOf(chat) ?? chat
        const known = newest.get(name)
        if (!known || known.t <= t) newest.set(name, { chat, t })
      }
      return [...newest.values()]
    },

    async history(chat: string, known: readonly string[]): Promise<{ messages: StandInMessage[] } | null> {
      const phone = phones.phoneOf(chat)
      const mode = phone === null ? 'ok' : phones.behaviourOf(phone).history
      if (mode === 'error') return null
      if (mode === 'hang') await new Promise(() => {})
      const isSame = (message: StandInMessage): boolean =>
        message.chat === chat || (phone !== null && phones.phoneOf(message.chat) === phone)
      const unknown = messages.filter((message) => isSame(message) && !known.includes(message.id))
      // Under the chat that was asked for: a person known by number and by LID has one chat.
      return { messages: unknown.slice(-HISTORY_PAGE).map((message) => ({ ...message, chat })) }
    },
  }
}

export type Account = ReturnType<typeof createAccount>
