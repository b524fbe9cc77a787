import type { EngineEnd, EngineEvent, EngineProbe, KeyShape } from '../engine.ports.ts'

export const SESSION_STATES = [
  /** Nobody holds the session. */
  'offline',
  'starting',
  'awaiting_scan',
  /** Linked, and loading what happened meanwhile. */
  'syncing',
  'connected',
  /** The last run failed; the next one waits for its time. */
  'waiting',
  /** Nothing more happens before a person acts. */
  'action_required',
] as const
export type SessionState = (typeof SESSION_STATES)[number]

/** Why a run ended, as the library said or as we noticed; `silent`: sends without any receipt. */
export type EndReason =
  | Exclude<EngineEnd, 'stopped'>
  | 'stopped_unasked'
  | 'disconnected'
  | 'silent'
  | 'memory'
  /** The link is forgotten here. Whether WhatsApp knows of it is not known. */
  | 'logged_out_here'
  /** The same, and WhatsApp has taken it. */
  | 'unlinked_here'

/** What only a person ends, whoever holds the session meanwhile. */
export type Resting = { reason: EndReason; since: Date }

export type Supervision = {
  state: SessionState
  since: Date
  detail: EndReason | null
  /** Of the newest run, running or not. */
  generation: number
  /** Runs that failed since the last one that held for a while. */
  failures: number
  /** Runs in a row that were linked and never came in sync. */
  neverReady: number
  restartAt: Date | null
  pageState: string | null
  notConnectedSince: Date | null
  webVersion: string | null
  keyShape: KeyShape | null
  rssBytes: number | null
  /** When a probe was last answered. */
  probedAt: Date | null
  /** Probes in a row without an answer. */
  probesFailed: number
  /** Recycling for silence or memory helps or it does not: not again for a while. */
  recycledAt: Date | null
  /** Of a session that was lost while a person had to act: it may not have been written down any more. */
  restedAt: Resting | null
}

export type Command = 'restart' | 'show_qr' | 'log_out'

export type SupervisorInput =
  /** `resting`: what the holders before have left to a person. */
  | { kind: 'held'; generation: number; resting: Resting | null }
  | { kind: 'lost' }
  | { kind: 'event'; generation: number; event: EngineEvent }
  | { kind: 'probed'; generation: number; probe: EngineProbe }
  | { kind: 'probe_failed'; generation: number }
  /** Time has passed. `isIdle`: nothing was sent for a while and nothing waits to be. */
  | { kind: 'ticked'; isIdle: boolean; oldestUnreceiptedAt: Date | null; lastEventAt: Date | null }
  | { kind: 'asked'; command: Command }
  /** WhatsApp has taken that the device of this run is unlinked. */
  | { kind: 'unlinked'; generation: number }

export type Effect =
  | { kind: 'start'; generation: number }
  | { kind: 'stop'; generation: number }
  | { kind: 'refresh_qr'; generation: number }
  /** Asks WhatsApp to unlink the device, before the `stop` of its run. `unlinked` follows when it did. */
  | { kind: 'unlink'; generation: number }
  /** Deletes the profile: the next run must be linked again. Comes after the `stop` of its run. */
  | { kind: 'forget_profile' }
  | { kind: 'alert'; reason: EndReason; failures: number }

export type SupervisorSettings = { memoryLimitBytes: number }

const SECOND = 1_000
const MINUTE = 60 * SECOND
export const MIN_BACKOFF_MS = SECOND
export const MAX_BACKOFF_MS = 5 * MINUTE
const ALERT_EVERY = 5
/** A run that held for so long was no failure: the next back-off begins anew. */
const STABLE_MS = 5 * MINUTE
// The run has deadlines of its own; these are the net under them.
const START_DEADLINE_MS = 4 * MINUTE
const SYNC_DEADLINE_MS = 4 * MINUTE
// WhatsApp Web connects again by itself after a gap in the network.
const DISCONNECTED_DEADLINE_MS = 3 * MINUTE
export const UNRECEIPTED_LIMIT_MS = 5 * MINUTE
const RECYCLE_PAUSE_MS = 30 * MINUTE
// A browser under load may miss one.
const MAX_PROBES_FAILED = 2

const RUNNING: ReadonlySet<SessionState> = new Set(['starting', 'awaiting_scan', 'syncing', 'connected'])
export const isRunning = ({ state }: Pick<Supervision, 'state'>): boolean => RUNNING.has(state)

const NEEDS_PERSON: ReadonlySet<EndReason> = new Set([
  'logged_out',
  'conflict',
  'restricted',
  'deprecated_version',
  'qr_expired',
])

export function startSupervision(now: Date): Supervision {
  return {
    state: 'offline',
    since: now,
    detail: null,
    generation: 0,
    failures: 0,
    neverReady: 0,
    restartAt: null,
    pageState: null,
    notConnectedSince: null,
    webVersion: null,
    keyShape: null,
    rssBytes: null,
    probedAt: null,
    probesFailed: 0,
    recycledAt: null,
    restedAt: null,
  }
}

