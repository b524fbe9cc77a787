import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EngineEnd, EngineEvent, EngineProbe } from '../engine.ports.ts'
import {
  backoffMs,
  canSend,
  type Effect,
  isRunning,
  MAX_BACKOFF_MS,
  MIN_BACKOFF_MS,
  type Resting,
  restOf,
  type Supervision,
  type SupervisorInput,
  startSupervision,
  supervise,
} from './supervisor.domain.ts'

const MINUTE = 60_000
const LIMIT = 1_000_000
const PROBE: EngineProbe = {
  state: 'CONNECTED',
  hasSynced: true,
  webVersion: '2.3000.1',
  keyShape: 'serialized',
  rssBytes: 1,
}

/** A supervision that is told what happens, and what it asked for so far. */
function createRun() {
  let now = new Date('2026-11-23T03:00:00.000Z')
  let current = startSupervision(now)
  const effects: Effect[] = []
  const tell = (input: SupervisorInput, random = 0.5): void => {
    const decided = supervise(current, input, { now, random: () => random, settings: { memoryLimitBytes: LIMIT } })
    current = decided.next
    effects.push(...decided.effects)
  }
  const event = (told: EngineEvent, generation = current.generation): void =>
    tell({ kind: 'event', generation, event: told })
  const run = {
    effects,
    get now() {
      return current
    },
    tell,
    event,
    at: () => now,
    end: (reason: EngineEnd): void => event({ kind: 'ended', reason, detail: null }),
    probe: (changes: Partial<EngineProbe> = {}): void =>
      tell({ kind: 'probed', generation: current.generation, probe: { ...PROBE, ...changes } }),
    pass(milliseconds: number, seen: Partial<Extract<SupervisorInput, { kind: 'ticked' }>> = {}): void {
      now = new Date(now.getTime() + milliseconds)
      tell({ kind: 'ticked', isIdle: true, oldestUnreceiptedAt: null, lastEventAt: now, ...seen })
    },
    connect(): void {
      event({ kind: 'authenticated' })
      event({ kind: 'ready', ownNumber: null })
    },
    starts: (): number => effects.filter((effect) => effect.kind === 'start').length,
    take: (): Effect[] => effects.splice(0),
  }
  return run
}

function held() {
  const run = createRun()
  run.tell({ kind: 'held', generation: 7, resting: null })
  return run
}

function connected() {
  const run = held()
  run.connect()
  run.take()
  return run
}

describe('a holder', () => {
  test('starts a generation of its own, after those of earlier holders', () => {
    const run = held()
    expect(run.take()).toEqual([{ kind: 'start', generation: 8 }])
    expect(run.now).toMatchObject({ state: 'starting', generation: 8 })
  })

  test('shows the code, then the link, then that texts may go', () => {
    const run = held()
    run.event({ kind: 'qr', code: 'x' })
    expect(run.now.state).toBe('awaiting_scan')
    run.event({ kind: 'authenticated' })
    expect(run.now.state).toBe('syncing')
    run.event({ kind: 'ready', ownNumber: null })
    expect(run.now.state).toBe('connected')
    expect(canSend(run.now)).toBe(true)
  })

  test('that loses the session ends its run, also one that has failed already', () => {
    const run = connected()
    run.end('browser_gone')
    run.tell({ kind: 'lost' })
    expect(run.take()).toEqual([{ kind: 'stop', generation: 8 }])
    expect(run.now.state).toBe('offline')
  })

  test('leaves to a person what the holders before it have left to one', () => {
    const since = new Date('2026-11-20T03:00:00.000Z')
    const run = createRun()
    run.tell({ kind: 'held', generation: 7, resting: { reason: 'conflict', since } })
    run.pass(60 * MINUTE)
    expect(run.take()).toEqual([])
    expect(run.now).toMatchObject({ state: 'action_required', detail: 'conflict', since, generation: 7 })
    run.tell({ kind: 'asked', command: 'restart' })
    expect(run.take()).toEqual([{ kind: 'start', generation: 8 }])
  })

  test('that lost the session while a person had to act remembers it, unless another holder has run since then', () => {
    const lost = () => {
      const run = connected()
      run.end('restricted')
      run.tell({ kind: 'lost' })
      run.take()
      return run
    }
    const same = lost()
    same.tell({ kind: 'held', generation: 8, resting: null })
    expect(same.take()).toEqual([])
    expect(same.now).toMatchObject({ state: 'action_required', detail: 'restricted' })
    const other = lost()
    other.tell({ kind: 'held', generation: 9, resting: null })
    expect(other.take()).toEqual([{ kind: 'start', generation: 10 }])
  })

  test('sends nothing while the page is not connected, does not answer or names messages in a shape nobody knows', () => {
    const run = connected()
    run.event({ kind: 'state', state: 'TIMEOUT' })
    expect(canSend(run.now)).toBe(false)
    run.probe()
    expect(canSend(run.now)).toBe(true)
    run.tell({ kind: 'probe_failed', generation: 8 })
    expect(canSend(run.now)).toBe(false)
    run.probe({ keyShape: 'unknown' })
    expect(canSend(run.now)).toBe(false)
    expect(run.now.state).toBe('connected')
  })
})

