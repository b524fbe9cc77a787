import type { KeyShape } from '../engine.ports.ts'

/*
 * What runs inside the page of WhatsApp Web. puppeteer sends the text of these functions: nothing outside of a function is known
 * to it there. Only what is named in the types below is touched.
 */

type PageKey = { id?: string; fromMe?: boolean; remote?: unknown; _serialized?: unknown; $1?: unknown }
type PageMessage = { id: PageKey; body?: string; caption?: string; t?: number; puntadewa?: Hold; __x_id?: unknown }
type PageChat = { id: { _serialized: string }; t?: number; msgs: { getModelsArray(): PageMessage[] } }
type SendAction = { addAndSendMsgToChat(chat: PageChat, message: PageMessage): [Promise<unknown>, Promise<unknown>] }
type SendOptions = { extraOptions?: { puntadewa?: Hold }; media?: object | null }
type Model = Record<string, unknown>
type Library = {
  sendMessage(chat: PageChat, content: string, options?: SendOptions): Promise<PageMessage | undefined>
  getMessageModel(message: PageMessage): Model
  getChat(id: string, options: { getAsModel: boolean }): Promise<PageChat | null | undefined>
}
type Modules = {
  WAWebSocketModel: { Socket: { state?: string | null; hasSynced?: boolean } }
  WAWebMsgKey: { new (parts: object): PageKey; prototype: object }
  WAWebUserPrefsMeUser: { getMaybeMePnUser(): unknown; getMaybeMeLidUser(): unknown }
  WAWebSendMsgChatAction: SendAction
  WAWebCollections: { Msg: { getModelsArray(): PageMessage[] }; Chat: { getModelsArray(): PageChat[] } }
  WAWebChatLoadMessages: { loadEarlierMsgs(of: { chat: PageChat }): Promise<PageMessage[] | null | undefined> }
  WAWebLaunchSocketUtils: { refreshQR(): void }
}
type Hand = {
  install(): KeyShape | null
  tickets: Map<string, 'open' | 'preparing' | 'handed_over' | 'cancelled'>
  references: Map<string, string>
  dialogs?: WeakSet<object>
}
type PageElement = {
  getClientRects(): ArrayLike<unknown>
  querySelectorAll<Found>(selector: string): Iterable<Found>
  click(): void
}
type PageWindow = {
  require<Name extends keyof Modules>(name: Name): Modules[Name]
  Debug?: { VERSION?: string }
  WWebJS?: Library
  puntadewa?: Hand
  onAppStateHasSyncedEvent?(): void
}
declare const window: PageWindow
declare const document: Pick<PageElement, 'querySelectorAll'>

/** What goes along with one text into the page. */
export type Hold = { ticket: string; reference: string; notAfterMs: number }

/** What the page says of itself. `isInstalled`: the library's part and ours are in place since its last load. */
export type PageLevel = {
  state: string | null
  hasSynced: boolean
  webVersion: string | null
  keyShape: KeyShape | null
  isInstalled: boolean
}

/**
 * Puts our part into the page; to be done again after every load of it and every injection of the library. Repeatable.
 * - `_serialized` of a message key answers `$1` where a build has renamed it: without it the library sends and loses the id.
 * - A text is looked at once more in the very step that hands it over: its time, its ticket, and that its id can be read.
 * - A message of ours carries its reference in everything that is reported about it.
 */
