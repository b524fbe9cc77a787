import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { StreamEventName, StreamEvents } from '../../contracts/api/events.ts'

/** Of more at once only that is told. */
const EVENT_IDS_MAX = 100
/** What is shown is asked for again this often while no stream tells of changes. */
const POLL_MS = 5_000
/** A stream may be held up by a proxy without anybody noticing. */
const SAFETY_POLL_MS = 60_000
/** A browser gives a stream up after an answer that is no stream: then we try again ourselves. */
const RETRY_MS = 10_000

export const CASES = 'cases'
export const CONVERSATIONS = 'conversations'
export const MESSAGES = 'messages'
export const WHATSAPP = 'whatsapp'
export const HOME = 'home'

let isLive = false
const listeners = new Set<() => void>()

function setLive(to: boolean): void {
  if (isLive === to) return
  isLive = to
  for (const listener of listeners) listener()
}

/** What each event makes old. */
const TOUCHES: Partial<Record<StreamEventName, readonly string[]>> = {
  proposals: [CASES, HOME],
  // Told by `proposals` too, which makes the pages ask again.
  seats: [],
  counts: [CASES, HOME],
  conversations: [CONVERSATIONS],
  messages: [MESSAGES, CONVERSATIONS, HOME],
  whatsapp: [WHATSAPP, HOME],
  bpjs: [HOME],
}

type News = { name: StreamEventName; isKnown: boolean; cases?: number } | { live: boolean } | 'who-is-live'

// A browser opens six connections to a server: one stream serves all tabs of it, held by whoever has the lock.
const CHANNEL = 'puntadewa.changes'

/** The stream itself, in the one tab that holds it. Returns what closes it. */
function openStream(tell: (news: News) => void): () => void {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  function open(): void {
    const stream = new EventSource('/api/v1/events')
    source = stream
    const on = <Name extends StreamEventName>(name: Name, act: (data: StreamEvents[Name]) => void): void =>
      stream.addEventListener(name, (event) => act(JSON.parse(event.data) as StreamEvents[Name]))
    on('ready', ({ resumed }) => {
      tell({ live: true })
      tell({ name: 'ready', isKnown: resumed })
    })
    on('reset', () => tell({ name: 'reset', isKnown: false }))
    for (const name of Object.keys(TOUCHES) as StreamEventName[]) {
      if (name !== 'seats') on(name, () => tell({ name, isKnown: true }))
    }
    on('seats', ({ ids }) => tell({ name: 'seats', isKnown: true, cases: ids?.length ?? EVENT_IDS_MAX }))
    on('end', ({ reason }) => {
      tell({ live: false })
      // More streams than an account may have: this browser asks by itself from now on.
      if (reason === 'replaced') stream.close()
    })
    stream.onerror = () => {
      tell({ live: false })
      if (stream.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS)
    }
  }
  open()
  return () => {
    source?.close()
    clearTimeout(retry)
    tell({ live: false })
  }
}

/**
 * Listens to what changes on the server and has the pages ask again for what they show. Lives as long as somebody is
 * signed in; returns what ends it. Several changes within a moment are one question.
 */
export function followChanges(client: QueryClient): () => void {
  const touched = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const everything = [...new Set(Object.values(TOUCHES).flat())]
  const askAgain = (keys: readonly string[]): void => {
    for (const key of keys) touched.add(key)
    timer ??= setTimeout(() => {
      timer = undefined
      for (const key of touched) void client.invalidateQueries({ queryKey: [key] })
      touched.clear()
    }, 150)
  }
  const channel = new BroadcastChannel(CHANNEL)
  const hear = (news: News): void => {
    if (news === 'who-is-live') return
    if ('live' in news) setLive(news.live)
    else if (!news.isKnown) askAgain(everything)
    else if (news.cases !== undefined) addSeated(news.cases)
    else askAgain(TOUCHES[news.name] ?? [])
  }
  const tell = (news: News): void => {
    hear(news)
    channel.postMessage(news)
  }
  const leaving = Promise.withResolvers<void>()
  let close = (): void => {}
  const lead = (): Promise<void> => {
    channel.onmessage = ({ data }: MessageEvent<News>) => {
      if (data === 'who-is-live') channel.postMessage({ live: isLive } satisfies News)
    }
    close = openStream(tell)
    return leaving.promise
  }
  channel.onmessage = ({ data }: MessageEvent<News>) => hear(data)
  channel.postMessage('who-is-live' satisfies News)
  const waiting = new AbortController()
  // Locks are there on https and on localhost; elsewhere each tab has a stream of its own.
  if ('locks' in navigator) {
    navigator.locks.request(CHANNEL, { signal: waiting.signal }, lead).catch(() => {
      // Left before it was this tab's turn.
    })
  } else void lead()
  return () => {
    waiting.abort()
    close()
    leaving.resolve()
    channel.close()
    clearTimeout(timer)
    setLive(false)
    setSeated(0)
  }
}

let seated = 0
const seatedListeners = new Set<() => void>()
function setSeated(to: number): void {
  seated = to
  for (const listener of seatedListeners) listener()
}
const addSeated = (cases: number): void => setSeated(seated + cases)

/** How many cases got the seat that they had waited for, since the person who looks has said that this is known. */
export function useSeated(): { count: number; forget: () => void } {
  const count = useSyncExternalStore(
    (listener) => {
      seatedListeners.add(listener)
      return () => seatedListeners.delete(listener)
    },
    () => seated,
  )
  return { count, forget: () => setSeated(0) }
}

/** How often to ask again: seldom while the stream tells of changes, often while it does not. */
export function usePollInterval(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => (isLive ? SAFETY_POLL_MS : POLL_MS),
  )
}