describe('a run that ends', () => {
  test.each(['browser_gone', 'page_gone', 'frozen', 'start_failed', 'unpaired', 'stopped'] as const)(
    '(%s) is followed by one other after a pause',
    (reason) => {
      const run = connected()
      run.end(reason)
      run.end(reason)
      expect(run.now).toMatchObject({ state: 'waiting', failures: 1 })
      run.pass(MIN_BACKOFF_MS - 500)
      expect(run.starts()).toBe(0)
      run.pass(MIN_BACKOFF_MS + 500)
      run.pass(1)
      expect(run.take()).toEqual([{ kind: 'start', generation: 9 }])
    },
  )

  test.each(['logged_out', 'conflict', 'restricted', 'deprecated_version', 'qr_expired'] as const)(
    '(%s) needs a person, is told once and starts nothing however long it takes',
    (reason) => {
      const run = connected()
      run.end(reason)
      for (let hour = 0; hour < 24; hour++) run.pass(60 * MINUTE)
      expect(run.take()).toEqual([{ kind: 'alert', reason, failures: 1 }])
      expect(run.now).toMatchObject({ state: 'action_required', detail: reason })
      run.tell({ kind: 'asked', command: 'restart' })
      expect(run.take()).toEqual([{ kind: 'start', generation: 9 }])
    },
  )

  test('never in sync is tried once more, then needs a person', () => {
    const run = held()
    run.event({ kind: 'authenticated' })
    run.end('never_ready')
    expect(run.now.state).toBe('waiting')
    run.pass(MINUTE)
    run.event({ kind: 'authenticated' })
    run.end('never_ready')
    expect(run.now).toMatchObject({ state: 'action_required', detail: 'never_ready' })
    run.pass(60 * MINUTE)
    expect(run.starts()).toBe(2)
  })

  test('again and again waits longer each time, up to five minutes, and is told every fifth time', () => {
    const run = held()
    const pauses: number[] = []
    for (let time = 0; time < 15; time++) {
      run.end('start_failed')
      pauses.push((run.now.restartAt?.getTime() ?? 0) - run.at().getTime())
      run.pass(MAX_BACKOFF_MS)
    }
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
    expect(Math.max(...pauses)).toBeLessThanOrEqual(MAX_BACKOFF_MS)
    const alerts = run.take().flatMap((effect) => (effect.kind === 'alert' ? [effect.failures] : []))
    expect(alerts).toEqual([5, 10, 15])
  })

  test('after it held for five minutes begins with a short pause again; shortly after it was ready it does not', () => {
    const run = held()
    for (let time = 0; time < 4; time++) {
      run.connect()
      run.pass(MINUTE)
      run.end('browser_gone')
      run.pass(MAX_BACKOFF_MS)
    }
    expect(run.now.failures).toBe(4)
    run.connect()
    run.pass(6 * MINUTE)
    run.end('browser_gone')
    expect(run.now.failures).toBe(1)
  })
})

describe('a run that says nothing', () => {
  test('while starting, or while syncing, is ended and rebuilt', () => {
    const run = held()
    run.pass(5 * MINUTE)
    expect(run.now).toMatchObject({ state: 'waiting', detail: 'start_failed' })
    run.pass(MINUTE)
    run.event({ kind: 'authenticated' })
    run.pass(5 * MINUTE)
    expect(run.now).toMatchObject({ state: 'waiting', detail: 'never_ready' })
    expect(run.take().map((effect) => effect.kind)).toEqual(['start', 'stop', 'start', 'stop'])
  })

  test('to two probes is frozen', () => {
    const run = connected()
    run.tell({ kind: 'probe_failed', generation: 8 })
    run.probe()
    run.tell({ kind: 'probe_failed', generation: 8 })
    expect(run.take()).toEqual([])
    run.tell({ kind: 'probe_failed', generation: 8 })
    expect(run.take()).toEqual([{ kind: 'stop', generation: 8 }])
    expect(run.now.detail).toBe('frozen')
  })

  test('but that it has no network is rebuilt after three minutes', () => {
    const run = connected()
    run.event({ kind: 'state', state: 'TIMEOUT' })
    run.pass(2 * MINUTE)
    run.probe({ state: 'OPENING' })
    expect(run.now.state).toBe('connected')
    run.pass(2 * MINUTE)
    expect(run.now).toMatchObject({ state: 'waiting', detail: 'disconnected' })
  })

  test('of texts it took is rebuilt once in half an hour', () => {
    const run = connected()
    const sentAt = run.at()
    const silent = { oldestUnreceiptedAt: sentAt, lastEventAt: sentAt }
    run.pass(4 * MINUTE, silent)
    expect(run.now.state).toBe('connected')
    run.pass(2 * MINUTE, silent)
    expect(run.now).toMatchObject({ state: 'waiting', detail: 'silent' })
    run.pass(MINUTE, silent)
    run.connect()
    run.pass(10 * MINUTE, silent)
    expect(run.now.state).toBe('connected')
    run.pass(30 * MINUTE, silent)
    expect(run.now.detail).toBe('silent')
  })

  test('of old texts but hears residents is left alone', () => {
    const run = connected()
    run.pass(10 * MINUTE, { oldestUnreceiptedAt: run.at() })
    expect(run.now.state).toBe('connected')
  })
})

