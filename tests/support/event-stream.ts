import { once } from 'node:events'
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { vi } from 'vitest'

export type StreamedEvent = { name: string; data: unknown; raw: string }

export type EventStream = {
  status: number
  headers: IncomingHttpHeaders
  /** All that has come so far. */
  events(): StreamedEvent[]
  /** The id to come back with; empty: none yet. */
  lastEventId(): string
  /** The first event that fits, from the ones that came already on. */
  waitFor(name: string, fits?: (data: unknown) => boolean): Promise<StreamedEvent>
  /** Everything as it came. */
  text(): string
  isOver(): boolean
  /** Resolves when the server has ended it. */
  over(): Promise<void>
  /** The client does not read any more, and its line stays open. */
  pause(): void
  resume(): void
  close(): void
}

const PATIENCE_MS = 25_000

/** Opens the event stream as a browser does; everything is read as the specification of server-sent events says. */
export async function openEventStream(
  url: string,
  headers: Record<string, string>,
  lastEventId?: string,
): Promise<EventStream> {
  const given = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const request = get(url, { headers: { accept: 'text/event-stream', ...headers, ...given }, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const events: StreamedEvent[] = []
  let text = ''
  let rest = ''
  let id = ''
  let isOver = false
  const readBlock = (block: string): void => {
    let name = 'message'
    const data: string[] = []
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
      if (field === 'event') name = value
      if (field === 'data') data.push(value)
      if (field === 'id') id = value
    }
    if (data.length > 0) events.push({ name, data: JSON.parse(data.join('\n')), raw: block })
  }
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    text += chunk
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    blocks.forEach(readBlock)
  })
  const over = new Promise<void>((resolve) => {
    const note = (): void => {
      isOver = true
      resolve()
    }
    response.once('close', note)
    response.once('error', note)
  })
  request.on('error', () => {})
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events: () => events,
    lastEventId: () => id,
    waitFor: (name, fits = () => true) =>
      vi.waitFor(
        () => {
          const found = events.find((event) => event.name === name && fits(event.data))
          if (!found) throw new Error(`no ${name} yet, but ${events.map((event) => event.raw).join(' | ')}`)
          return found
        },
        { timeout: PATIENCE_MS, interval: 20 },
      ),
    text: () => text,
    isOver: () => isOver,
    over: () => over,
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close: () => void request.destroy(),
  }
}
