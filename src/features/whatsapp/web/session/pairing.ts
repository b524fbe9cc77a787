import type { Logger } from 'pino'
import type { Clock } from '../../../../platform/clock.ts'
import type { Sealer } from '../../../../platform/crypto/sealer.ts'
import type { Db } from '../../../database.ts'
import { errorName } from '../../error-name.ts'
import { sealContext } from '../../seal-context.ts'
import { withDeadline } from '../../with-deadline.ts'
import type { Engine } from '../engine.ports.ts'
import { recordRequestOutcome, type SealedCode } from './session.repository.ts'

/** The library's own interval after which the page makes another one. */
const CODE_LIFE_MS = 180_000
/** A browser that shows no QR in that time has other troubles. */
const WANT_LIFE_MS = 2 * 60_000
const ASK_DEADLINE_MS = 30_000

export type Pairing = {
  /** A code for this number is wanted, as soon as a QR is shown. The newest wish counts. */
  want(requestId: string, phone: string): void
  /** Asks for the wanted code when it can be asked for. */
  advance(): void
  code(): SealedCode | null
  forgetCode(): void
}

/** The code that is typed on the phone instead of scanning. Kept sealed, in memory and in the database. */
export function createPairing(deps: {
  db: Db
  clock: Clock
  sealer: Sealer
  logger: Logger
  /** Only while a QR is shown. */
  findEngine(): Engine | undefined
  onChanged(): void
}): Pairing {
  const { db, clock, sealer, logger } = deps
  let wanted: { requestId: string; phone: string; until: Date } | undefined
  let code: SealedCode | null = null

  const end = (requestId: string, outcome: 'done' | 'refused'): void => {
    recordRequestOutcome(db, requestId, outcome).catch((error: unknown) =>
      logger.warn({ errorName: errorName(error) }, 'the outcome of a pairing code was not stored'),
    )
  }

  const ask = async (engine: Engine, requestId: string, phone: string): Promise<void> => {
    try {
      const text = await withDeadline(engine.requestPairingCode(phone), ASK_DEADLINE_MS)
      if (deps.findEngine() !== engine) return end(requestId, 'refused')
      const at = clock.now()
      const sealed = sealer.seal(text, sealContext.sessionPairingCode())
      code = { sealed, at, expiresAt: new Date(at.getTime() + CODE_LIFE_MS) }
      end(requestId, 'done')
    } catch (error) {
      logger.warn({ errorName: errorName(error) }, 'WhatsApp gave no pairing code')
      end(requestId, 'refused')
    }
    deps.onChanged()
  }

  return {
    want(requestId, phone) {
      if (wanted) end(wanted.requestId, 'refused')
      wanted = { requestId, phone, until: new Date(clock.now().getTime() + WANT_LIFE_MS) }
    },
    advance() {
      if (!wanted) return
      const { requestId, phone, until } = wanted
      const engine = deps.findEngine()
      if (engine) {
        wanted = undefined
        void ask(engine, requestId, phone)
      } else if (clock.now() > until) {
        wanted = undefined
        end(requestId, 'refused')
      }
    },
    code: () => code,
    forgetCode() {
      code = null
    },
  }
}
