import { Readable } from 'node:stream'
import type { StreamEnd } from '../../../contracts/api/events.ts'
import type { WatchedSession } from '../console.ports.ts'
import type { Ears, OutgoingEvent } from './audience.domain.ts'

/**
 * What may wait for a client that reads slower than we write, beside what its socket holds: about a thousand events.
 * Whoever is further behind had better load anew.
 */
const MAX_WAITING = 64 * 1024
/** Browsers come back after so long. */
const RETRY_MS = 2_000

export type Caller = {
  session: WatchedSession
  ears: Ears
  /** Where to go on from; null: from now on. */
  resumeFrom: bigint | null
}

export type Connection = Caller & {
  body: Readable
  /** How long nothing was sent, in milliseconds. */
  quietFor(at: number): number
  /** The events, and after them the id to go on from: cut off in between, they come again. */
  send(events: readonly OutgoingEvent[], id: bigint, at: number): void
  /** Says why and ends the answer. */
  end(reason: StreamEnd): void
  /** Drops the answer, whatever of it still waits. */
  cut(): void
}

const textOf = ({ name, data }: OutgoingEvent): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`

/** One answer that goes on. A client that does not read is cut off; its browser comes back with the last id. */
export function createConnection(caller: Caller): Connection {
  // Pushed, never pulled: what is not read stays in the buffer whose length is the bound.
  const body = new Readable({ read() {}, encoding: 'utf8', highWaterMark: MAX_WAITING })
  body.push(`retry: ${RETRY_MS}\n\n`)
  let isEnding = false
  let sentAt = 0
  const push = (text: string): void => {
    if (isEnding || body.destroyed) return
    if (body.readableLength + text.length > MAX_WAITING) body.destroy()
    else body.push(text)
  }

  return {
    ...caller,
    body,
    quietFor: (at) => at - sentAt,
    send(events, id, at) {
      // An id without data is no event to a browser, but where it takes up again.
      push(`${events.map(textOf).join('')}:\nid: ${id}\n\n`)
      sentAt = at
    },
    end(reason) {
      push(textOf({ name: 'end', data: { reason } }))
      if (isEnding || body.destroyed) return
      isEnding = true
      body.push(null)
    },
    cut: () => void body.destroy(),
  }
}
