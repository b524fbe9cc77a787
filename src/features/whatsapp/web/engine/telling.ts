import type { Logger } from 'pino'
import type { Peer } from '../../whatsapp.ports.ts'
import { withDeadline } from '../../with-deadline.ts'
import { toPeer } from './message.domain.ts'

/** A wish must hold within seconds, and holds under either name of a person. */
const WISH_WAITS_MS = 1_000

export type Telling = {
  /** Tells after everything that was to be told in order before, once the page has said who is behind the address. */
  inOrder(address: string, tell: (peer: Peer) => void): void
  /** Tells before what waits in order, and under the address alone when the page is slow to say who that is. */
  soon(address: string, tell: (peer: Peer) => void): void
  /** Everything so far was told. */
  untilTold(): Promise<void>
}

/**
 * Reports name people, and a page under load takes its time to say who somebody is. The end of the run drops nothing of what is to be
 * told: there is nobody to ask any more, and the address names the person too.
 */
export function createTelling(deps: {
  peerOf(address: string): Promise<Peer>
  ended: Promise<void>
  logger: Logger
}): Telling {
  const { logger } = deps
  let ordered: Promise<void> = Promise.resolve()
  const soonest = new Set<Promise<void>>()

  const peerOf = async (address: string): Promise<Peer> =>
    await Promise.race([deps.peerOf(address), deps.ended.then(() => toPeer(address))])
  const noteFailure = (error: unknown): void =>
    logger.error({ err: error }, 'a message of the WhatsApp page was not reported')

  return {
    inOrder(address, tell) {
      ordered = ordered.then(async () => tell(await peerOf(address))).catch(noteFailure)
    },
    soon(address, tell) {
      const told = withDeadline(peerOf(address), WISH_WAITS_MS)
        .catch(() => toPeer(address))
        .then(tell)
        .catch(noteFailure)
        .finally(() => soonest.delete(told))
      soonest.add(told)
    },
    async untilTold() {
      await Promise.all([ordered, ...soonest])
    },
  }
}
