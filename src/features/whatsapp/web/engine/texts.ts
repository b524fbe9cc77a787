import { randomUUID } from 'node:crypto'
import type { Client, MessageMedia } from 'whatsapp-web.js'
import type { Clock } from '../../../../platform/clock.ts'
import type { LookUpResult, OutgoingMedia, Peer, Receipt, ResolveResult, SendResult } from '../../whatsapp.ports.ts'
import { withDeadline } from '../../with-deadline.ts'
import type { ChatContent, Engine, EngineHandlers, KeyShape } from '../engine.ports.ts'
import type { EngineConfig } from './engine-options.ts'
import { type Hold, listChats, openTicket, readMessages, settleTicket } from './in-page.ts'
import type { Page } from './library.ts'
import {
  addressesOf,
  claimedReferenceOf,
  isPerson,
  keyText,
  type PageMessage,
  parsePageMessage,
  referenceOf,
  toAddress,
  toFound,
  toOwnText,
  toPeer,
  toReceipt,
} from './message.domain.ts'

type Names = { lid?: string | undefined; pn?: string | undefined }

const BUSY: SendResult = { kind: 'refused', code: 'gateway_busy', retryable: true }
const NO_PICTURE: SendResult = { kind: 'refused', code: 'picture_failed', retryable: true }
const NOT_ON_WHATSAPP: SendResult = { kind: 'refused', code: 'not_on_whatsapp', retryable: false }
const NO_LID = /no lid for user/i
// Reach-out timelock: people who never wrote cannot be written to for a while. So our part of the page says it, and so the library; a 463 in
// any other error proves nothing.
const REACH_OUT_LOCK = new Set(['puntadewa: refused with 463', 'ServerStatusCodeError: 463'])
const NAMES_KEPT = 5_000
const A_DAY_S = 86_400
/** Kept back of the time for a text: what became of it is asked in it, and answered before the caller gives up. */
const SETTLE_MS = 1_000
// Twenty messages or so each: more than a household gets in a day.
const LOOK_UP_LOADS = 5
const CATCH_UP_LOADS = 20

const FILE_NAME = 'kode.png'

/** What an error of the page says; its kind is a part of that when it has one of its own. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`
}

type Written = { text: string; media: OutgoingMedia | null }

/** The library takes only what its own class has made. */
async function toLibraryMedia({ mediaType, bytes }: OutgoingMedia): Promise<MessageMedia> {
  const { default: library } = await import('whatsapp-web.js')
  return new library.MessageMedia(mediaType, Buffer.from(bytes).toString('base64'), FILE_NAME)
}

/** How long a step of one hand-over may take: so long at most, and never beyond the end of all. */
type Time = { toSend(atMostMs: number): number; toSettle(atMostMs: number): number }

function createTime(clock: Clock, answerBy: Date): Time {
  const left = (): number => Math.max(0, answerBy.getTime() - clock.now().getTime())
  const settleMs = Math.min(SETTLE_MS, left() / 2)
  return {
    toSend: (atMostMs) => Math.max(0, Math.min(atMostMs, left() - settleMs)),
    // What is left of it, less a little for the answer itself.
    toSettle: (atMostMs) => Math.min(atMostMs, left() * 0.9),
  }
}

