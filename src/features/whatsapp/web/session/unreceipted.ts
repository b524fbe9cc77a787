// More than this without a receipt is an outage whatever the oldest one is.
const LIMIT = 10_000
// The first receipt is the server's, which comes in seconds: what lacks it for a day tells nothing about now.
const FORGET_MS = 24 * 60 * 60_000

/** Texts of the running browser that WhatsApp took and has said nothing about since. */
export type Unreceipted = {
  sent(gatewayMessageId: string, at: Date): void
  receipted(gatewayMessageId: string): void
  oldest(now: Date): Date | null
  /** A new browser: receipts of the old one's texts may have been lost with it, and settling asks for those. */
  clear(): void
}

export function createUnreceipted(): Unreceipted {
  // In the order of sending.
  const sentAt = new Map<string, Date>()
  // A receipt may come before the send has answered.
  const early = new Set<string>()
  return {
    sent(id, at) {
      if (early.delete(id)) return
      if (sentAt.size < LIMIT) sentAt.set(id, at)
    },
    receipted(id) {
      if (sentAt.delete(id)) return
      early.add(id)
      if (early.size > LIMIT) early.clear()
    },
    oldest(now) {
      for (const [id, at] of sentAt) {
        if (now.getTime() - at.getTime() < FORGET_MS) return at
        sentAt.delete(id)
      }
      return null
    },
    clear() {
      sentAt.clear()
      early.clear()
    },
  }
}
