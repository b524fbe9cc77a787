import { chmod, mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from 'whatsapp-web.js'
import { withDeadline } from '../../with-deadline.ts'
import type { Engine, EngineEnd, EngineEvent, EngineHandlers, KeyShape } from '../engine.ports.ts'
import { readChromiumMajorVersion } from './chromium.ts'
import type { EngineConfig } from './engine-options.ts'
import { announceSync, installInPage, readLevel, refreshQrInPage } from './in-page.ts'
import { createRunMarker, sessionMarker } from './launch.ts'
import { watchLaunch } from './launch-watch.ts'
import { endOfState, watchLevel } from './level-watch.ts'
import { type Browser, createClient, type Page } from './library.ts'
import {
  claimedReferenceOf,
  isWish,
  type PageMessage,
  parsePageMessage,
  toEditedWish,
  toInbound,
  toOwnText,
  toReceipt,
} from './message.domain.ts'
import { createPageCare } from './page-care.ts'
import { createProcessTree } from './processes.ts'
import { createTelling } from './telling.ts'
import { createTexts } from './texts.ts'

const PRIVATE_DIRECTORY = 0o700
const ORPHAN_MS = 5_000
const ORDERLY_EXIT_MS = 500
/** So long the library has to say by itself why a launch failed: it has read what the browser printed. */
const LAUNCH_FAILS_MS = 250
const PHONE_DIGITS = /^\d{8,15}$/
const GONE = /detached frame|target closed|session closed|connection closed|page crashed/i
const DETAIL_MAX = 200

/** A library's error in a few words, without any number that could be somebody's. It throws strings too. */
function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replaceAll(/\d{6,}/g, '…').slice(0, DETAIL_MAX)
}

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError'

