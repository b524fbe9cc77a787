import type { Logger } from 'pino'
import type { Clock } from '../../../../platform/clock.ts'
import { errorName } from '../../error-name.ts'
import type { InboundText, OwnText, Peer, Receipt } from '../../whatsapp.ports.ts'
import { withDeadline } from '../../with-deadline.ts'
import type { ChatContent, Engine } from '../engine.ports.ts'
import type { PeerCursor } from './recent-peers.repository.ts'
import { backoffMs } from './supervisor.domain.ts'

/** What was written longer ago than this is for people to find. */
const CATCH_UP_MS = 24 * 60 * 60_000
/** With whom nothing was exchanged for so long is asked after only when the page lists something new of them. */
const TALKED_WITHIN_MS = 7 * 24 * 60 * 60_000
const PEERS_PER_PAGE = 100
/** What one pass does at most. The rest is told in the log and done in the next round. */
const PASS_CHATS = 200
const PASS_MS = 30_000
/** An opt-out from before may wait in a chat that is not read yet; one that cannot be read must not stop notices for ever. */
const HOLD_MS = 2 * 60_000
/** Events of the last moments before a gap may have been lost with the connection. */
const GAP_MARGIN_MS = 60_000

export type RecentPeers = {
  /** One page of whoever wrote to us or was written to since then, the newest first. `next`: null when it was the last one. */
  list(
    since: Date,
    page: { after: PeerCursor | null; limit: number },
  ): Promise<{ peers: Peer[]; next: PeerCursor | null }>
}

export type CatchUpReports = {
  /** Each resolves when it was tried to act upon the report, and never rejects. */
  onInbound(text: InboundText): Promise<void>
  onOwnText(text: OwnText): Promise<void>
  onReceipt(receipt: Receipt): Promise<void>
  /** Resolves when every report was acted upon. */
  untilTaken(): Promise<void>
}

/**
 * `catching_up`: nothing may be sent yet. `chats_unread`: some chats could not be read, or it takes too long; sending goes on meanwhile.
 * Null: nothing is left to read.
 */
export type CatchUpState = 'catching_up' | 'chats_unread' | null

export type CatchUp = {
  /** Begins to read what came while nobody listened: in the last day, or, when the page was only without a connection, since then. */
  begin(engine: Engine, isCurrent: () => boolean, disconnectedAt?: Date): void
  /** Goes on when it is time to. Repeatable. */
  advance(): void
  state(): CatchUpState
  /** The chat with this address could not be read and may hold an opt-out. For so long at most as `catching_up`. */
  isUnread(address: string): boolean
}

type Run = {
  engine: Engine
  isCurrent(): boolean
  since: Date
  /** To the second, as the page counts. */
  begunAt: Date
  holdUntil: Date
  /** The page has told its chats. */
  isListed: boolean
  /** Where to go on with the contacts that we know. */
  nextPage: PeerCursor | 'first' | 'none'
  waiting: Peer[]
  /** To be read once more. */
  failed: Peer[]
  askedFor: Set<string>
  /** Names of the chats that could not be read so far. */
  unread: Set<string>
  /** Every chat was tried once, and what stood in those that could be read was acted upon. */
  isThrough: boolean
  chats: number
  found: number
  tries: number
  retryAt: Date
  isWorking: boolean
}

const NUMBER_SERVER = '@c.us'
const nameOf = (address: string): string =>
  address.endsWith(NUMBER_SERVER) ? address.slice(0, -NUMBER_SERVER.length) : address
const namesOf = ({ phone, alias }: Peer): string[] => [phone, alias?.value].filter((name) => typeof name === 'string')

/**
 * Reads the chats for what was written while nobody listened, one after the other and the newest first: those that the page lists, then
 * those of contacts that we know. A chat that cannot be read, a page that does not list and a database that is away hold up nothing
 * else and are tried again, ever more slowly, for as long as the run lives. What we have already is told apart by whoever stores it.
 */
