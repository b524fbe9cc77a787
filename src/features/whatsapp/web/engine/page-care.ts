import type { Logger } from 'pino'
import type { Client } from 'whatsapp-web.js'
import { withDeadline } from '../../with-deadline.ts'
import { answerDialog } from './in-page.ts'

export type PageCare = {
  /**
   * Photos, videos, voices and documents that residents send stay where they are: nobody here may see them, and an identity card does
   * not belong into a browser's profile. Resolves when it was tried; a build that does not let us is told in the log, and used all the same.
   */
  keepNoMedia(): Promise<void>
  /**
   * Closes what stands in front of a connected page, such as "What's new": left open it is said to end in a log-out. Tries Escape first,
   * and a look later the only button of it; one that leaves a choice is left to a person. Never seen on the live page.
   */
  dismissDialog(): Promise<void>
}

/** What is done to a page that works, so that it keeps working and keeps little. Nothing of it fails. */
export function createPageCare(deps: { client(): Client | undefined; callMs: number; logger: Logger }): PageCare {
  const { callMs, logger } = deps
  let last = 'none'
  return {
    async dismissDialog() {
      const page = deps.client()?.pupPage
      if (!page) return
      try {
        const found = await withDeadline(page.evaluate(answerDialog), callMs)
        if (found === 'new') await withDeadline(page.keyboard.press('Escape'), callMs)
        if (found !== 'none' && found !== last)
          logger.info({ dialog: found }, 'a dialog stands in front of the WhatsApp page')
        last = found
      } catch {
        // The next look tries again.
      }
    },

    async keepNoMedia() {
      const client = deps.client()
      if (!client) return
      const settings = {
        photos: () => client.setAutoDownloadPhotos(false),
        videos: () => client.setAutoDownloadVideos(false),
        audio: () => client.setAutoDownloadAudio(false),
        documents: () => client.setAutoDownloadDocuments(false),
      }
      const failed: string[] = []
      for (const [kind, forbid] of Object.entries(settings)) {
        await withDeadline(forbid(), callMs).catch(() => failed.push(kind))
      }
      if (failed.length > 0 && deps.client()) logger.warn({ failed }, 'the WhatsApp page may keep what residents send')
    },
  }
}
