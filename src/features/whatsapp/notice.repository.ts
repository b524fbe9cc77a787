import { sql } from 'kysely'
import type { NoticeTemplate } from '../../contracts/events/notices.ts'
import { columnsOf } from '../../platform/db/binary-array.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { Db } from '../database.ts'
import type { MessageState } from './whatsapp.domain.ts'

export type NewNotice = {
  id: string
  intakeId: string
  proposalId: string | null
  version: number
  sequence: number
  template: NoticeTemplate
  variables: Buffer
  createdAt: Date
  heldUntil?: Date
}

/**
 * Writes notices that are not there yet; answers with the intakes that have something new to say. A correction that takes nothing back,
 * because nothing was told since the last one, is left out.
 */
export async function insertNotices(executor: Db, notices: readonly NewNotice[]): Promise<string[]> {
  const column = columnsOf(notices)
  const { rows } = await sql<{ intakeId: string }>`
    ${prepared} INSERT INTO notice (id, intake_id, proposal_id, version, sequence, template, variables, created_at, held_until)
    SELECT added.id, added.intake_id, added.proposal_id, added.version, added.sequence, added.template,
      added.variables, added.created_at, added.held_until
    FROM unnest(
      ${column('uuid', (notice) => notice.id)}::uuid[],
      ${column('uuid', (notice) => notice.intakeId)}::uuid[],
      ${column('uuid', (notice) => notice.proposalId)}::uuid[],
      ${column('int4', (notice) => notice.version)}::integer[],
      ${column('int4', (notice) => notice.sequence)}::integer[],
      ${column('text', (notice) => notice.template)}::text[],
      ${column('bytea', (notice) => notice.variables)}::bytea[],
      ${column('timestamptz', (notice) => notice.createdAt)}::timestamptz[],
      ${column('timestamptz', (notice) => notice.heldUntil ?? null)}::timestamptz[])
      AS added (id, intake_id, proposal_id, version, sequence, template, variables, created_at, held_until)
    WHERE added.template <> 'correction_of_notice' OR EXISTS (
      SELECT FROM notice AS told
      WHERE told.proposal_id = added.proposal_id AND told.template NOT IN ('correction_of_notice', 'membership_visit')
        AND NOT EXISTS (
          SELECT FROM notice AS correction
          WHERE correction.proposal_id = told.proposal_id AND correction.template = 'correction_of_notice'
            AND (correction.version, correction.sequence) >= (told.version, told.sequence)
        )
    )
    ON CONFLICT DO NOTHING
    RETURNING intake_id AS "intakeId"`.execute(executor)
  return [...new Set(rows.map((row) => row.intakeId))]
}

/** One composer per intake at a time, until the end of the transaction. */
export async function lockIntakeNotices(executor: Db, intakeId: string): Promise<void> {
  await sql`${prepared} SELECT pg_advisory_xact_lock(hashtextextended(${`notice:${intakeId}`}, 0))`.execute(executor)
}

export type PendingNotice = {
  id: string
  proposalId: string | null
  template: string
  variables: Buffer
  createdAt: Date
  heldUntil: Date | null
}

/** Notices no message carries yet, in the order they were recorded. */
export async function listPendingNotices(executor: Db, intakeId: string): Promise<PendingNotice[]> {
  return await executor
    .selectFrom('notice')
    .modifyFront(prepared)
    .leftJoin('message_notice', 'message_notice.notice_id', 'notice.id')
    .select([
      'notice.id',
      'notice.proposal_id as proposalId',
      'notice.template',
      'notice.variables',
      'notice.created_at as createdAt',
      'notice.held_until as heldUntil',
    ])
    .where('notice.intake_id', '=', intakeId)
    .where('message_notice.notice_id', 'is', null)
    .orderBy('notice.id')
    .execute()
}

export async function linkNotices(executor: Db, messageId: string, noticeIds: readonly string[]): Promise<void> {
  await executor
    .insertInto('message_notice')
    .values(noticeIds.map((noticeId) => ({ notice_id: noticeId, message_id: messageId })))
    .execute()
}

/** Suppresses what names the household and waits for another number than this one, and answers with the messages. */
export async function suppressElsewhere(
  executor: Db,
  intakeId: string,
  to: { phoneIndex: Buffer; at: Date },
): Promise<string[]> {
  const rows = await executor
    .updateTable('message')
    .from('whatsapp_contact as contact')
    .set({
      state: 'suppressed',
      outcome_code: 'number_changed',
      suppressed_at: to.at,
      held_for: null,
      held_until: null,
    })
    .whereRef('contact.id', '=', 'message.contact_id')
    .where('contact.phone_index', '<>', to.phoneIndex)
    .where('message.intake_id', '=', intakeId)
    .where('message.state', '=', 'queued')
    .returning('message.id')
    .execute()
  return rows.map((row) => row.id)
}

/** What these messages said has not been told. */
export async function unlinkNotices(executor: Db, messageIds: readonly string[]): Promise<void> {
  await executor.deleteFrom('message_notice').where('message_id', 'in', messageIds).execute()
}

export type NoticeWithDelivery = {
  id: string
  template: string
  version: number
  createdAt: Date
  messageId: string | null
  state: MessageState | null
  outcome: string | null
  body: Buffer | null
  queuedAt: Date | null
  sentAt: Date | null
  deliveredAt: Date | null
  readAt: Date | null
  failedAt: Date | null
  heldFor: string | null
  heldUntil: Date | null
}

/** Everything the household was told about one proposal, the receipt of the visit included; oldest first. */
export async function listNoticesOfProposal(
  executor: Db,
  about: { proposalId: string; intakeId: string },
): Promise<NoticeWithDelivery[]> {
  const rows = await executor
    .selectFrom('notice')
    .leftJoin('message_notice', 'message_notice.notice_id', 'notice.id')
    .leftJoin('message', 'message.id', 'message_notice.message_id')
    .select([
      'notice.id',
      'notice.template',
      'notice.version',
      'notice.created_at as createdAt',
      'message.id as messageId',
      'message.state',
      'message.outcome_code as outcome',
      'message.body',
      'message.queued_at as queuedAt',
      'message.sent_at as sentAt',
      'message.delivered_at as deliveredAt',
      'message.read_at as readAt',
      'message.failed_at as failedAt',
      'message.held_for as heldFor',
      'message.held_until as heldUntil',
    ])
    .where((where) =>
      where.or([
        where('notice.proposal_id', '=', about.proposalId),
        where.and([where('notice.intake_id', '=', about.intakeId), where('notice.proposal_id', 'is', null)]),
      ]),
    )
    .orderBy('notice.id')
    .execute()
  return rows.map((row) => ({ ...row, state: row.state as MessageState | null }))
}