describe('a heavy browser', () => {
  test('is started anew when nothing is sent, at once and as no failure', () => {
    const run = connected()
    run.probe({ rssBytes: LIMIT + 1 })
    run.pass(10 * MINUTE, { isIdle: false })
    expect(run.take()).toEqual([])
    run.pass(1)
    expect(run.take()).toEqual([
      { kind: 'stop', generation: 8 },
      { kind: 'start', generation: 9 },
    ])
    expect(run.now).toMatchObject({ state: 'starting', detail: 'memory', failures: 0 })
  })

  test('that stays heavy is not started anew all the time', () => {
    const run = connected()
    for (let minute = 0; minute < 60; minute++) {
      if (run.now.state === 'starting') run.connect()
      run.probe({ rssBytes: LIMIT + 1 })
      run.pass(MINUTE)
    }
    expect(run.starts()).toBe(2)
  })
})

describe('what people ask for', () => {
  test('a new QR: of the running page while it shows one, else of a new run; never of a linked one', () => {
    const run = held()
    run.event({ kind: 'qr', code: 'x' })
    run.take()
    run.tell({ kind: 'asked', command: 'show_qr' })
    expect(run.take()).toEqual([{ kind: 'refresh_qr', generation: 8 }])
    run.end('qr_expired')
    run.take()
    run.tell({ kind: 'asked', command: 'show_qr' })
    expect(run.take()).toEqual([{ kind: 'start', generation: 9 }])
    run.connect()
    run.tell({ kind: 'asked', command: 'show_qr' })
    expect(run.take()).toEqual([])
  })

  test('logging out ends the run, then forgets the profile, and waits for a person', () => {
    const run = connected()
    run.tell({ kind: 'asked', command: 'log_out' })
    const effects = [{ kind: 'unlink', generation: 8 }, { kind: 'stop', generation: 8 }, { kind: 'forget_profile' }]
    expect(run.take()).toEqual(effects)
    run.pass(60 * MINUTE)
    expect(run.now).toMatchObject({ state: 'action_required', detail: 'logged_out_here' })
  })

  test('logging out says that WhatsApp knows of it only when it does', () => {
    const run = connected()
    run.tell({ kind: 'asked', command: 'log_out' })
    run.tell({ kind: 'unlinked', generation: 7 })
    expect(run.now.detail).toBe('logged_out_here')
    run.tell({ kind: 'unlinked', generation: 8 })
    expect(run.now).toMatchObject({ state: 'action_required', detail: 'unlinked_here' })
    run.tell({ kind: 'asked', command: 'log_out' })
    expect(run.now.detail).toBe('unlinked_here')
    run.tell({ kind: 'asked', command: 'show_qr' })
    run.tell({ kind: 'unlinked', generation: 8 })
    expect(run.now).toMatchObject({ state: 'starting', detail: null })
  })

  test('logging out asks nobody to unlink what is not linked, or what is dead', () => {
    const scanned = held()
    scanned.event({ kind: 'qr', code: 'x' })
    scanned.take()
    scanned.tell({ kind: 'asked', command: 'log_out' })
    expect(scanned.take()).toEqual([{ kind: 'stop', generation: 8 }, { kind: 'forget_profile' }])
    expect(scanned.now.detail).toBe('unlinked_here')

    const dead = connected()
    dead.end('browser_gone')
    dead.take()
    dead.tell({ kind: 'asked', command: 'log_out' })
    expect(dead.take()).toEqual([{ kind: 'forget_profile' }])
    expect(dead.now).toMatchObject({ state: 'action_required', detail: 'logged_out_here' })
  })

  test('nothing of somebody who does not hold the session', () => {
    const run = createRun()
    run.tell({ kind: 'asked', command: 'restart' })
    expect(run.take()).toEqual([])
  })
})

