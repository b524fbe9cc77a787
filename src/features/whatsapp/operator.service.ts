import type { Actor, Role } from '../../contracts/access.ts'
import {
  type OperatorMessages,
  type OperatorMessagesQuery,
  OUTCOME_CODES,
  type OutcomeCode,
  type ProposalMessages,
  type SettleMessage,
} from '../../contracts/api/whatsapp.ts'
import { HOLD_REASONS } from '../../contracts/api/whatsapp-pacing.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { NoticeTemplate } from '../../contracts/events/notices.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../database.ts'
import { leaveFailedHandOver } from './failed-hand-over.repository.ts'
import type { FormerNumbers } from './former-number.service.ts'
import { isoTime } from './iso-time.ts'
import { moveMessage, type Transition } from './message.repository.ts'
import { listNoticesOfProposal } from './notice.repository.ts'
import {
  findForOperator,
  listForOperator,
  lockForOperator,
  type OperatorRow,
  type OperatorScope,
} from './operator.repository.ts'
import { sealContext } from './seal-context.ts'
import { deliveryState, type MessageState, maskPhone } from './whatsapp.domain.ts'
import type { AuditTrail, ProposalAccess } from './whatsapp.ports.ts'

export const OPERATOR_ROLES: readonly Role[] = ['supervisor', 'admin']

export type Operator = {
  listProposalMessages(actor: Actor, requestId: string, proposalId: string): Promise<ProposalMessages>
  listMessages(actor: Actor, requestId: string, query: OperatorMessagesQuery): Promise<OperatorMessages>
  settleMessage(actor: Actor, requestId: string, messageId: string, settle: SettleMessage): Promise<void>
}

export function createOperator(deps: {
  db: Db
  clock: Clock
  sealer: Sealer
  outbox: Pick<Outbox, 'add' | 'listOpen'>
  audit: AuditTrail
  proposalAccess: ProposalAccess
  formerNumbers: FormerNumbers
}): Operator {
  const { db, clock, sealer, outbox, audit } = deps
  const holdOf = (row: { state: MessageState; heldFor: string | null; heldUntil: Date | null }) => ({
    heldFor: row.state === 'queued' ? (HOLD_REASONS.find((known) => known === row.heldFor) ?? null) : null,
    heldUntil: row.state === 'queued' ? isoTime(row.heldUntil) : null,
  })
  const outcomeOf = (code: string | null): OutcomeCode | null => OUTCOME_CODES.find((known) => known === code) ?? null

  /** Which of the messages nothing happens to by itself any more. */
  const listStuck = async (executor: Db, rows: readonly OperatorRow[]): Promise<Set<string>> => {
    const queued = rows.filter((row) => row.state === 'queued').map((row) => row.id)
    const moving = queued.length > 0 ? await outbox.listOpen(executor, 'whatsapp.send', queued) : new Set()
    const now = clock.now()
    return new Set(rows.filter((row) => needsPerson(row, now, moving.has(row.id))).map((row) => row.id))
  }

  const settleAs = async (tx: Tx, messageId: string, as: SettleMessage['as']): Promise<void> => {
    const at = clock.now()
    if (as === 'send_again') await leaveFailedHandOver(tx, messageId, at)
    if (!(await moveMessage(tx, messageId, { ...SETTLED[as], at, afresh: true, outcome: null }))) {
      throw new AppError('action_not_allowed')
    }
  }

  /** For a number that the household does not give any more, or where it was for. */
  const sendAgain = async (tx: Tx, row: OperatorRow, isFormer: boolean): Promise<void> => {
    if (isFormer && row.state === 'queued') return await deps.formerNumbers.suppress(tx, row)
    if (isFormer) return await deps.formerNumbers.replace(tx, row)
    await outbox.add(tx, [{ topic: 'whatsapp.send', key: row.id, payload: { messageId: row.id } }])
  }

  return {
    async listProposalMessages(actor, requestId, proposalId) {
      const { intakeId } = await deps.proposalAccess.require(actor, proposalId)
      const notices = await listNoticesOfProposal(db, { proposalId, intakeId })
      await audit.write(
        eventOf(actor, requestId, { action: 'read_messages', subjectType: 'proposal', subjectId: proposalId }),
      )
      return {
        items: notices.map((notice) => ({
          id: notice.id,
          template: notice.template as NoticeTemplate,
          version: notice.version,
          state: notice.state ? deliveryState(notice.state) : 'queued',
          outcome: outcomeOf(notice.outcome),
          body: notice.body && notice.messageId ? sealer.open(notice.body, sealContext.body(notice.messageId)) : null,
          createdAt: notice.createdAt.toISOString(),
          queuedAt: isoTime(notice.queuedAt),
          sentAt: isoTime(notice.sentAt),
          deliveredAt: isoTime(notice.deliveredAt),
          readAt: isoTime(notice.readAt),
          failedAt: isoTime(notice.failedAt),
          ...holdOf({ ...notice, state: notice.state ?? 'queued' }),
        })),
      }
    },

    async listMessages(actor, requestId, query) {
      // One look at both: a message that leaves in between would seem to be given up.
      const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
      const { rows, page, stuck } = await snapshot.execute(async (tx) => {
        const rows = await listForOperator(tx, {
          state: query.state,
          scope: scopeOf(actor),
          after: query.cursor,
          limit: query.limit + 1,
        })
        const page = rows.slice(0, query.limit)
        return { rows, page, stuck: await listStuck(tx, page) }
      })
      await audit.write(
        eventOf(actor, requestId, {
          action: 'read_messages',
          subjectType: 'message',
          subjectId: null,
          details: { state: query.state, shown: page.length },
        }),
      )
      return {
        items: page.map((row) => ({
          id: row.id,
          kind: row.kind,
          intakeId: row.intakeId,
          toMasked: maskPhone(sealer.open(row.recipient, sealContext.recipient(row.id))),
          reference: row.reference,
          state: deliveryState(row.state),
          outcome: outcomeOf(row.outcome),
          attempts: row.attempts,
          since: sinceOf(row).toISOString(),
          needsPerson: stuck.has(row.id),
          ...holdOf(row),
        })),
        nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
      }
    },

    async settleMessage(actor, requestId, messageId, { as }) {
      await db.transaction().execute(async (tx) => {
        const seen = await findForOperator(tx, messageId, scopeOf(actor))
        if (seen?.intakeId) await deps.formerNumbers.hold(tx, seen.intakeId)
        const row = await lockForOperator(tx, messageId, scopeOf(actor))
        if (!row) throw new AppError('not_found')
        if (row.replacedAt) throw new AppError('action_not_allowed')
        // While the gateway is still being asked it may turn out to have arrived, and the resident would be told twice.
        if (as === 'send_again' && !(await listStuck(tx, [row])).has(row.id)) throw new AppError('action_not_allowed')
        const isFormer = as === 'send_again' && (await deps.formerNumbers.isFormer(tx, row))
        // The bot answered whoever asked then; nobody else is told.
        if (isFormer && row.kind !== 'notice') throw new AppError('action_not_allowed')
        if (!isFormer) await settleAs(tx, messageId, as)
        await audit.record(tx, [
          eventOf(actor, requestId, {
            action: 'settle_message',
            subjectType: 'message',
            subjectId: messageId,
            details: isFormer ? { as, to: 'present_number' } : { as },
          }),
        ])
        // Last: it locks pieces of work.
        if (as === 'send_again') await sendAgain(tx, row, isFormer)
      })
    },
  }
}