export function installInPage(): void {
  const REFERENCES_KEPT = 2_000

  const shapeOf = (key: PageKey, id: string): KeyShape => {
    const own = Object.getOwnPropertyDescriptor(key, '_serialized')?.value
    if (typeof own === 'string' && own.includes(id)) return 'serialized'
    if (typeof key.$1 === 'string' && key.$1.includes(id)) return 'dollar_one'
    return typeof key._serialized === 'string' && key._serialized.includes(id) ? 'serialized' : 'unknown'
  }

  const hand: Hand = (window.puntadewa ??= {
    install: () => null,
    tickets: new Map(),
    references: new Map(),
  })

  const bridgeKeys = (): KeyShape | null => {
    const MsgKey = window.require('WAWebMsgKey')
    if (!('_serialized' in MsgKey.prototype)) {
      Object.defineProperty(MsgKey.prototype, '_serialized', {
        configurable: true,
        get(this: PageKey) {
          return this.$1
        },
        // A build that still writes the field writes it as before.
        set(this: PageKey, value: unknown) {
          Object.defineProperty(this, '_serialized', { value, writable: true, enumerable: true, configurable: true })
        },
      })
    }
    const users = window.require('WAWebUserPrefsMeUser')
    const me = users.getMaybeMePnUser() ?? users.getMaybeMeLidUser()
    if (!me) return null
    const id = '3EB0000000000000000000'
    try {
      return shapeOf(new MsgKey({ from: me, to: me, id, participant: undefined, selfDir: 'out' }), id)
    } catch {
      return 'unknown'
    }
  }

  /** The last moment at which nothing has left. Throws when the text must not go. */
  const handOver = (hold: Hold): void => {
    if (hand.tickets.get(hold.ticket) === 'cancelled') throw new Error('puntadewa: given up')
    hand.tickets.set(hold.ticket, 'open')
    // Without a connection the page keeps a text and sends it whenever it is back.
    if (window.require('WAWebSocketModel').Socket.state !== 'CONNECTED') throw new Error('puntadewa: not connected')
    if (Date.now() > hold.notAfterMs) throw new Error('puntadewa: too late')
    hand.tickets.set(hold.ticket, 'handed_over')
  }

  const isRefusal = (answer: unknown): boolean => {
    const told = (answer ?? {}) as Record<string, unknown>
    return ['error', 'errorCode', 'code', 'statusCode'].some((field) => Number(told[field]) === 463)
  }

  const guardSendAction = (): boolean => {
    const action = window.require('WAWebSendMsgChatAction')
    const original = action.addAndSendMsgToChat as SendAction['addAndSendMsgToChat'] & { isPuntadewa?: boolean }
    if (original.isPuntadewa) return true
    const guarded: typeof original = (chat, { puntadewa: hold, ...rest }) => {
      const message: PageMessage = rest
      if (!hold) return original.call(action, chat, message)
      // 1.34.7 spreads the picture's model into the message, its own id included: builds since September 2026 refuse that.
      delete message.__x_id
      const id = String(message.id.id)
      if (shapeOf(message.id, id) === 'unknown') throw new Error('puntadewa: unknown key shape')
      handOver(hold)
      hand.references.set(id, hold.reference)
      const oldest = hand.references.keys().next().value
      if (hand.references.size > REFERENCES_KEPT && oldest !== undefined) hand.references.delete(oldest)
      const [added, sent] = original.call(action, chat, message)
      const judged = Promise.resolve(sent).then((answer) => {
        if (isRefusal(answer)) throw new Error('puntadewa: refused with 463')
        const result = (answer as { messageSendResult?: unknown } | undefined)?.messageSendResult
        if (typeof result === 'string' && result !== 'OK') throw new Error(`puntadewa: ${result}`)
        return answer
      })
      judged.catch(() => {})
      return [added, judged]
    }
    guarded.isPuntadewa = true
    try {
      action.addAndSendMsgToChat = guarded
    } catch {
      return false
    }
    return action.addAndSendMsgToChat === guarded
  }

  const guardLibrary = (isActionGuarded: boolean): void => {
    const library = window.WWebJS as (Library & { isPuntadewa?: boolean }) | undefined
    if (!library || library.isPuntadewa) return
    library.isPuntadewa = true
    const send = library.sendMessage
    library.sendMessage = async (chat, content, options = {}) => {
      const hold = options.extraOptions?.puntadewa
      if (hold && options.media) {
        // Until it is handed over: whatever fails or hangs is the picture.
        if (hand.tickets.get(hold.ticket) === 'open') hand.tickets.set(hold.ticket, 'preparing')
        // Just before is too early here: an upload that fails would look like a text that may have left.
        if (!isActionGuarded) throw new Error('puntadewa: no pictures in this build')
      }
      if (!hold || isActionGuarded) return await send(chat, content, options)
      // The step itself cannot be guarded in this build: the next best is just before.
      handOver(hold)
      const { extraOptions: _, ...rest } = options
      return await send(chat, content, rest)
    }
    const toModel = library.getMessageModel
    library.getMessageModel = (message) => {
      const model = toModel(message)
      const reference = hand.references.get(String(message.id.id))
      if (message.id.fromMe && reference !== undefined) model.puntadewaReference = reference
      return model
    }
  }

  hand.install = () => {
    const shape = bridgeKeys()
    guardLibrary(guardSendAction())
    return shape
  }
  hand.install()
}

/** Opens the way for one text. Answers how keys look; throws when the page has been loaded anew and is not ready. */
export function openTicket(ticket: string): KeyShape | null {
  if (!window.puntadewa || !window.WWebJS) throw new Error('puntadewa: not installed')
  const TICKETS_KEPT = 2_000
  const { install, tickets } = window.puntadewa
  const shape = install()
  tickets.set(ticket, 'open')
  const oldest = tickets.keys().next().value
  if (tickets.size > TICKETS_KEPT && oldest !== undefined) tickets.delete(oldest)
  return shape
}

/**
 * Ends the way for one text: from now on it cannot leave any more. `handed_over`: it may have. `unknown`: the page was loaded anew.
 * `unprepared`: its picture was not ready, and it has not left.
 */
export function settleTicket(ticket: string): 'never' | 'unprepared' | 'handed_over' | 'unknown' {
  const state = window.puntadewa?.tickets.get(ticket)
  if (state === undefined) return 'unknown'
  if (state === 'handed_over') {
    window.puntadewa?.tickets.delete(ticket)
    return 'handed_over'
  }
  window.puntadewa?.tickets.set(ticket, 'cancelled')
  return state === 'preparing' ? 'unprepared' : 'never'
}