const ends: EngineEnd[] = [
  'stopped',
  'browser_gone',
  'page_gone',
  'frozen',
  'start_failed',
  'never_ready',
  'qr_expired',
  'logged_out',
  'conflict',
  'restricted',
  'deprecated_version',
  'unpaired',
]
const engineEvent = fc.oneof(
  fc.constant<EngineEvent>({ kind: 'qr', code: 'x' }),
  fc.constant<EngineEvent>({ kind: 'authenticated' }),
  fc.constant<EngineEvent>({ kind: 'ready', ownNumber: null }),
  fc.constantFrom('CONNECTED', 'TIMEOUT', 'OPENING').map((state): EngineEvent => ({ kind: 'state', state })),
  fc.constantFrom(...ends).map((reason): EngineEvent => ({ kind: 'ended', reason, detail: null })),
)
/** `back`: of how many generations ago. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('event' as const),
      back: fc.integer({ min: 0, max: 2 }),
      event: engineEvent,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('probed' as const), back: fc.integer({ min: 0, max: 2 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('probe_failed' as const), back: fc.integer({ min: 0, max: 2 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), by: fc.integer({ min: 1, max: 10 * MINUTE }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('held' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lost' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('asked' as const),
      command: fc.constantFrom('restart' as const, 'show_qr' as const, 'log_out' as const),
    }),
  },
)

test('whatever happens: one run at a time, each start a new generation, late words change nothing, and no loop', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const run = createRun()
      let alive: number | null = null
      for (const taken of steps) {
        const before: Supervision = run.now
        const generation = before.generation - ('back' in taken ? taken.back : 0)
        if (taken.kind === 'event') {
          if (taken.event.kind === 'ended' && generation === alive) alive = null
          run.event(taken.event, generation)
        } else if (taken.kind === 'probed') run.tell({ kind: 'probed', generation, probe: PROBE })
        else if (taken.kind === 'probe_failed') run.tell({ kind: 'probe_failed', generation })
        else if (taken.kind === 'pass') run.pass(taken.by)
        else if (taken.kind === 'held') run.tell({ kind: 'held', generation: before.generation, resting: null })
        else if (taken.kind === 'asked') run.tell({ kind: 'asked', command: taken.command })
        else run.tell({ kind: 'lost' })

        const effects = run.take()
        for (const effect of effects) {
          if (effect.kind === 'stop' && effect.generation === alive) alive = null
          if (effect.kind !== 'start') continue
          expect(alive).toBeNull()
          expect(effect.generation).toBe(before.generation + 1)
          alive = effect.generation
        }
        if (generation !== before.generation) expect(run.now).toBe(before)
        expect(isRunning(run.now)).toBe(alive !== null)
        if (alive !== null) expect(alive).toBe(run.now.generation)
        const mayStart = taken.kind === 'asked' || taken.kind === 'held' || taken.kind === 'pass'
        if (!mayStart) expect(effects.some((effect) => effect.kind === 'start')).toBe(false)
        if (before.state === 'action_required' && taken.kind === 'pass') expect(run.now).toBe(before)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('what only a person ends starts nothing before a person asks, whoever holds the session in between', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.boolean(), (steps, isWritten) => {
      let run = createRun()
      let left: Resting | null = null
      for (const taken of steps) {
        const { generation } = run.now
        const back = 'back' in taken ? taken.back : 0
        if (taken.kind === 'event') run.event(taken.event, generation - back)
        else if (taken.kind === 'probed') run.tell({ kind: 'probed', generation: generation - back, probe: PROBE })
        else if (taken.kind === 'probe_failed') run.tell({ kind: 'probe_failed', generation: generation - back })
        else if (taken.kind === 'pass') run.pass(taken.by)
        else if (taken.kind === 'asked') run.tell({ kind: 'asked', command: taken.command })
        else if (taken.kind === 'lost') {
          run.tell({ kind: 'lost' })
          // Written down, another process has it; else only the same one can know.
          if (isWritten) run = createRun()
        } else run.tell({ kind: 'held', generation, resting: isWritten ? left : null })
        const hasStarted = run.take().some((effect) => effect.kind === 'start')
        if (left !== null && taken.kind !== 'asked') {
          expect(hasStarted).toBe(false)
          if (run.now.state !== 'offline') expect(restOf(run.now)).toEqual(left)
        }
        if (run.now.state !== 'offline') left = restOf(run.now)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('the pause is never shorter than a second nor longer than five minutes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const pause = backoffMs(failures, () => chance)
      expect(pause).toBeGreaterThanOrEqual(MIN_BACKOFF_MS)
      expect(pause).toBeLessThanOrEqual(MAX_BACKOFF_MS)
    }),
  )
})