/** One Client from start to end: see `Engine`. */
export function createRun(options: EngineConfig, handlers: EngineHandlers): Engine {
  const { deadlines, clock, logger } = options
  const marker = createRunMarker()
  const config = { ...options, extraArguments: [...options.extraArguments, marker] }
  const processes = createProcessTree(marker)
  const stopping = new AbortController()
  let client: Client | undefined
  let initialising: Promise<void> | undefined
  let isInitialised = false
  let hasBrowserExited = false
  let starting: Promise<void> | undefined
  let ending: Promise<void> | undefined
  let endReason: EngineEnd | undefined
  let isListening = false
  let isSyncHeard = false
  let isReady = false
  let wasReady = false
  let wasAuthenticated = false
  let isWatching = false
  let qrShown = false
  let probesUnanswered = 0
  let keyShape: KeyShape | null = null

  const hasEnded = (): boolean => ending !== undefined
  /** A handler of ours that throws must not reach the library's event loop. */
  const tell = (report: () => void): void => {
    try {
      report()
    } catch (error) {
      logger.error({ err: error }, 'a handler of the WhatsApp page failed')
    }
  }
  const emit = (event: EngineEvent): void => {
    if (!hasEnded()) tell(() => handlers.onEvent(event))
  }

  function end(reason: EngineEnd, detail: string | null = null): Promise<void> {
    endReason ??= reason
    ending ??= finish(reason, detail)
    return ending
  }

  async function finish(reason: EngineEnd, detail: string | null): Promise<void> {
    stopping.abort()
    isReady = false
    // Whatever called this is in the middle of an event of the library: let `ending` be set first.
    await Promise.resolve()
    if (reason === 'restricted') {
      tell(() => handlers.onTrouble({ scope: 'account', code: detail ?? 'restricted', at: clock.now() }))
    }
    await closeBrowser().catch((error: unknown) => logger.error({ err: error }, 'the WhatsApp browser did not end'))
    // What was heard is told before the end: it may be an opt-out, and the page counts it as told.
    await telling.untilTold()
    // Unlinked: what is left of the profile only keeps the next pairing from lasting.
    if (reason === 'logged_out')
      await rm(config.profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => {})
    logger.info({ reason, detail }, 'the WhatsApp page has ended')
    tell(() => handlers.onEvent({ kind: 'ended', reason, detail }))
  }

  async function closeBrowser(): Promise<void> {
    const browser = client?.pupBrowser
    if (browser?.connected) {
      const closed = await withDeadline(browser.close(), deadlines.closeMs).then(
        () => true,
        () => false,
      )
      if (closed) await processes.untilGone(ORDERLY_EXIT_MS)
    }
    let isSettled = initialising === undefined
    initialising?.then(
      () => (isSettled = true),
      () => (isSettled = true),
    )
    // A launch under way makes one browser: with its end this comes to an end, whether the launch tells of it or not.
    const killed = await processes.end(deadlines.closeMs, () => isSettled || hasBrowserExited)
    if (killed > 0) logger.warn({ killed }, 'the processes of the WhatsApp browser had to be killed')
  }

  const onError = (error: unknown): void => {
    if (isInitialised && GONE.test(error instanceof Error ? `${error.name} ${error.message}` : String(error))) {
      void end('page_gone', describe(error))
    }
  }
  const onKeyShape = (shape: KeyShape | null): void => {
    if (shape !== null && shape !== keyShape) logger.info({ shape }, 'how the WhatsApp page names its messages')
    keyShape = shape ?? keyShape
  }

  const livePage = (): Page => {
    const page = client?.pupPage
    if (!page || hasEnded()) throw new Error('no page')
    return page
  }
  const look = async (timeoutMs: number) => {
    const level = await withDeadline(livePage().evaluate(readLevel), timeoutMs)
    onKeyShape(level.keyShape)
    return level
  }

  function onBrowserExited(how: string): void {
    hasBrowserExited = true
    void wait(LAUNCH_FAILS_MS).then(() => end('browser_gone', how))
  }

  function onBrowser(browser: Browser, page: Page): void {
    browser.on('disconnected', () => void end('browser_gone'))
    page.on('error', (error) => void end('page_gone', describe(error)))
    page.on('close', () => void end('page_gone', 'closed'))
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame() && isInitialised) void onNavigated()
    })
  }

  /** A load of the page throws the library out of it; a change of its address does not. */
  async function onNavigated(): Promise<void> {
    const level = await look(deadlines.callMs).catch(() => undefined)
    if (hasEnded() || level?.isInstalled) return
    isReady = isListening = isSyncHeard = false
    watch()
  }

  function watch(): void {
    if (isWatching || hasEnded()) return
    isWatching = true
    void watchLevel({
      config,
      signal: stopping.signal,
      readLevel: () => look(deadlines.callMs),
      isReady: () => isReady,
      isSyncHeard: () => isSyncHeard,
      onAuthenticated,
      onEnd: (reason, detail) => void end(reason, detail),
      refreshQr: () => withDeadline(livePage().evaluate(refreshQrInPage), deadlines.callMs),
      announceSync: () => withDeadline(livePage().evaluate(announceSync), deadlines.callMs),
    }).finally(() => (isWatching = false))
  }

  function onAuthenticated(): void {
    qrShown = false
    if (!wasAuthenticated) emit({ kind: 'authenticated' })
    wasAuthenticated = true
  }

  function onReady(): void {
    // The library says it again whenever the page is in sync once more, and says it too early when told twice at once.
    if (hasEnded() || !isListening) return
    onAuthenticated()
    isReady = true
    void care.keepNoMedia()
    if (!wasReady) emit({ kind: 'ready', ownNumber: readOwnNumber() })
    wasReady = true
  }

  function readOwnNumber(): string | null {
    // A page that knows itself by its LID only says nothing about the number. Set by the library just before `ready`.
    const { user, server } = client?.info?.wid ?? {}
    return user !== undefined && server === 'c.us' && PHONE_DIGITS.test(user) ? user : null
  }

  function onDisconnected(reason: string): void {
    if (reason === 'LOGOUT' || (reason === 'UNPAIRED' && client?.lastLoggedOut)) return void end('logged_out', reason)
    if (reason === 'Max qrcode retries reached') return void end('qr_expired')
    void end(endOfState(reason) ?? 'unpaired', reason)
  }

  const texts = createTexts({
    config,
    handlers: {
      ...handlers,
      onReceipt: (receipt) => !hasEnded() && tell(() => handlers.onReceipt(receipt)),
      onTrouble: (trouble) => !hasEnded() && tell(() => handlers.onTrouble(trouble)),
    },
    client: () => (hasEnded() ? undefined : client),
    isReady: () => isReady,
    onKeyShape,
    onError,
  })

  const care = createPageCare({ client: () => (hasEnded() ? undefined : client), callMs: deadlines.callMs, logger })
  const ended = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()))
  const telling = createTelling({ peerOf: texts.peerOf, ended, logger })

  function onReceipt(message: PageMessage, ack: number): void {
    const receipt = toReceipt(message, ack, clock.now())
    if (!receipt || hasEnded()) return
    if (claimedReferenceOf(message) === null) return tell(() => handlers.onReceipt(receipt))
    telling.inOrder(message.id.remote, (readInChat) => handlers.onReceipt({ ...receipt, readInChat }))
  }

  function onMessage(message: PageMessage): void {
    const own = toOwnText(message, clock.now())
    if (own) {
      telling.inOrder(message.id.remote, (to) => handlers.onOwnText({ ...own, to }))
      if (own.reference === undefined) return
    }
    // A text of ours that shows up with an ack has left, whoever handed it over.
    if (message.id.fromMe) return onReceipt(message, message.ack ?? 0)
    onInbound(message, toInbound(message, { now: clock.now(), backfilled: false }))
  }

  function onInbound(message: PageMessage, inbound: ReturnType<typeof toInbound>): void {
    if (!inbound) return
    const tellInTurn = isWish(inbound) ? telling.soon : telling.inOrder
    tellInTurn(message.id.remote, (from) => handlers.onInbound({ ...inbound, from }))
  }

  function listen(to: Client): void {
    to.on('qr', (code) => {
      // A session that was in sync and is asked to pair has been lost.
      if (wasReady) return void end('unpaired', 'QR')
      qrShown = true
      emit({ kind: 'qr', code })
    })
    to.on('authenticated', () => {
      isSyncHeard = true
      onAuthenticated()
    })
    to.on('ready', onReady)
    to.on('change_state', (state) => emit({ kind: 'state', state }))
    to.on('disconnected', (reason) => onDisconnected(String(reason)))
    to.on('message_create', ({ rawData }) => {
      const message = parsePageMessage(rawData)
      if (message) onMessage(message)
    })
    to.on('message_edit', ({ rawData }, _, prevBody) => {
      const message = parsePageMessage(rawData)
      if (message) onInbound(message, toEditedWish(message, prevBody, clock.now()))
    })
    to.on('message_ack', ({ rawData }, ack) => {
      const message = parsePageMessage(rawData)
      if (message) onReceipt(message, ack)
    })
  }

  async function prepare(): Promise<void> {
    for (const directory of [config.dataPath, config.profile]) {
      await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY })
      await chmod(directory, PRIVATE_DIRECTORY)
    }
    // A former owner may have been killed: two browsers on one profile ruin it.
    const orphans = await createProcessTree(sessionMarker(config)).end(ORPHAN_MS)
    if (orphans > 0) logger.warn({ orphans }, 'ended a WhatsApp browser that somebody left')
    for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie']) {
      await rm(path.join(config.profile, name), { force: true })
    }
  }

  async function begin(): Promise<void> {
    try {
      await prepare()
      const majorVersion = await readChromiumMajorVersion(config.executablePath)
      if (hasEnded()) return
      const made = await createClient(config, majorVersion, {
        onBrowser,
        beforeListening: async (page) => await page.evaluate(installInPage),
        onListening: () => (isListening = true),
        onInjectFailed: (error) => void end('page_gone', describe(error)),
        hasEnded,
      })
      if (hasEnded()) return
      client = made
      listen(made)
      const stopWatching = watchLaunch(marker, { onSpawned: processes.note, onExited: onBrowserExited })
      initialising = made.initialize().finally(stopWatching)
      await withDeadline(Promise.race([initialising, ended]), deadlines.startMs)
      if (hasEnded()) return
      isInitialised = true
      watch()
    } catch (error) {
      await end('start_failed', describe(error))
    }
  }

  return {
    async start() {
      starting ??= hasEnded() ? Promise.resolve() : begin()
      await starting
      if (ending) await ending
    },

    async stop() {
      await end('stopped')
      await starting
    },

    async logOut() {
      if (!client?.pupPage || !wasAuthenticated || hasEnded()) return false
      const level = await look(deadlines.callMs).catch(() => undefined)
      if (!level) return false
      // Ends with the browser's end: what the page does on the way to its own log-out may come first, and says the same.
      const isTaken = await withDeadline(client.logout(), deadlines.closeMs).then(
        () => true,
        () => false,
      )
      await ending
      // Without a connection the page may say yes by itself.
      return (isTaken && level.state === 'CONNECTED') || endReason === 'logged_out'
    },

    async probe(timeoutMs) {
      const rssBytes = await processes.readRssBytes()
      if (!client?.pupPage) return { state: null, hasSynced: false, webVersion: null, keyShape, rssBytes }
      try {
        const { state, hasSynced, webVersion } = await look(timeoutMs)
        probesUnanswered = 0
        void care.dismissDialog()
        return { state, hasSynced, webVersion, keyShape, rssBytes }
      } catch (error) {
        onError(error)
        if (isTimeout(error) && isInitialised && ++probesUnanswered >= config.frozenAfter) void end('frozen')
        throw error
      }
    },

    async requestPairingCode(phone) {
      if (!PHONE_DIGITS.test(phone)) throw new Error('a pairing code needs a phone number in digits')
      if (!client || !qrShown || hasEnded()) throw new Error('no code is asked for just now')
      return await withDeadline(client.requestPairingCode(phone), deadlines.callMs)
    },

    async refreshQr() {
      await withDeadline(livePage().evaluate(refreshQrInPage), deadlines.callMs)
    },

    resolve: texts.resolve,
    findNumber: texts.findNumber,
    send: texts.send,
    lookUp: texts.lookUp,
    listChatsSince: texts.listChatsSince,
    readChatSince: texts.readChatSince,
  }
}
