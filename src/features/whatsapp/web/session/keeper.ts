import type { Logger } from 'pino'
import type { Clock } from '../../../../platform/clock.ts'
import type { Sealer } from '../../../../platform/crypto/sealer.ts'
import type { Db } from '../../../database.ts'
import { errorName } from '../../error-name.ts'
import { sealContext } from '../../seal-context.ts'
import type { CreateEngine, Engine, EngineEvent, EngineHandlers } from '../engine.ports.ts'
import { type CatchUp, type CatchUpReports, createCatchUp, type RecentPeers } from './catch-up.ts'
import { createEngineRunner } from './engine-runner.ts'
import { createLease } from './lease.ts'
import { createOwnAccount } from './own-account.ts'
import { createPairing } from './pairing.ts'
import { type HeldState, recordRequestOutcome, type SealedCode, takeRequests } from './session.repository.ts'
import {
  canSend,
  type Effect,
  isRunning,
  restOf,
  type Supervision,
  type SupervisorInput,
  startSupervision,
  supervise,
} from './supervisor.domain.ts'

const TICK_MS = 1_000
/** What changes is written so much later: several changes come at once. */
const NEWS_MS = 50
const PROBE_EVERY_MS = 15_000
const PROBE_TIMEOUT_MS = 10_000
/** WhatsApp shows another code before that; nobody shall scan one that is of no use any more. */
const QR_LIFE_MS = 60_000
/** What nobody could do for so long is no longer wanted. */
const REQUEST_LIFE_MS = 2 * 60_000

export type Sender = { engine: Engine; until: Date }

export type SessionKeeper = {
  /** Begins to compete for the session. Resolves at once. */
  start(): void
  /** Ends the run, gives the session back and resolves when no process of the browser is left. */
  stop(): Promise<void>
  /** One round of what `start` does every second. */
  tick(): Promise<void>
  /** By whom and until when a text may be handed over; undefined when not by us or not now. */
  findSender(): Sender | undefined
  supervision(): Supervision
  catchUp: Pick<CatchUp, 'state' | 'isUnread'>
  /** Told of every change, and only then. */
  onCanSend(handler: (canSend: boolean) => void): void
}

export type SessionKeeperDeps = {
  db: Db
  clock: Clock
  sealer: Sealer
  logger: Logger
  random: () => number
  /** What people see as the holder: machine and process. */
  holder: string
  isGone?: ((holder: string) => boolean) | undefined
  createEngine: CreateEngine
  endOrphans(): Promise<number>
  forgetProfile(): Promise<void>
  /** Reports of the running generation, besides its events. */
  reports: Omit<EngineHandlers, 'onEvent'>
  /** For what was written while nobody listened: whom to ask after, and who is told. Nothing is sent before, for two minutes at most. */
  recentPeers: RecentPeers
  found: CatchUpReports
  /** Another number is linked than the last time, or the first one. Nothing is sent before this has resolved. */
  onNewAccount(): Promise<void>
  traffic: { isIdle(): boolean; oldestUnreceiptedAt(): Date | null; clear(): void }
  memoryLimitBytes: number
  leaseMs?: number | undefined
}