/** Whether texts may be handed over: in sync, connected by the page's own word, answering, and its message keys readable. */
export function canSend(supervision: Supervision): boolean {
  const { state, pageState, keyShape, probesFailed } = supervision
  return state === 'connected' && pageState === 'CONNECTED' && keyShape !== 'unknown' && probesFailed === 0
}

/** 1 s, 2 s, 4 s ... 5 min, half of it by chance: several installations do not knock in step. */
export function backoffMs(failures: number, random: () => number): number {
  const ceiling = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** Math.min(failures, 20))
  return Math.max(MIN_BACKOFF_MS, Math.round(ceiling / 2 + (random() * ceiling) / 2))
}

type Decision = { next: Supervision; effects: Effect[] }
type Surroundings = { now: Date; random: () => number; settings: SupervisorSettings }

/** What follows from one thing that happened. Whatever an older generation still says changes nothing. */
export function supervise(current: Supervision, input: SupervisorInput, around: Surroundings): Decision {
  const { now } = around
  const unchanged: Decision = { next: current, effects: [] }
  switch (input.kind) {
    case 'held':
      return current.state === 'offline' ? resume(current, input, now) : unchanged
    case 'lost':
      if (current.state === 'offline') return unchanged
      // Also of a run that has ended by itself: what is left of it goes.
      return {
        next: { ...settle(current, 'offline', null, now), failures: 0, neverReady: 0, restedAt: restOf(current) },
        effects: [{ kind: 'stop', generation: current.generation }],
      }
    case 'asked':
      return obey(current, input.command, now)
    case 'unlinked':
      if (input.generation !== current.generation || current.detail !== 'logged_out_here') return unchanged
      return { next: { ...current, detail: 'unlinked_here' }, effects: [] }
    case 'ticked':
      return passTime(current, input, around)
    default:
      if (input.generation !== current.generation || !isRunning(current)) return unchanged
      if (input.kind === 'probe_failed') {
        const probesFailed = current.probesFailed + 1
        if (probesFailed >= MAX_PROBES_FAILED) return fail(current, 'frozen', around, true)
        return { next: { ...current, probesFailed }, effects: [] }
      }
      if (input.kind === 'probed') return { next: notePage(current, input.probe, now), effects: [] }
      return hear(current, input.event, around)
  }
}

function hear(current: Supervision, event: EngineEvent, around: Surroundings): Decision {
  const { now } = around
  const quiet = (next: Supervision): Decision => ({ next, effects: [] })
  switch (event.kind) {
    case 'qr':
      // A QR after the link was made: unlinked, and the run says so next.
      return current.state === 'starting' ? quiet(enter(current, 'awaiting_scan', null, now)) : quiet(current)
    case 'authenticated':
      return current.state === 'connected' ? quiet(current) : quiet(enter(current, 'syncing', null, now))
    case 'ready':
      if (current.state === 'connected') return quiet(current)
      return quiet({
        ...enter(current, 'connected', null, now),
        neverReady: 0,
        pageState: 'CONNECTED',
        notConnectedSince: null,
        probedAt: now,
      })
    case 'state':
      return quiet(notePageState(current, event.state, now))
    case 'ended':
      return fail(current, event.reason === 'stopped' ? 'stopped_unasked' : event.reason, around, false)
  }
}

function notePageState(current: Supervision, pageState: string | null, now: Date): Supervision {
  const notConnectedSince = pageState === 'CONNECTED' ? null : (current.notConnectedSince ?? now)
  return { ...current, pageState, notConnectedSince }
}

function notePage(current: Supervision, probe: EngineProbe, now: Date): Supervision {
  const { webVersion, keyShape, rssBytes } = probe
  return { ...notePageState(current, probe.state, now), webVersion, keyShape, rssBytes, probedAt: now, probesFailed: 0 }
}

function passTime(
  current: Supervision,
  input: Extract<SupervisorInput, { kind: 'ticked' }>,
  around: Surroundings,
): Decision {
  const { now, settings } = around
  const age = (at: Date | null): number => (at ? now.getTime() - at.getTime() : Number.NEGATIVE_INFINITY)
  const inState = age(current.since)
  switch (current.state) {
    case 'waiting':
      if (current.restartAt && now >= current.restartAt) return start(current, now)
      break
    case 'starting':
      if (inState > START_DEADLINE_MS) return fail(current, 'start_failed', around, true)
      break
    case 'syncing':
      if (inState > SYNC_DEADLINE_MS) return fail(current, 'never_ready', around, true)
      break
    case 'connected': {
      if (age(current.notConnectedSince) > DISCONNECTED_DEADLINE_MS) return fail(current, 'disconnected', around, true)
      const mayRecycle = current.recycledAt === null || age(current.recycledAt) > RECYCLE_PAUSE_MS
      const hears = input.lastEventAt !== null && age(input.lastEventAt) <= UNRECEIPTED_LIMIT_MS
      const isSilent = age(input.oldestUnreceiptedAt) > UNRECEIPTED_LIMIT_MS && !hears
      if (isSilent && inState > UNRECEIPTED_LIMIT_MS && mayRecycle) {
        const { next, effects } = fail(current, 'silent', around, true)
        return { next: { ...next, recycledAt: now }, effects }
      }
      const isHeavy = (current.rssBytes ?? 0) > settings.memoryLimitBytes
      if (isHeavy && input.isIdle && inState > STABLE_MS && mayRecycle) return recycle(current, now)
      if (inState > STABLE_MS && current.failures > 0) return { next: { ...current, failures: 0 }, effects: [] }
      break
    }
    default:
  }
  return { next: current, effects: [] }
}