export function createCatchUp(deps: {
  recentPeers: RecentPeers
  reports: CatchUpReports
  clock: Clock
  logger: Logger
  random: () => number
  /** Sending may begin, or nothing is left to read. */
  onChange(): void
}): CatchUp {
  const { recentPeers, reports, clock, logger } = deps
  let current: Run | undefined
  const later = (ms: number): Date => new Date(clock.now().getTime() + ms)

  const report = async (run: Run, content: ChatContent): Promise<void> => {
    // What was written since then is told live too, and this may come first.
    const isLate = ({ at }: { at: Date }): boolean => at < run.begunAt
    const flag = <Text extends { at: Date }>(text: Text) => ({ ...text, backfilled: isLate(text) })
    // First, so that what a resident wrote before is known as answered.
    await Promise.all(content.ownTexts.map((text) => reports.onOwnText(flag(text))))
    await Promise.all(content.receipts.map(reports.onReceipt))
    await Promise.all(content.inbound.map((text) => reports.onInbound(flag(text))))
  }

  /** Only the page knows who wrote for the first time. */
  const listChats = async (run: Run): Promise<void> => {
    try {
      run.waiting.unshift(...(await run.engine.listChatsSince(run.since)))
      run.isListed = true
    } catch (error) {
      warn(error, 'the page does not list its chats')
    }
  }

  const nextPeer = async (run: Run): Promise<Peer | undefined> => {
    while (run.waiting.length === 0 && run.nextPage !== 'none') {
      const after = run.nextPage === 'first' ? null : run.nextPage
      const { peers, next } = await recentPeers.list(later(-TALKED_WITHIN_MS), { after, limit: PEERS_PER_PAGE })
      run.waiting.push(...peers.filter((peer) => namesOf(peer).some((name) => !run.askedFor.has(name))))
      run.nextPage = next ?? 'none'
    }
    return run.waiting.shift()
  }

  const read = async (run: Run, peer: Peer): Promise<void> => {
    for (const name of namesOf(peer)) run.askedFor.add(name)
    try {
      const content = await run.engine.readChatSince(peer, run.since)
      await report(run, content)
      for (const name of namesOf(peer)) run.unread.delete(name)
      run.chats += 1
      run.found += content.inbound.length + content.ownTexts.length
    } catch {
      run.failed.push(peer)
      for (const name of namesOf(peer)) run.unread.add(name)
    }
  }

  /** One bounded pass. True: everything that waited was tried. */
  const pass = async (run: Run): Promise<boolean> => {
    const until = later(PASS_MS)
    let hasAsked = false
    for (let chats = 0; run.isCurrent(); chats++) {
      if (!run.isListed && !hasAsked) {
        await listChats(run)
        hasAsked = !run.isListed
      }
      if (chats === PASS_CHATS || clock.now() >= until) {
        const { chats: done, failed, waiting } = run
        const left = { waiting: waiting.length, failed: failed.length, hasMore: run.nextPage !== 'none' }
        logger.info({ chats: done, ...left }, 'more chats are left to catch up with')
        return false
      }
      const peer = await nextPeer(run)
      if (!peer) return true
      await read(run, peer)
    }
    return true
  }

  const warn = (error: unknown, message: string): void => logger.warn({ errorName: errorName(error) }, message)

  const finish = (run: Run): void => {
    current = undefined
    logger.info(
      { chats: run.chats, found: run.found, tries: run.tries + 1 },
      'caught up with what was written meanwhile',
    )
  }

  const work = async (run: Run): Promise<void> => {
    const isThrough = await pass(run).catch((error: unknown) => {
      warn(error, 'whom to catch up with is not known yet')
      return true
    })
    if (!isThrough || !run.isCurrent()) return
    run.waiting.push(...run.failed.splice(0))
    if (run.isListed && run.nextPage === 'none') {
      const isTaken = await withDeadline(reports.untilTaken(), HOLD_MS).then(
        () => true,
        () => false,
      )
      // The connection was lost and found meanwhile.
      if (!run.isListed || current !== run) return
      run.isThrough ||= isTaken
      if (isTaken && run.waiting.length === 0) finish(run)
      deps.onChange()
      if (current !== run) return
    }
    run.tries += 1
    run.retryAt = later(backoffMs(run.tries, deps.random))
    logger.warn({ chats: run.chats, failed: run.waiting.length, tries: run.tries }, 'could not catch up with all chats')
  }

  const advance = (): void => {
    const run = current
    if (!run || run.isWorking || clock.now() < run.retryAt) return
    if (!run.isCurrent()) {
      current = undefined
      return
    }
    run.isWorking = true
    void work(run).finally(() => {
      run.isWorking = false
    })
  }

  return {
    begin(engine, isCurrent, disconnectedAt) {
      if (current?.engine === engine) {
        // It reads further back than the gap; what the page lists now is read besides.
        current.isListed = current.isThrough = false
        current.holdUntil = later(HOLD_MS)
        return
      }
      const margin = disconnectedAt && new Date(disconnectedAt.getTime() - GAP_MARGIN_MS)
      current = {
        engine,
        isCurrent,
        since: margin ?? later(-CATCH_UP_MS),
        begunAt: new Date(Math.floor(clock.now().getTime() / 1_000) * 1_000),
        holdUntil: later(HOLD_MS),
        isListed: false,
        nextPage: disconnectedAt ? 'none' : 'first',
        waiting: [],
        failed: [],
        askedFor: new Set(),
        unread: new Set(),
        isThrough: false,
        chats: 0,
        found: 0,
        tries: 0,
        retryAt: clock.now(),
        isWorking: false,
      }
      advance()
    },
    advance,
    state() {
      if (!current) return null
      return current.isThrough || clock.now() >= current.holdUntil ? 'chats_unread' : 'catching_up'
    },
    isUnread: (address) =>
      current !== undefined && clock.now() < current.holdUntil && current.unread.has(nameOf(address)),
  }
}