/** Holds the session for this process while it can: lease, browser, what people ask for, and what they see of it. */
export function createSessionKeeper(deps: SessionKeeperDeps): SessionKeeper {
  const { db, clock, sealer, logger, traffic } = deps
  const lease = createLease(deps)
  let supervision = startSupervision(clock.now())
  let qr: SealedCode | null = null
  let lastEventAt: Date | null = null
  let lastReceiptAt: Date | null = null
  let hasNews = false
  let wake = (): void => {}
  const noteNews = (): void => {
    hasNews = true
    wake()
  }
  let probe: Promise<void> | undefined
  let probedAt: Date | undefined
  let couldSend = false
  let tellCanSend = (_: boolean): void => {}

  const isCurrent = (generation: number): boolean => supervision.generation === generation && isRunning(supervision)

  const handlersOf = (generation: number): EngineHandlers => {
    const whileCurrent =
      <Report>(take: (report: Report) => void) =>
      (report: Report): void => {
        if (!isCurrent(generation)) return
        lastEventAt = clock.now()
        take(report)
      }
    const always =
      <Report>(take: (report: Report) => void) =>
      (report: Report): void => {
        if (isCurrent(generation)) lastEventAt = clock.now()
        take(report)
      }
    return {
      onEvent: whileCurrent<EngineEvent>((event) => {
        if (event.kind === 'qr') {
          const at = clock.now()
          qr = {
            sealed: sealer.seal(event.code, sealContext.sessionQr()),
            at,
            expiresAt: new Date(at.getTime() + QR_LIFE_MS),
          }
        }
        // Before it could send: a new account's warm-up begins first.
        if (event.kind === 'ready') {
          noteAccount(event.ownNumber)
          catchUpIn(generation)
          // What the first probe tells, people want to see at once.
          probedAt = undefined
        }
        dispatch({ kind: 'event', generation, event })
      }),
      onReceipt: whileCurrent((receipt) => {
        lastReceiptAt = clock.now()
        deps.reports.onReceipt(receipt)
      }),
      // What somebody wrote stays true when the run is over, and may come from nowhere else any more.
      onInbound: always(deps.reports.onInbound),
      onOwnText: always(deps.reports.onOwnText),
      onTrouble: whileCurrent(deps.reports.onTrouble),
    }
  }

  const catchUp = createCatchUp({
    ...deps,
    reports: deps.found,
    onChange() {
      noteNews()
      noteCanSend()
    },
  })
  const catchUpIn = (generation: number, disconnectedAt?: Date): void => {
    const engine = runner.find(generation)
    if (engine) catchUp.begin(engine, () => isCurrent(generation), disconnectedAt)
  }

  const runner = createEngineRunner({
    createEngine: deps.createEngine,
    handlersOf,
    endOrphans: deps.endOrphans,
    logger,
  })
  const pairing = createPairing({
    db,
    clock,
    sealer,
    logger,
    findEngine: () => (supervision.state === 'awaiting_scan' ? runner.find(supervision.generation) : undefined),
    onChanged: noteNews,
  })

  const account = createOwnAccount({ ...deps, onNew: deps.onNewAccount, onSettled: () => noteCanSend() })

  const noteAccount = (ownNumber: string | null): void => {
    account.linked(ownNumber)
    const token = lease.token()
    if (token !== undefined) void account.advance(token)
  }

  const run = (effect: Effect): void => {
    switch (effect.kind) {
      case 'start':
        traffic.clear()
        runner.start(effect.generation, () => isCurrent(effect.generation) && lease.heldUntil() !== undefined)
        return
      case 'stop':
        runner.stop(effect.generation)
        return
      case 'unlink':
        runner.unlink(effect.generation, () => dispatch({ kind: 'unlinked', generation: effect.generation }))
        return
      case 'forget_profile':
        runner.thenDo(deps.forgetProfile)
        return
      case 'refresh_qr':
        runner
          .find(effect.generation)
          ?.refreshQr()
          .catch((error: unknown) => logger.warn({ errorName: errorName(error) }, 'no new QR was shown'))
        return
      case 'alert':
        logger.error({ reason: effect.reason, failures: effect.failures }, 'WhatsApp needs somebody to look')
    }
  }

  const dispatch = (input: SupervisorInput): void => {
    const before = supervision
    const { next, effects } = supervise(before, input, {
      now: clock.now(),
      random: deps.random,
      settings: { memoryLimitBytes: deps.memoryLimitBytes },
    })
    supervision = next
    if (next.state !== before.state || next.detail !== before.detail || next.generation !== before.generation) {
      noteNews()
      const { state, detail, generation } = next
      logger.info({ state, detail, generation }, 'WhatsApp session')
    }
    if (next.state !== 'awaiting_scan') {
      qr = null
      pairing.forgetCode()
    } else if (input.kind === 'event') noteNews()
    const wasDisconnectedAt = before.state === 'connected' ? before.notConnectedSince : null
    if (wasDisconnectedAt && next.state === 'connected' && next.notConnectedSince === null) {
      catchUpIn(next.generation, wasDisconnectedAt)
    }
    for (const effect of effects) run(effect)
    noteCanSend()
  }

  const findSender = (): Sender | undefined => {
    const until = lease.heldUntil()
    const engine = runner.find(supervision.generation)
    if (catchUp.state() === 'catching_up') return undefined
    return until && engine && canSend(supervision) && account.isSettled() ? { engine, until } : undefined
  }

  const noteCanSend = (): void => {
    const can = findSender() !== undefined
    if (can === couldSend) return
    couldSend = can
    noteNews()
    tellCanSend(can)
  }

  const lose = (): void => {
    lease.drop()
    dispatch({ kind: 'lost' })
  }

  const compete = async (): Promise<void> => {
    // What we ran before must be gone: two browsers on one profile ruin it.
    if (!runner.isEmpty()) return
    const taken = await lease.take()
    if (!taken) return
    const { generation, resting } = taken
    const orphans = await deps.endOrphans()
    logger.info({ holder: deps.holder, orphans }, 'this process holds the WhatsApp session')
    dispatch({ kind: 'held', generation, resting })
  }

  const probeSoon = (): void => {
    const { generation, state } = supervision
    const engine = runner.find(generation)
    const now = clock.now()
    if (probe || !engine || state === 'starting' || !isRunning(supervision)) return
    if (probedAt && now.getTime() - probedAt.getTime() < PROBE_EVERY_MS) return
    probedAt = now
    probe = engine
      .probe(PROBE_TIMEOUT_MS)
      .then((answer) => dispatch({ kind: 'probed', generation, probe: answer }))
      .catch((error: unknown) => {
        logger.warn({ generation, errorName: errorName(error) }, 'the page did not answer')
        dispatch({ kind: 'probe_failed', generation })
      })
      .finally(() => {
        probe = undefined
      })
  }

  let loggedOut: Promise<void> = Promise.resolve()
  /** Whoever dies before the link is gone leaves it to the next holder. */
  const finishLogOut = async (requestId: string): Promise<void> => {
    await runner.settled()
    await recordRequestOutcome(db, requestId, 'done').catch((error: unknown) =>
      logger.warn({ errorName: errorName(error) }, 'that the link is gone was not stored'),
    )
  }

  const obey = async (token: number): Promise<void> => {
    const now = clock.now()
    for (const request of await takeRequests(db, token, now)) {
      if (now.getTime() - request.requestedAt.getTime() > REQUEST_LIFE_MS) {
        await recordRequestOutcome(db, request.id, 'too_late')
      } else if (request.kind === 'pairing_code') {
        if (!isRunning(supervision)) dispatch({ kind: 'asked', command: 'show_qr' })
        const isLinked = supervision.state === 'connected' || supervision.state === 'syncing'
        if (isLinked || request.phone === null) await recordRequestOutcome(db, request.id, 'refused')
        else pairing.want(request.id, sealer.open(request.phone, sealContext.sessionRequestPhone(request.id)))
      } else {
        dispatch({ kind: 'asked', command: request.kind })
        if (request.kind === 'log_out') loggedOut = finishLogOut(request.id)
        else await recordRequestOutcome(db, request.id, 'done')
      }
    }
  }

  const heldState = (): HeldState => {
    const { state, since, generation, pageState, webVersion, keyShape, rssBytes, probesFailed } = supervision
    return {
      state,
      detail: supervision.detail ?? (state === 'connected' ? catchUp.state() : null),
      since,
      generation,
      pageState,
      webVersion,
      keyShape,
      rssBytes,
      probedAt: probesFailed === 0 ? supervision.probedAt : null,
      lastEventAt,
      lastReceiptAt,
      oldestUnreceiptedAt: traffic.oldestUnreceiptedAt(),
      qr,
      pairingCode: pairing.code(),
    }
  }

  const renew = async (): Promise<boolean> => {
    const news = hasNews
    hasNews = false
    if (await lease.renew(heldState(), news)) return true
    lose()
    return false
  }

  let stopped = false
  let round: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const tick = async (): Promise<void> => {
    const token = lease.token()
    if (token === undefined) {
      if (supervision.state !== 'offline') lose()
      await compete()
      return
    }
    const oldestUnreceiptedAt = traffic.oldestUnreceiptedAt()
    dispatch({ kind: 'ticked', isIdle: traffic.isIdle(), oldestUnreceiptedAt, lastEventAt })
    probeSoon()
    catchUp.advance()
    await obey(token)
    pairing.advance()
    void account.advance(token)
    if (await renew()) noteCanSend()
  }

  const loop = (): void => {
    wake = () => {}
    round = tick()
      .catch((error: unknown) => {
        logger.warn({ errorName: errorName(error) }, 'could not look after the WhatsApp session')
        if (lease.heldUntil() === undefined) lose()
      })
      .finally(() => {
        if (stopped) return
        timer = setTimeout(loop, hasNews ? NEWS_MS : TICK_MS)
        wake = () => {
          wake = () => {}
          clearTimeout(timer)
          timer = setTimeout(loop, NEWS_MS)
        }
      })
  }

  return {
    start: loop,
    async stop() {
      stopped = true
      wake = () => {}
      clearTimeout(timer)
      await round
      const resting = restOf(supervision)
      dispatch({ kind: 'lost' })
      await runner.settled()
      await loggedOut
      await probe
      await lease
        .giveBack(resting)
        .catch((error: unknown) => logger.warn({ errorName: errorName(error) }, 'the session was not given back'))
      noteCanSend()
    },
    tick,
    findSender,
    supervision: () => supervision,
    catchUp,
    onCanSend(handler) {
      tellCanSend = handler
    },
  }
}
