import type { Client } from 'whatsapp-web.js'
import type { EngineConfig } from './engine-options.ts'
import { launchArguments, windowedUserAgent } from './launch.ts'

// Members that the library has and its typings leave out.
declare module 'whatsapp-web.js' {
  interface Client {
    readonly lastLoggedOut: boolean
    inject(): Promise<void>
    initWebVersionCache(): Promise<void>
    attachEventListeners(): Promise<void>
  }
}

export type Browser = NonNullable<Client['pupBrowser']>
export type Page = NonNullable<Client['pupPage']>

export type ClientHooks = {
  /** As soon as both exist, before the page is asked for: a browser that dies while starting is noticed too. */
  onBrowser(browser: Browser, page: Page): void
  /** After every injection of the library, before it listens to the page. */
  beforeListening(page: Page): Promise<void>
  /** The library listens to the page. */
  onListening(): void
  /** The page was loaded anew, and the library could not get into it. */
  onInjectFailed(error: unknown): void
  hasEnded(): boolean
}

/**
 * A Client of whatsapp-web.js that leaves nothing rejected unheard and ends nothing by itself. In 1.34.7 these run without anybody
 * awaiting them: `inject()` after a navigation, `destroy()` after a bad state, and the reading of the page's HTML for a cache that
 * is not used here. Each is overridden. `logout()` of its auth strategy would delete the profile under the running browser: the run
 * does it when the browser has ended.
 */
export async function createClient(config: EngineConfig, majorVersion: number, hooks: ClientHooks): Promise<Client> {
  // Only when it is needed: the library and puppeteer take some 50 MB.
  const { default: library } = await import('whatsapp-web.js')
  let isInjected = false

  class Auth extends library.LocalAuth {
    override afterBrowserInitialized = async (): Promise<void> => {
      if (client.pupBrowser && client.pupPage) hooks.onBrowser(client.pupBrowser, client.pupPage)
      if (hooks.hasEnded()) throw new Error('ended while starting')
    }
    override logout = async (): Promise<void> => {}
  }

  class ContainedClient extends library.Client {
    override async inject(): Promise<void> {
      if (hooks.hasEnded()) return
      // The first time it is part of `initialize()`, which is awaited.
      if (!isInjected) {
        await super.inject()
        isInjected = true
        return
      }
      try {
        await super.inject()
      } catch (error) {
        hooks.onInjectFailed(error)
      }
    }
    override async initWebVersionCache(): Promise<void> {}
    override async destroy(): Promise<void> {}
    override async attachEventListeners(): Promise<void> {
      if (this.pupPage) await hooks.beforeListening(this.pupPage)
      await super.attachEventListeners()
      hooks.onListening()
    }
  }

  const auth = new Auth({ dataPath: config.dataPath, clientId: config.clientId })
  // After LOGOUT the library calls this hook once more; by then the run has ended, which is not worth an error.
  const onBrowser = auth.afterBrowserInitialized
  auth.afterBrowserInitialized = async () => (isInjected ? undefined : await onBrowser())

  const client = new ContainedClient({
    authStrategy: auth,
    authTimeoutMs: config.deadlines.startMs,
    webVersionCache: { type: 'none' },
    qrMaxRetries: config.qrMaxRetries,
    takeoverOnConflict: false,
    userAgent: windowedUserAgent(majorVersion),
    puppeteer: {
      executablePath: config.executablePath,
      // The name of the plain headless mode, which both the full browser and the headless shell have.
      headless: 'shell',
      // Ends the browser when this process is killed.
      pipe: true,
      acceptInsecureCerts: config.testPage !== null,
      protocolTimeout: config.deadlines.protocolMs,
      timeout: config.deadlines.startMs,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: launchArguments(config),
    },
  })
  return client
}