export function readLevel(): PageLevel {
  const attempt = <Value>(read: () => Value, otherwise: Value): Value => {
    try {
      return read()
    } catch {
      return otherwise
    }
  }
  const socket = attempt(() => window.require('WAWebSocketModel').Socket, undefined)
  const isInstalled = window.puntadewa !== undefined && window.WWebJS !== undefined
  return {
    state: socket?.state ?? null,
    hasSynced: socket?.hasSynced === true,
    webVersion: window.Debug?.VERSION ?? null,
    keyShape: isInstalled ? attempt(() => window.puntadewa?.install() ?? null, null) : null,
    isInstalled,
  }
}

/** Does what the library would have done had it been listening when the page came into sync. */
export function announceSync(): void {
  window.onAppStateHasSyncedEvent?.()
}

/**
 * What stands in front of a connected page. `new`: seen for the first time, nothing was done. `clicked`: seen before, and its only
 * button was pressed. `left`: seen before, and it leaves a choice.
 */
export function answerDialog(): 'none' | 'new' | 'clicked' | 'left' {
  const { state, hasSynced } = window.require('WAWebSocketModel').Socket
  if (state !== 'CONNECTED' || !hasSynced || !window.puntadewa) return 'none'
  const dialogs = [...document.querySelectorAll<PageElement>('[role="dialog"]')]
  const dialog = dialogs.findLast((one) => one.getClientRects().length > 0)
  if (!dialog) return 'none'
  const seen = (window.puntadewa.dialogs ??= new WeakSet())
  if (!seen.has(dialog)) {
    seen.add(dialog)
    return 'new'
  }
  const [button, ...others] = dialog.querySelectorAll<PageElement>('button, [role="button"]')
  if (!button || others.length > 0) return 'left'
  button.click()
  return 'clicked'
}

export function refreshQrInPage(): void {
  window.require('WAWebLaunchSocketUtils').refreshQR()
}

/** Addresses of the chats in which something was written since then, the newest first. One that cannot be read does not hide the others. */
export function listChats(sinceSeconds: number): string[] {
  const found: { address: string; t: number }[] = []
  for (const chat of window.require('WAWebCollections').Chat.getModelsArray()) {
    try {
      const times = chat.msgs.getModelsArray().map(({ t = 0 }) => t)
      found.push({ address: chat.id._serialized, t: Math.max(chat.t ?? 0, ...times) })
    } catch {
      // Whom we know is asked after by name.
    }
  }
  const lately = found.filter(({ t }) => t >= sinceSeconds)
  return lately.sort((a, b) => b.t - a.t).map(({ address }) => address)
}

/**
 * Messages of one chat, read back until `sinceSeconds`, until one of ours ends with `text`, or `maxLoads` times. One message that cannot
 * be read does not hide the others. Without an address: what the page has at hand of all chats.
 */
export async function readMessages(ask: {
  address: string | null
  sinceSeconds: number
  text: string | null
  maxLoads: number
}): Promise<Model[]> {
  const library = window.WWebJS
  if (!library) throw new Error('puntadewa: not installed')
  // Under a picture: the body is what the page shows of it until it is loaded.
  const says = ({ body, caption }: PageMessage, where: 'anywhere' | 'at the end'): boolean =>
    [body, caption].some((words) => {
      if (typeof words !== 'string' || ask.text === null) return false
      return where === 'anywhere' ? words.includes(ask.text) : words.trimEnd().endsWith(ask.text)
    })
  const found = new Map<string, PageMessage>()
  const note = (messages: PageMessage[]): void => {
    for (const message of messages) found.set(`${message.id.fromMe}_${message.id.id}`, message)
  }
  if (ask.address === null) {
    note(window.require('WAWebCollections').Msg.getModelsArray())
  } else {
    const chat = await library.getChat(ask.address, { getAsModel: false })
    if (!chat) return []
    note(chat.msgs.getModelsArray())
    const isEnough = (): boolean => {
      const all = [...found.values()]
      // Whoever quotes it has it elsewhere: the text itself may stand further back.
      if (ask.text !== null) return all.some((message) => message.id.fromMe === true && says(message, 'at the end'))
      return all.some(({ t = 0 }) => t < ask.sinceSeconds)
    }
    for (let load = 0; load < ask.maxLoads && !isEnough(); load++) {
      const earlier = await window.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat })
      if (!earlier || earlier.length === 0) break
      note(earlier)
      note(chat.msgs.getModelsArray())
    }
  }
  const models: Model[] = []
  for (const message of found.values()) {
    const isWanted = ask.text === null ? (message.t ?? 0) >= ask.sinceSeconds : says(message, 'anywhere')
    if (!isWanted) continue
    try {
      models.push(library.getMessageModel(message))
    } catch {
      // Its look-alike in the next build may be readable.
    }
  }
  return models.sort((a, b) => Number(a.t) - Number(b.t))
}