/** `queued`: what was to send it has been given up after an hour of faults, and it never left. */
const SETTLED = {
  sent: { from: ['unknown'], to: 'sent' },
  send_again: { from: ['unknown', 'queued', 'failed'], to: 'queued' },
} as const satisfies Record<SettleMessage['as'], Pick<Transition, 'from' | 'to'>>

/** By then the gateway has been asked several times: what it could tell it has told. */
const SETTLED_WITHIN_MS = 10 * 60_000

const sinceOf = (row: OperatorRow): Date => {
  if (row.state === 'queued') return row.queuedAt
  return (row.state === 'failed' ? row.failedAt : row.unknownAt) ?? row.queuedAt
}

const needsPerson = (row: OperatorRow, now: Date, isMoving: boolean): boolean => {
  if (row.state === 'queued') return !isMoving
  return (
    row.state === 'failed' || (row.state === 'unknown' && now.getTime() - sinceOf(row).getTime() >= SETTLED_WITHIN_MS)
  )
}

const eventOf = (
  actor: Actor,
  requestId: string,
  event: Pick<AuditEvent, 'action' | 'subjectType' | 'subjectId' | 'details'>,
): AuditEvent => ({
  actorId: actor.userId,
  actorRole: actor.role,
  requestId,
  officeId: actor.officeId,
  regionCode: actor.regionCode,
  ...event,
})

/** As the operators' list, for one message by its region; null: an answer to a stranger. */
export function messageSeenBy(actor: Actor): (regionCode: string | null) => boolean {
  if (!OPERATOR_ROLES.includes(actor.role)) return () => false
  const { region, includeStrangers } = scopeOf(actor)
  return (regionCode) => (regionCode === null ? includeStrangers : isInSubtree(regionCode, region))
}

/** Everybody works for a region, admins too; answers to strangers belong to none, and somebody must see them. */
const scopeOf = (actor: Actor): OperatorScope => ({
  region: actor.regionCode,
  includeStrangers: actor.role === 'admin',
})
