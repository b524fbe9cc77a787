import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Account } from './account.ts'

/** One load of the page in some browser. */
export type StandInPage = {
  id: string
  device: string | null
  userAgent: string
  openedAt: Date
  closedAt: Date | null
}

type OpenPage = { page: StandInPage; line: ServerResponse | null; toldUpTo: number }

const ANSWER_MS = 4_000

/** The loads of the page that are open now, each with a line to it. */
export function createPages(account: Account) {
  const all = new Map<string, OpenPage>()
  const calls = new Map<string, (value: unknown) => void>()

  const tell = (open: OpenPage, data: object): void => {
    open.line?.write(`data: ${JSON.stringify(data)}\n\n`)
  }
  const tellEvents = (open: OpenPage): void => {
    if (open.line === null || open.page.device === null || !account.isLinked(open.page.device)) return
    for (const event of account.unheard(open.page.device)) {
      if (event.seq <= open.toldUpTo) continue
      open.toldUpTo = event.seq
      tell(open, event)
    }
  }
  account.onEvent(() => {
    for (const open of all.values()) tellEvents(open)
  })
  const openOnes = (): OpenPage[] => [...all.values()].filter(({ line }) => line !== null)

  const get = (id: string): OpenPage => {
    const open = all.get(id)
    if (!open) throw new Error('no such page')
    return open
  }

  return {
    create(userAgent: string): StandInPage {
      const page = { id: randomUUID(), device: null, userAgent, openedAt: new Date(), closedAt: null }
      all.set(page.id, { page, line: null, toldUpTo: 0 })
      return page
    },
    get: (id: string): StandInPage => get(id).page,
    setDevice(id: string, device: string | null): void {
      const open = get(id)
      open.page.device = device
      tellEvents(open)
    },
    connect(id: string, line: ServerResponse): void {
      const open = get(id)
      open.line = line
      line.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      line.write(':\n\n')
      line.once('close', () => {
        open.line = null
        open.page.closedAt = new Date()
      })
      tellEvents(open)
    },
    list: (): StandInPage[] => [...all.values()].map(({ page }) => page),
    listOpen: (): StandInPage[] => openOnes().map(({ page }) => page),
    answer(call: string, value: unknown): void {
      calls.get(call)?.(value)
      calls.delete(call)
    },
    /** Tells all open pages; resolves with what they answer, undefined for one that went away or stands still. */
    async command(name: string, parameters: object = {}): Promise<unknown[]> {
      const answers = openOnes().map(async (open) => {
        const call = randomUUID()
        const { promise, resolve } = Promise.withResolvers<unknown>()
        calls.set(call, resolve)
        const timer = setTimeout(resolve, ANSWER_MS)
        open.line?.once('close', resolve)
        tell(open, { kind: 'command', call, name, ...parameters })
        return await promise.finally(() => clearTimeout(timer))
      })
      return await Promise.all(answers)
    },
    closeAll(): void {
      for (const { line } of openOnes()) line?.destroy()
    },
  }
}

export type Pages = ReturnType<typeof createPages>
