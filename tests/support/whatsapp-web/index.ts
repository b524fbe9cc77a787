import { type Account, type Arrival, createAccount, type StandInMessage, type UploadMode } from './account.ts'
import { createPages, type StandInPage } from './pages.ts'
import { createPhones, type PhoneBehaviour, type SendFailure } from './phones.ts'
import { type ServerMode, startServer } from './server.ts'

/*
 * A stand-in for web.whatsapp.com, for tests of the real whatsapp-web.js in a real Chromium without any network.
 *
 *   const standIn = await startStandIn({ autoPair: true })
 *   // give `standIn.address` ("127.0.0.1:<port>") to the engine as its test page, also from another process
 *   standIn.behave('6281200000001', { acks: [1, 2, 3] })
 *   standIn.failNext('hang', '6281200000001')
 *   standIn.textsOn('6281200000001')            // bodies that arrived
 *   standIn.arrivals()                           // the same with who sent it (profile, load of the page) and when
 *   standIn.write('6281200000001', 'STOP')       // the resident writes
 *   standIn.unknownModules()                     // what the library asked for and the page does not have: expect it to be empty
 *   await standIn.contract()                     // modules the library asked for, and those the page does not have
 *   await standIn.close()
 *
 * The account lives in this server: messages, receipts and links survive a reload, another browser and another gateway process.
 * A device (one browser profile) hears everything once that happened since it was linked, also what happened while it was away,
 * and hears it again when it died before it could say so. It says nothing about how WhatsApp itself behaves: only the
 * library's side of the page is modelled, as version 1.34.7 reads it.
 */

export type { Arrival, PhoneBehaviour, SendFailure, ServerMode, StandInMessage, StandInPage, UploadMode }

export type KeyShapeOfPage = 'serialized' | 'dollar_one' | 'third'

/** How the page itself behaves; read at every load of it. */
export type PageConfig = {
  webVersion: string
  /** Which field of a message key holds its text. */
  keyShape: KeyShapeOfPage
  /** Pairs by itself as soon as the library shows the code. */
  autoPair: boolean
  /** `window.Debug` is missing, as on a page that does not load. */
  noDebug: boolean
  stuckOpening: boolean
  neverSync: boolean
  /** In sync before the library listens, so that its event never comes. */
  eagerSync: boolean
  bootMs: number
  syncMs: number
  /** 0: the code stays. */
  qrRefreshMs: number
  withoutModules: readonly string[]
  /** The step in which a text leaves cannot be replaced. */
  fixedSendAction: boolean
  /** What happened while a device was away: told as new, or only to be found in the chats. */
  backlog: 'live' | 'history'
}

const DEFAULTS: PageConfig = {
  webVersion: '2.3000.9999999999',
  keyShape: 'serialized',
  autoPair: false,
  noDebug: false,
  stuckOpening: false,
  neverSync: false,
  eagerSync: false,
  bootMs: 0,
  syncMs: 0,
  qrRefreshMs: 0,
  withoutModules: [],
  fixedSendAction: false,
  backlog: 'live',
}

// The library tries it and leaves calls alone without it.
const WANTED_ABSENT = new Set(['WAWebCallCollection.on'])
const OWN_PHONE = '6281100000000'
const PAIRING_CODE = 'ABCD1234'

/** Somebody writes. Everything but `chat` may be left out. */
export type Inbound = {
  /** Wid: `628…@c.us`, `…@lid`, `…@g.us`, `status@broadcast`, `…@newsletter`. */
  chat: string
  body?: string
  type?: string
  id?: string
  at?: Date
  /** Further fields of the page's message model. */
  extra?: Record<string, unknown>
}

function toMessage({ at, ...inbound }: Inbound): Parameters<Account['add']>[0] {
  return { ...inbound, ...(at && { t: Math.floor(at.getTime() / 1000) }) }
}

