import type {
  ChatContent,
  CreateEngine,
  Engine,
  EngineHandlers,
  EngineProbe,
} from '../../../src/features/whatsapp/web/engine.ports.ts'
import type { Peer, SendResult } from '../../../src/features/whatsapp/whatsapp.ports.ts'

export type ScriptedRun = {
  handlers: EngineHandlers
  isAlive: boolean
  sent: { to: string; text: string; reference: string; notAfter: Date }[]
  refreshed: number
  askedFor: Peer[]
  /** Tells that it is linked and in sync. */
  connect(): void
}

export type ScriptedEngines = {
  createEngine: CreateEngine
  runs: ScriptedRun[]
  newest(): ScriptedRun
  alive(): number
  /** What every run does from now on. */
  script: {
    /** Says so itself as soon as it is started, as a linked profile does. */
    connects: boolean
    ownNumber: string | null
    logOut(): Promise<boolean>
    probe(): Promise<EngineProbe>
    send(): Promise<SendResult>
    pairingCode(): Promise<string>
    stop(): Promise<void>
    number(lid: string): string | null | Promise<string | null>
    /** What the page lists, and what stands in one chat. */
    chats(): Peer[] | Promise<Peer[]>
    chat(peer: Peer): Partial<ChatContent> | Promise<Partial<ChatContent>>
  }
}

/** Runs of a browser that do what a test says: for what happens around one run. What one run does is tested on the real library. */
export function createScriptedEngines(): ScriptedEngines {
  const runs: ScriptedRun[] = []
  let messages = 0
  const script: ScriptedEngines['script'] = {
    connects: false,
    ownNumber: null,
    logOut: async () => true,
    probe: async () => ({
      state: 'CONNECTED',
      hasSynced: true,
      webVersion: '2.3000.1',
      keyShape: 'serialized',
      rssBytes: 300_000_000,
    }),
    send: async () => ({ kind: 'accepted', gatewayMessageId: `message-${++messages}` }),
    pairingCode: async () => 'ABCD1234',
    stop: async () => {},
    number: () => null,
    chats: () => [],
    chat: () => ({}),
  }

  const createEngine = (handlers: EngineHandlers): Engine => {
    const run: ScriptedRun = {
      handlers,
      isAlive: false,
      sent: [],
      refreshed: 0,
      askedFor: [],
      connect() {
        handlers.onEvent({ kind: 'authenticated' })
        handlers.onEvent({ kind: 'ready', ownNumber: script.ownNumber })
      },
    }
    runs.push(run)
    return {
      async start() {
        run.isAlive = true
        if (script.connects) run.connect()
      },
      async stop() {
        await script.stop()
        run.isAlive = false
      },
      logOut: () => script.logOut(),
      probe: () => script.probe(),
      requestPairingCode: () => script.pairingCode(),
      async refreshQr() {
        run.refreshed += 1
      },
      resolve: async (number) => ({ kind: 'registered', address: `${number}@c.us` }),
      findNumber: async (lid) => await script.number(lid),
      send(text) {
        run.sent.push(text)
        return script.send()
      },
      lookUp: async () => ({ kind: 'sent', gatewayMessageId: null }),
      listChatsSince: async () => await script.chats(),
      async readChatSince(peer) {
        run.askedFor.push(peer)
        return { inbound: [], ownTexts: [], receipts: [], ...(await script.chat(peer)) }
      },
    }
  }

  return {
    createEngine,
    runs,
    script,
    alive: () => runs.filter((run) => run.isAlive).length,
    newest() {
      const run = runs.at(-1)
      if (!run) throw new Error('nothing was started')
      return run
    },
  }
}
