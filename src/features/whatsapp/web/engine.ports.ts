import type {
  AccountTrouble,
  InboundText,
  LookUpResult,
  OutgoingMedia,
  OwnText,
  Peer,
  Receipt,
  ResolveResult,
  SendResult,
} from '../whatsapp.ports.ts'

/** Why one run of the library ended. */
export type EngineEnd =
  /** Asked for. */
  | 'stopped'
  /** The process of the browser ended. */
  | 'browser_gone'
  /** The page crashed, closed or lost its frame; the browser may live on and is ended. */
  | 'page_gone'
  /** A probe got no answer in time. */
  | 'frozen'
  /** `initialize()` failed or did not come to a QR or a restored session in time. */
  | 'start_failed'
  /** Authenticated, and never in sync. */
  | 'never_ready'
  /** Nobody scanned the code while it was shown. */
  | 'qr_expired'
  /** Unlinked on the phone: pair again. */
  | 'logged_out'
  /** Another browser took the session over. */
  | 'conflict'
  /** WhatsApp has restricted the account (TOS_BLOCK, SMB_TOS_BLOCK, PROXYBLOCK). */
  | 'restricted'
  /** WhatsApp Web refuses this version. */
  | 'deprecated_version'
  /** Another state of the page that the library ends on. */
  | 'unpaired'

/** What one run reports, in order. Nothing comes after `ended`, which comes exactly once. */
export type EngineEvent =
  | { kind: 'qr'; code: string }
  | { kind: 'authenticated' }
  /**
   * In sync: by the library's event or, when that is lost, by looking. Once per run. `ownNumber`: E.164 digits of the linked
   * account, null when the page names it otherwise.
   */
  | { kind: 'ready'; ownNumber: string | null }
  | { kind: 'state'; state: string }
  | { kind: 'ended'; reason: EngineEnd; detail: string | null }

/** How the page names a message key. `unknown`: a third shape, and nothing is sent any more. */
export type KeyShape = 'serialized' | 'dollar_one' | 'unknown'

/** What was written in one chat, each oldest first. `receipts`: what the page shows of our own texts. */
export type ChatContent = { inbound: InboundText[]; ownTexts: OwnText[]; receipts: Receipt[] }

export type EngineProbe = {
  /** `WAState`; null: the page does not say. */
  state: string | null
  hasSynced: boolean
  webVersion: string | null
  /** Null: the page is not far enough to tell. */
  keyShape: KeyShape | null
  /** Of the browser's processes together; null where the system does not tell. */
  rssBytes: number | null
}

/**
 * One Client of whatsapp-web.js from start to end, with the browser it owns. Nothing it does rejects unhandled, and after `ended` no
 * process of it is left.
 */
export type Engine = {
  /** Resolves when the first step is done or the run has ended; failures are reported by `ended`. */
  start(): Promise<void>
  /** Ends the run; resolves when its processes are gone. Repeatable, also while starting. */
  stop(): Promise<void>
  /**
   * Asks WhatsApp to unlink this device. True: it took that, or has unlinked it. False: not linked, not connected, or nobody answered
   * in time. To be stopped afterwards. Never rejects.
   */
  logOut(): Promise<boolean>
  /** Rejects with a `TimeoutError` after `timeoutMs`. */
  probe(timeoutMs: number): Promise<EngineProbe>
  /** The code to type on the phone instead of scanning. Only while a QR is shown. `phone`: E.164 digits. */
  requestPairingCode(phone: string): Promise<string>
  /** Asks for a new QR when the shown one has expired. */
  refreshQr(): Promise<void>
  resolve(number: string): Promise<ResolveResult>
  /** The number (E.164 digits) behind a LID; null: the page does not know it, or could not be asked. */
  findNumber(lid: string): Promise<string | null>
  /**
   * `notAfter` is checked once more in the page itself, so that a process that stood still cannot send late. Answers before `answerBy`
   * whatever the page does, the question for another address included; left out: before `notAfter`. With `media` the text is its caption.
   */
  send(text: {
    to: string
    text: string
    reference: string
    notAfter: Date
    answerBy?: Date
    media?: OutgoingMedia | null
  }): Promise<SendResult>
  /** Asks the chat for the reference. Never answers `not_sent`: a chat that does not show a text proves nothing. */
  lookUp(reference: string, to: string | null): Promise<LookUpResult>
  /** With whom the page has a chat in which something was written since then, the newest first. Its word only: it may not know of all. */
  listChatsSince(since: Date): Promise<Peer[]>
  /** What was written in one chat since then, by either side. Rejects when it cannot be read under any name of the peer. */
  readChatSince(peer: Peer, since: Date): Promise<ChatContent>
}

export type EngineHandlers = {
  onEvent(event: EngineEvent): void
  /** Our own texts carry their reference. */
  onReceipt(receipt: Receipt): void
  onInbound(text: InboundText): void
  onOwnText(text: OwnText): void
  onTrouble(trouble: AccountTrouble): void
}

export type CreateEngine = (handlers: EngineHandlers) => Engine
