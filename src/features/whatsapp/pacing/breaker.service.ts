import type { Logger } from 'pino'
import type { Actor } from '../../../contracts/access.ts'
import type { BreakerScope, BreakerState, HoldReason } from '../../../contracts/api/whatsapp-pacing.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Outbox } from '../../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../../database.ts'
import { isoTime } from '../iso-time.ts'
import { systemEvent } from '../system-event.ts'
import type { AccountTrouble, AuditTrail } from '../whatsapp.ports.ts'
import { type Breaker, closeBreaker, tripBreaker, troubleCode } from './breaker.domain.ts'
import { countHeld, findAccount, lockAccount, recordBreaker } from './pacing.repository.ts'
import { wakeHeld } from './wake.ts'

export type PacingStats = {
  breaker: BreakerState['state']
  /** Whom it keeps from being written to; null while it is closed. */
  scope: BreakerScope | null
  held: Partial<Record<HoldReason, number>>
}

export type BreakerSwitch = {
  /** After trouble that a transport reports. Repeatable: the same trouble opens it once, with one line in the log and one audit entry. */
  trip(trouble: AccountTrouble): Promise<void>
  /**
   * A message was refused with trouble of the account, which the transport has reported already. Opens the breaker as wide as the
   * refusal proves, should it not be: who was refused although they wrote to us would be tried again and again. In the caller's transaction.
   */
  noteRefused(tx: Tx, messageId: string, scope: BreakerScope): Promise<void>
  /**
   * A message left: closes the breaker if that one was to show it, in the caller's transaction. True: it did, and once that is committed the
   * caller lets go what waited (`wake`).
   */
  noteSent(tx: Tx, messageId: string): Promise<boolean>
  /** Whatever waited for the breaker tries again. Repeatable. */
  wake(): Promise<void>
  read(): Promise<BreakerState>
  /** For metrics: whether it is open, and how many messages are held for which reason. */
  stats(): Promise<PacingStats>
  /** A person closes it, and what waited goes on. Repeatable: closing what is closed only wakes again. */
  close(actor: Actor, requestId: string): Promise<BreakerState>
}

/** Null: only a person closes it. */
const probeTimeOf = (open: Breaker['open']): string | null =>
  open?.scope === 'account' ? open.probeAt.toISOString() : null

export function createBreakerSwitch(deps: {
  db: Db
  clock: Clock
  logger: Logger
  outbox: Pick<Outbox, 'add'>
  audit: AuditTrail
  gateway: string
}): BreakerSwitch {
  const { db, clock, logger, outbox, audit, gateway } = deps
  const about = { subjectType: 'whatsapp_account', subjectId: gateway } as const

  const trip = async (tx: Tx, { scope: told, code: reported, at }: AccountTrouble): Promise<Breaker | null> => {
    const now = clock.now()
    const { breaker } = await lockAccount(tx, gateway, now)
    const tripped = tripBreaker(breaker, { scope: told, code: troubleCode(reported), at, now })
    if (!tripped?.open) return null
    await recordBreaker(tx, gateway, tripped)
    const { scope, code } = tripped.open
    const details = { gateway, scope, code, trips: tripped.trips, probeAt: probeTimeOf(tripped.open) }
    await audit.record(tx, [systemEvent({ ...about, action: 'open_breaker', details })])
    return tripped
  }

  const alert = ({ open, trips }: Breaker): void => {
    logger.error(
      { gateway, scope: open?.scope, code: open?.code, trips, probeAt: probeTimeOf(open) },
      'trouble of the WhatsApp account: messages wait until a person closes the breaker or, if all wait, a probe gets through',
    )
  }

  const close = async (tx: Tx, breaker: Breaker, by: 'person' | 'probe'): Promise<void> => {
    await recordBreaker(tx, gateway, closeBreaker(breaker, by, clock.now()))
  }
  const wake = (): Promise<void> => wakeHeld({ db, outbox }, ['breaker', 'order'])

  const stateOf = (open: Breaker['open']): BreakerState['state'] => {
    if (open === null) return 'closed'
    return open.probeId === null ? 'open' : 'half_open'
  }

  const look = async (): Promise<{ open: Breaker['open']; held: PacingStats['held'] }> => ({
    open: (await findAccount(db, gateway))?.breaker.open ?? null,
    held: await countHeld(db),
  })

  const read: BreakerSwitch['read'] = async () => {
    const { open, held } = await look()
    return {
      gateway,
      state: stateOf(open),
      scope: open?.scope ?? null,
      code: open?.code ?? null,
      openedAt: isoTime(open?.openedAt ?? null),
      probeAt: probeTimeOf(open),
      // Woken when it closed, they are on their way.
      waiting: open === null ? 0 : (held.breaker ?? 0),
    }
  }

  return {
    read,

    async stats() {
      const { open, held } = await look()
      return { breaker: stateOf(open), scope: open?.scope ?? null, held }
    },

    async trip(trouble) {
      const tripped = await db.transaction().execute((tx) => trip(tx, trouble))
      if (tripped) alert(tripped)
    },

    async noteRefused(tx, messageId, scope) {
      const now = clock.now()
      const { open } = (await lockAccount(tx, gateway, now)).breaker
      // While another one tries, that one shows how it is.
      if (open && open.probeId !== null && open.probeId !== messageId) return
      const tripped = await trip(tx, { scope, code: open?.code ?? 'account_trouble', at: now })
      if (tripped) alert(tripped)
    },

    async noteSent(tx, messageId) {
      if ((await findAccount(tx, gateway))?.breaker.open?.probeId !== messageId) return false
      const { breaker } = await lockAccount(tx, gateway, clock.now())
      if (breaker.open?.probeId !== messageId) return false
      await audit.record(tx, [systemEvent({ ...about, action: 'close_breaker', details: { gateway, by: 'probe' } })])
      await close(tx, breaker, 'probe')
      logger.info({ gateway }, 'a probe got through: the WhatsApp account is in use again')
      return true
    },

    wake,

    async close(actor, requestId) {
      await db.transaction().execute(async (tx) => {
        const { breaker } = await lockAccount(tx, gateway, clock.now())
        if (!breaker.open) return
        const { scope, code } = breaker.open
        const details = { gateway, by: 'person', scope, code }
        const { officeId, regionCode } = actor
        const who = { actorId: actor.userId, actorRole: actor.role, requestId, officeId, regionCode }
        await audit.record(tx, [{ ...who, ...about, action: 'close_breaker', details }])
        await close(tx, breaker, 'person')
      })
      // Even when it was closed before: whoever closed it may have ended in between.
      await wake()
      return await read()
    },
  }
}