export async function startStandIn(options: Partial<PageConfig> = {}) {
  let config: PageConfig = { ...DEFAULTS, ...options }
  let mode: ServerMode = 'ok'
  const askedForCode: string[] = []
  const missing = new Set<string>()
  const phones = createPhones()
  const account = createAccount({ phones, ownPhone: `${OWN_PHONE}@c.us` })
  const pages = createPages(account)

  const unlink = async (device: string | null): Promise<void> => {
    for (const page of pages.list()) {
      if (page.device !== null && (device === null || page.device === device)) account.unlink(page.device)
    }
    await pages.command('unlink')
  }
  const { port, close } = await startServer({
    account,
    pages,
    mode: () => mode,
    config: (page) => ({ ...config, page, ownPhone: OWN_PHONE }),
    onUnlink: (device) => void unlink(device),
    onPairingCode(phone) {
      askedForCode.push(phone)
      return PAIRING_CODE
    },
    onMissing: (name) => void missing.add(name),
    skipsBacklog: () => config.backlog === 'history',
  })

  return {
    host: '127.0.0.1',
    port,
    /** For the engine: `host:port`. */
    address: `127.0.0.1:${port}`,
    ownPhone: OWN_PHONE,
    pairingCode: PAIRING_CODE,

    /** Phones that a pairing code was asked for. */
    askedForCode: (): readonly string[] => askedForCode,
    /** From the next load of the page on. */
    configure(changes: Partial<PageConfig>): void {
      config = { ...config, ...changes }
    },
    /** How the page itself is served from now on. */
    serve(next: ServerMode): void {
      mode = next
    },

    // The other side.
    /** Changes how a phone takes part, until changed again. */
    behave: (phone: string, changes: Partial<PhoneBehaviour>): void => phones.change(phone, changes),
    /** For one send: the next to this phone, or to anybody. */
    failNext: (failure: SendFailure, phone?: string): void => phones.queueFailure(failure, phone ?? null),
    /** Bodies of what arrived on a phone, in order. */
    textsOn: (phone: string): string[] =>
      account.arrivals.filter((text) => text.phone === phone).map(({ body }) => body),
    /** What becomes of every picture that is uploaded from now on. */
    uploads: (mode: UploadMode): void => account.setUploadMode(mode),
    /** How many pictures the page has tried to upload. */
    countUploads: (): number => account.countUploads(),
    /** Everything that arrived anywhere, in order. */
    arrivals: (): readonly Arrival[] => account.arrivals,
    /** Somebody changes a text, whether a page is open and knows it or not. */
    async edit(message: StandInMessage, body: string): Promise<void> {
      message.body = body
      const at = Date.now()
      message.extra = { ...message.extra, latestEditSenderTimestampMs: at }
      await pages.command('edit', { id: message.id, body, at })
    },
    /** Somebody deletes a text for everybody while no page is open: nothing is left of its words. */
    revoke(message: StandInMessage): void {
      message.type = 'revoked'
      message.body = ''
    },
    /** Wids that the page has asked WhatsApp about. */
    lookedUp: (): readonly string[] => account.lookedUp,
    /** A resident writes; returns the message. */
    write: (phone: string, body: string, changes: Omit<Inbound, 'chat'> = {}): StandInMessage =>
      account.add(toMessage({ chat: phones.chatOf(phone), body, ...changes })),
    /** Anything else that comes in: groups, status, channels, attachments, system messages. */
    inbound: (inbound: Inbound): StandInMessage => account.add(toMessage(inbound)),
    /** Somebody of the office types on the paired phone. */
    typeOnPhone: (to: string, body: string): StandInMessage =>
      account.add({ chat: phones.chatOf(to), fromMe: true, from: `${OWN_PHONE}@c.us`, body }),
    /** A receipt by hand; `id` as in `arrivals`. */
    ack: (id: string, ack: number): void => account.acknowledgeById(id, ack),
    messages: (): readonly StandInMessage[] => account.messages,

    // The open pages. A call resolves when each has taken it, or is gone.
    pages: (): StandInPage[] => pages.list(),
    openPages: (): StandInPage[] => pages.listOpen(),
    /** Scans the code. Only when it is shown. */
    pair: async (): Promise<void> => void (await pages.command('pair')),
    /** Unlinked on the phone: the page logs out. */
    unlink: (): Promise<void> => unlink(null),
    /** Browsers that WhatsApp takes for linked, whether they are open or not. */
    linkedDevices: (): number => account.countLinked(),
    refreshQr: async (): Promise<void> => void (await pages.command('refreshQr')),
    /** The code expires: UNPAIRED_IDLE. */
    qrIdle: async (): Promise<void> => void (await pages.command('qrIdle')),
    setState: async (state: string): Promise<void> => void (await pages.command('setState', { state })),
    /** The page says once more that it is in sync. */
    resync: async (): Promise<void> => void (await pages.command('resync')),
    reload: async (): Promise<void> => void (await pages.command('reload')),
    /** A reaction to some message. */
    react: async (from: string): Promise<void> => void (await pages.command('react', { from })),
    throwUncaught: async (): Promise<void> => void (await pages.command('throwUncaught')),
    /** The page stands still. */
    spin: async (ms: number): Promise<void> => void (await pages.command('spin', { ms })),
    /** Something stands in front of the page, which any of its buttons closes. */
    /** Answers how many are open then, of each open page. */
    openDialog: (dialog: { closesOnEscape: boolean; buttons: number }): Promise<unknown[]> =>
      pages.command('openDialog', dialog),
    closeDialogs: async (): Promise<void> => void (await pages.command('closeDialogs')),
    /** Of each open page. */
    countDialogs: (): Promise<unknown[]> => pages.command('countDialogs'),
    /** Of each open page: which kinds of attachments it fetches and keeps by itself. */
    downloads: (): Promise<unknown[]> => pages.command('downloads'),
    /** Of all pages so far: what the library asked for and no page has, but for what `WANTED_ABSENT` names. */
    unknownModules: (): string[] => [...missing].filter((name) => !WANTED_ABSENT.has(name)).sort(),
    /** Of all open pages: what the library asked for, and what of it the page does not have. */
    async contract(): Promise<{ asked: string[]; missing: string[] }> {
      const told = (await pages.command('contract')) as ({ asked: string[]; missing: string[] } | undefined)[]
      const merge = (part: 'asked' | 'missing'): string[] =>
        [...new Set(told.flatMap((one) => one?.[part] ?? []))].sort()
      return { asked: merge('asked'), missing: merge('missing') }
    },

    async close(): Promise<void> {
      pages.closeAll()
      await close()
    },
  }
}

export type StandIn = Awaited<ReturnType<typeof startStandIn>>