/** What is asked of and handed to one page. `client`: undefined while there is none that could answer. */
export function createTexts(deps: {
  config: EngineConfig
  handlers: EngineHandlers
  client(): Client | undefined
  isReady(): boolean
  onKeyShape(shape: KeyShape | null): void
  /** An error that may mean that the page is gone. */
  onError(error: unknown): void
}): Pick<Engine, 'resolve' | 'findNumber' | 'send' | 'lookUp' | 'listChatsSince' | 'readChatSince'> & {
  peerOf(address: string): Promise<Peer>
} {
  const { config, handlers } = deps
  const { callMs, sendMs } = config.deadlines
  const names = new Map<string, Names>()

  const ask = async <Value>(work: (client: Client) => Promise<Value>, timeoutMs = callMs): Promise<Value> => {
    const client = deps.client()
    if (!client) throw new Error('no page')
    return await withDeadline(work(client), timeoutMs).catch((error: unknown) => {
      deps.onError(error)
      throw error
    })
  }
  const inPage = async <Value>(work: (page: Page) => Promise<Value>, timeoutMs = callMs): Promise<Value> =>
    await ask(async ({ pupPage }) => {
      if (!pupPage) throw new Error('no page')
      return await work(pupPage)
    }, timeoutMs)

  const peerOf = async (address: string): Promise<Peer> => {
    let known = names.get(address)
    if (!known) {
      // A number not known is not kept: the page may learn it with the next message. Most people have no LID that a page knows.
      const [found] = await ask((client) => client.getContactLidAndPhone([address])).catch(() => [])
      known = found ?? {}
      if (known.pn !== undefined) names.set(address, known)
      const oldest = names.keys().next().value
      if (names.size > NAMES_KEPT && oldest !== undefined) names.delete(oldest)
    }
    return toPeer(address, known)
  }

  const resolve = async (number: string): Promise<ResolveResult> => {
    if (!deps.isReady()) return { kind: 'unknown' }
    try {
      const found = await ask((client) => client.getNumberId(number))
      return found ? { kind: 'registered', address: found._serialized } : { kind: 'not_registered' }
    } catch {
      return { kind: 'unknown' }
    }
  }

  /** Hands a text to the library, once. `no_lid`: refused because WhatsApp does not know the recipient under this address. */
  const handOver = async (
    to: string,
    { text, media }: Written,
    hold: Hold,
    time: Time,
  ): Promise<SendResult | 'no_lid'> => {
    try {
      const shape = await inPage((page) => page.evaluate(openTicket, hold.ticket), time.toSend(callMs))
      deps.onKeyShape(shape)
      if (shape === 'unknown') return BUSY
    } catch {
      return BUSY
    }
    let failure: unknown
    try {
      const options = { sendSeen: false, linkPreview: false, waitUntilMsgSent: true, extra: { puntadewa: hold } }
      const sent: { rawData: object } | undefined | null = await ask(
        async (client) =>
          media
            ? await client.sendMessage(to, await toLibraryMedia(media), { ...options, caption: text })
            : await client.sendMessage(to, text, options),
        time.toSend(sendMs),
      )
      const message = sent ? parsePageMessage(sent.rawData) : undefined
      if (message) return { kind: 'accepted', gatewayMessageId: keyText(message) }
    } catch (error) {
      failure = error
    }
    // From here on it cannot leave any more; whether it did is known only as far as the page tells.
    const settling = inPage((page) => page.evaluate(settleTicket, hold.ticket), time.toSettle(callMs))
    const fate = await settling.catch(() => 'unknown' as const)
    const reason = failure === undefined ? '' : messageOf(failure)
    if (fate === 'never' && NO_LID.test(reason)) return 'no_lid'
    if (fate === 'handed_over' && REACH_OUT_LOCK.has(reason)) {
      handlers.onTrouble({ scope: 'cold', code: '463', at: config.clock.now() })
      return { kind: 'refused', code: 'account_trouble', retryable: false }
    }
    if (fate === 'unprepared') return NO_PICTURE
    return fate === 'never' ? BUSY : { kind: 'unknown' }
  }

  /** The number behind an address is asked for once more. */
  const resolveAgain = async (address: string): Promise<ResolveResult> => {
    const phone = toPeer(address).phone ?? (await peerOf(address)).phone
    return phone === null ? { kind: 'not_registered' } : await resolve(phone)
  }

  const readChat = async (wanted: Parameters<typeof readMessages>[0]): Promise<PageMessage[]> => {
    const told = await inPage((page) => page.evaluate(readMessages, wanted))
    return told.map(parsePageMessage).filter((message) => message !== undefined)
  }

  /** The other name of somebody is only asked for when there is something to tell. */
  const completePeer = async (peer: Peer): Promise<Peer> => {
    const [address] = addressesOf(peer)
    if (address === undefined || (peer.phone !== null && peer.alias !== null)) return peer
    const known = await peerOf(address)
    return { phone: peer.phone ?? known.phone, alias: peer.alias ?? known.alias }
  }

  /** As the same messages are told when they come live. */
  const tellContent = async (peer: Peer, messages: PageMessage[]): Promise<ChatContent> => {
    const now = config.clock.now()
    const content: ChatContent = { inbound: [], ownTexts: [], receipts: [] }
    if (messages.length === 0) return content
    const who = await completePeer(peer)
    for (const message of messages.sort((a, b) => Number(a.t) - Number(b.t))) {
      const inbound = toFound(message, now)
      if (inbound) content.inbound.push({ ...inbound, from: who })
      const own = toOwnText(message, now)
      if (own) content.ownTexts.push({ ...own, to: who })
      const receipt = own && own.reference === undefined ? undefined : toReceipt(message, message.ack ?? 0, now)
      if (receipt) content.receipts.push(inChat(message, receipt, who))
    }
    return content
  }
  const inChat = (message: PageMessage, receipt: Receipt, who: Peer): Receipt =>
    claimedReferenceOf(message) === null ? receipt : { ...receipt, readInChat: who }

  return {
    peerOf,
    resolve,

    async findNumber(lid) {
      return deps.isReady() ? (await peerOf(lid)).phone : null
    },

    async send({ to, text, reference, notAfter, answerBy = notAfter, media = null }) {
      const notAfterMs = notAfter.getTime()
      const time = createTime(config.clock, answerBy)
      const isLate = (): boolean => config.clock.now().getTime() > notAfterMs
      if (!deps.isReady() || isLate()) return BUSY
      const address = toAddress(to)
      const written = { text, media }
      const first = await handOver(address, written, { ticket: randomUUID(), reference, notAfterMs }, time)
      if (first !== 'no_lid') return first
      // The address may be an old one. Nothing has left under it: whatever is not answered in time is for another time.
      const asked = withDeadline(resolveAgain(address), time.toSend(2 * callMs))
      const found = await asked.catch((): ResolveResult => ({ kind: 'unknown' }))
      if (found.kind === 'unknown' || isLate()) return BUSY
      if (found.kind === 'not_registered') return NOT_ON_WHATSAPP
      const second = await handOver(found.address, written, { ticket: randomUUID(), reference, notAfterMs }, time)
      if (second === 'no_lid') return NOT_ON_WHATSAPP
      return second.kind === 'accepted' ? { ...second, to: found.address } : second
    },

    async lookUp(reference, to): Promise<LookUpResult> {
      if (!deps.isReady()) return { kind: 'cannot_tell' }
      const address = to === null ? null : toAddress(to)
      const sinceSeconds = Math.floor(config.clock.now().getTime() / 1_000) - A_DAY_S
      try {
        const found = await readChat({ address, sinceSeconds, text: reference, maxLoads: LOOK_UP_LOADS })
        // In any chat at all only the page's own word counts: the text may have been forwarded. In theirs it may be quoted: it is ours
        // where the reference stands at its own place.
        const isOurs = (message: PageMessage): boolean =>
          referenceOf(message) === reference || (to !== null && claimedReferenceOf(message) === reference)
        for (const message of found.filter((one) => one.id.fromMe && isOurs(one))) {
          const receipt = toReceipt(message, message.ack ?? 0, config.clock.now())
          // With ack 0 it stands in the chat and has not left.
          if (!receipt) continue
          if (receipt.status !== 'failed') return { kind: 'sent', gatewayMessageId: receipt.gatewayMessageId }
          handlers.onReceipt({ ...receipt, reference })
        }
      } catch {
        // No answer is no proof either.
      }
      return { kind: 'cannot_tell' }
    },

    async listChatsSince(since) {
      if (!deps.isReady()) throw new Error('the page is not in sync')
      const sinceSeconds = Math.floor(since.getTime() / 1_000)
      const addresses = await inPage((page) => page.evaluate(listChats, sinceSeconds))
      return addresses.filter(isPerson).map((address) => toPeer(address))
    },

    async readChatSince(peer, since) {
      const sinceSeconds = Math.floor(since.getTime() / 1_000)
      const found = new Map<string, PageMessage>()
      const failures: unknown[] = []
      const addresses = addressesOf(peer)
      for (const address of addresses) {
        // A name that has no chat (any more) does not hide what stands under the other one.
        const messages = await readChat({ address, sinceSeconds, text: null, maxLoads: CATCH_UP_LOADS }).catch(
          (error: unknown) => {
            // Nobody is there: a notice once went to a number without WhatsApp.
            if (!NO_LID.test(messageOf(error))) failures.push(error)
            return []
          },
        )
        // The same message, read under the number and under the LID.
        for (const message of messages) if (!found.has(keyText(message))) found.set(keyText(message), message)
      }
      if (failures.length > 0 && failures.length === addresses.length) throw failures[0]
      return await tellContent(peer, [...found.values()])
    },
  }
}