function obey(current: Supervision, command: Command, now: Date): Decision {
  if (current.state === 'offline') return { next: current, effects: [] }
  if (command === 'log_out') {
    return {
      next: settle(current, 'action_required', isUnlinked(current) ? 'unlinked_here' : 'logged_out_here', now),
      effects: [...unlinkOf(current), ...stopOf(current), { kind: 'forget_profile' }],
    }
  }
  if (command === 'show_qr') {
    if (current.state === 'awaiting_scan') {
      return { next: current, effects: [{ kind: 'refresh_qr', generation: current.generation }] }
    }
    if (isRunning(current)) return { next: current, effects: [] }
  }
  const stopped = stopOf(current)
  const { next, effects } = start({ ...current, failures: 0, neverReady: 0 }, now)
  return { next, effects: [...stopped, ...effects] }
}

/** What keeps a session from starting by itself. */
export const restOf = ({ state, detail, since }: Supervision): Resting | null =>
  state === 'action_required' && detail !== null ? { reason: detail, since } : null

function resume(current: Supervision, held: Extract<SupervisorInput, { kind: 'held' }>, now: Date): Decision {
  const next = { ...current, generation: held.generation, restedAt: null }
  // A run since then was somebody's decision.
  const resting = held.resting ?? (held.generation === current.generation ? current.restedAt : null)
  if (resting === null) return start(next, now)
  return { next: enter(next, 'action_required', resting.reason, resting.since), effects: [] }
}

function start(current: Supervision, now: Date): Decision {
  const generation = current.generation + 1
  const next = { ...settle(current, 'starting', null, now), generation, rssBytes: null, keyShape: null }
  return { next, effects: [{ kind: 'start', generation }] }
}

const stopOf = (current: Supervision): Effect[] =>
  isRunning(current) ? [{ kind: 'stop', generation: current.generation }] : []

/** WhatsApp knows no link of this profile (any more). */
const isUnlinked = ({ state, detail }: Supervision): boolean =>
  state === 'awaiting_scan' || detail === 'unlinked_here' || detail === 'logged_out'

/** While a code is shown there is nothing to unlink, and a browser that is dead cannot ask for it. */
const unlinkOf = ({ state, generation }: Supervision): Effect[] =>
  state === 'connected' || state === 'syncing' ? [{ kind: 'unlink', generation }] : []

/** A heavy browser is no failure: the next one starts at once. */
function recycle(current: Supervision, now: Date): Decision {
  const { next, effects } = start({ ...current, recycledAt: now }, now)
  return { next: { ...next, detail: 'memory' }, effects: [...stopOf(current), ...effects] }
}

/** The run is over, or is ended (`mustStop`). Rebuilt once its back-off is over, or a person must act. */
function fail(current: Supervision, reason: EndReason, around: Surroundings, mustStop: boolean): Decision {
  const { now, random } = around
  const effects: Effect[] = mustStop ? stopOf(current) : []
  const neverReady = reason === 'never_ready' ? current.neverReady + 1 : current.neverReady
  const failures = current.failures + 1
  if (NEEDS_PERSON.has(reason) || neverReady > 1) {
    effects.push({ kind: 'alert', reason, failures })
    return { next: { ...settle(current, 'action_required', reason, now), neverReady: 0 }, effects }
  }
  if (failures % ALERT_EVERY === 0) effects.push({ kind: 'alert', reason, failures })
  const restartAt = new Date(now.getTime() + backoffMs(failures, random))
  return { next: { ...settle(current, 'waiting', reason, now), failures, neverReady, restartAt }, effects }
}

function enter(current: Supervision, state: SessionState, detail: EndReason | null, now: Date): Supervision {
  return { ...current, state, detail, since: now }
}

/** Into a state in which no page says anything (yet). */
function settle(current: Supervision, state: SessionState, detail: EndReason | null, now: Date): Supervision {
  return {
    ...enter(current, state, detail, now),
    restartAt: null,
    pageState: null,
    notConnectedSince: null,
    probedAt: null,
    probesFailed: 0,
  }
}
