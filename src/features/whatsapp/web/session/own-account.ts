import type { Logger } from 'pino'
import type { Sealer } from '../../../../platform/crypto/sealer.ts'
import type { Db } from '../../../database.ts'
import { errorName } from '../../error-name.ts'
import { findOwnNumber, recordOwnNumber } from './session.repository.ts'

const OWN_NUMBER_INDEX = 'whatsapp_own_number'

/** Notices when another number is linked than the last time. Only a keyed hash of it is kept. */
export type OwnAccount = {
  /** A run is in sync under this number (E.164 digits); null: the page does not tell it, and nothing follows. */
  linked(number: string | null): void
  /** Compares what was linked with what is remembered, again until that works. Under the token of the lease. */
  advance(token: number): Promise<void>
  /** False from `linked` until it is known whether the account is a new one, and a new one has been told of. */
  isSettled(): boolean
}

export function createOwnAccount(deps: {
  db: Db
  sealer: Sealer
  logger: Logger
  /** May come twice for one change: what it told is remembered after it. */
  onNew(): Promise<void>
  onSettled(): void
}): OwnAccount {
  const { db, sealer, logger } = deps
  let open: Buffer | undefined
  let advancing: Promise<void> | undefined

  const compare = async (index: Buffer, token: number): Promise<void> => {
    const known = await findOwnNumber(db)
    if (known === null || !known.equals(index)) {
      logger.warn({ isFirst: known === null }, 'another WhatsApp number is linked: its warm-up begins')
      await deps.onNew()
      await recordOwnNumber(db, token, index)
    }
    if (open !== index) return
    open = undefined
    deps.onSettled()
  }

  return {
    linked(number) {
      open = number === null ? undefined : sealer.blindIndex(OWN_NUMBER_INDEX, number)
    },
    async advance(token) {
      if (open === undefined) return
      advancing ??= compare(open, token)
        .catch((error: unknown) => {
          logger.warn({ errorName: errorName(error) }, 'whether the WhatsApp number is a new one is not known yet')
        })
        .finally(() => {
          advancing = undefined
        })
      await advancing
    },
    isSettled: () => open === undefined,
  }
}
