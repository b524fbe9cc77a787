import { sql } from 'kysely'
import { NOTICE_TEMPLATES, type NoticeTemplate } from '../../contracts/events/notices.ts'
import type { Db } from '../database.ts'

export type Carried = { templates: NoticeTemplate[]; proposalIds: string[] }

const isTemplate = (name: string): name is NoticeTemplate => NOTICE_TEMPLATES.some((known) => known === name)

/** The notices that each message carries, and whose they are; a message without notices is left out. */
export async function listCarried(executor: Db, messageIds: readonly string[]): Promise<Map<string, Carried>> {
  if (messageIds.length === 0) return new Map()
  const rows = await executor
    .selectFrom('message_notice')
    .innerJoin('notice', 'notice.id', 'message_notice.notice_id')
    .select(['message_notice.message_id as messageId', 'notice.template', 'notice.proposal_id as proposalId'])
    .where('message_notice.message_id', '=', sql<string>`ANY(${messageIds}::uuid[])`)
    .orderBy('notice.id')
    .execute()
  const carried = new Map<string, Carried>()
  for (const { messageId, template, proposalId } of rows) {
    const of = carried.get(messageId) ?? { templates: [], proposalIds: [] }
    carried.set(messageId, of)
    if (isTemplate(template) && !of.templates.includes(template)) of.templates.push(template)
    if (proposalId !== null && !of.proposalIds.includes(proposalId)) of.proposalIds.push(proposalId)
  }
  return carried
}
