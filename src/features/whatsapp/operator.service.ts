import type { Actor } from '../../contracts/access.ts'
import {
  type OperatorMessages,
  type OperatorMessagesQuery,
  OUTCOME_CODES,
  type OutcomeCode,
  type ProposalMessages,
  type SettleMessage,
} from '../../contracts/api/whatsapp.ts'
import type { NoticeTemplate } from '../../contracts/events/notices.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db } from '../database.ts'
import { isInScope, listForOperator, moveMessage, type OperatorScope } from './message.repository.ts'
import { listNoticesOfProposal } from './notice.repository.ts'
import { sealContext } from './seal-context.ts'
import { deliveryState, maskPhone } from './whatsapp.domain.ts'
import type { AuditTrail, ProposalAccess } from './whatsapp.ports.ts'

export type Operator = {
  listProposalMessages(actor: Actor, requestId: string, proposalId: string): Promise<ProposalMessages>
  listMessages(actor: Actor, query: OperatorMessagesQuery): Promise<OperatorMessages>
  settleMessage(actor: Actor, requestId: string, messageId: string, settle: SettleMessage): Promise<void>
}

export function createOperator(deps: {
  db: Db
  clock: Clock
  sealer: Sealer
  outbox: Pick<Outbox, 'add'>
  audit: AuditTrail
  proposalAccess: ProposalAccess
}): Operator {
  const { db, clock, sealer, outbox, audit } = deps
  const isoTime = (at: Date | null): string | null => at?.toISOString() ?? null
  const outcomeOf = (code: string | null): OutcomeCode | null => OUTCOME_CODES.find((known) => known === code) ?? null

  return {
    async listProposalMessages(actor, requestId, proposalId) {
      const { intakeId } = await deps.proposalAccess.require(actor, proposalId)
      const notices = await listNoticesOfProposal(db, { proposalId, intakeId })
      await audit.write({
        actorId: actor.userId,
        actorRole: actor.role,
        action: 'read_messages',
        subjectType: 'proposal',
        subjectId: proposalId,
        requestId,
        officeId: actor.officeId,
        regionCode: actor.regionCode,
      })
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
        })),
      }
    },

    async listMessages(actor, query) {
      const rows = await listForOperator(db, {
        state: query.state,
        scope: scopeOf(actor),
        after: query.cursor,
        limit: query.limit + 1,
      })
      const page = rows.slice(0, query.limit)
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
          since: (row.unknownAt ?? row.failedAt ?? new Date(0)).toISOString(),
        })),
        nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null,
      }
    },

    async settleMessage(actor, requestId, messageId, { as }) {
      await db.transaction().execute(async (tx) => {
        if (!(await isInScope(tx, messageId, scopeOf(actor)))) throw new AppError('not_found')
        const to = as === 'sent' ? 'sent' : 'queued'
        const at = clock.now()
        if (!(await moveMessage(tx, messageId, { from: ['unknown'], to, at }))) {
          throw new AppError('action_not_allowed')
        }
        await audit.record(tx, [
          {
            actorId: actor.userId,
            actorRole: actor.role,
            action: 'settle_message',
            subjectType: 'message',
            subjectId: messageId,
            requestId,
            officeId: actor.officeId,
            regionCode: actor.regionCode,
            details: { as },
          },
        ])
        if (as === 'send_again') {
          await outbox.add(tx, [{ topic: 'whatsapp.send', key: messageId, payload: { messageId } }])
        }
      })
    },
  }
}

/** Everybody works for a region, admins too; answers to strangers belong to none, and somebody must see them. */
const scopeOf = (actor: Actor): OperatorScope => ({
  region: actor.regionCode,
  includeStrangers: actor.role === 'admin',
})
