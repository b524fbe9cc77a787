import type { OutcomeCode } from '../../contracts/api/whatsapp.ts'
import {
  NOTICE_VARIABLES,
  type Notice,
  type NoticeContent,
  type NoticeTemplate,
} from '../../contracts/events/notices.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../database.ts'
import type { MessageWriter } from './message-writer.ts'
import {
  insertNotices,
  linkNotices,
  listPendingNotices,
  lockIntakeNotices,
  type PendingNotice,
} from './notice.repository.ts'
import { writeNoticeMessage } from './notice-text.domain.ts'
import { withoutTakenBack } from './retraction.domain.ts'
import { sealContext } from './seal-context.ts'
import type { HouseholdProgress, IntakeContact, IntakeContactCard } from './whatsapp.ports.ts'

export type NoticeSettings = {
  /** How long the first outcome of a household waits for the others. */
  coalesceMs: number
  /** Where residents look up a status. */
  statusUrl: string
}

export type Notices = {
  /** See `Whatsapp.recordNotices`. */
  record(executor: Db, notices: readonly Notice[]): Promise<void>
  /** Puts the notices of one intake that are due into messages; the others stay for a later run, which it asks for. Repeatable. */
  compose(tx: Tx, intakeId: string): Promise<void>
}

export type NoticeDeps = {
  clock: Clock
  ids: Ids
  sealer: Sealer
  outbox: Pick<Outbox, 'add'>
  writer: MessageWriter
  intakeContact: IntakeContact
  householdProgress: HouseholdProgress
  settings: NoticeSettings
}

export function createNotices(deps: NoticeDeps): Notices {
  const { clock, ids, sealer, outbox, writer, settings } = deps

  const readContent = (notice: PendingNotice): NoticeContent => {
    const template = notice.template as NoticeTemplate
    const variables: unknown = JSON.parse(sealer.open(notice.variables, sealContext.variables(notice.id)))
    // The schema of a template belongs to the variables of the same template; the compiler cannot follow that through the index.
    return { template, variables: NOTICE_VARIABLES[template].parse(variables) } as NoticeContent
  }

  const send = async (
    tx: Tx,
    intakeId: string,
    card: IntakeContactCard,
    notices: readonly PendingNotice[],
  ): Promise<void> => {
    const contact = await writer.findContact(tx, card.phone, 'share')
    const left = withoutTakenBack(notices)
    const contents = (left.length > 0 ? left : notices).map(readContent)
    const frame = { ...card, headName: card.headFirstName, statusUrl: settings.statusUrl }
    const messageId = await writer.add(tx, {
      kind: 'notice',
      essential: false,
      intakeId,
      regionCode: card.regionCode,
      contactId: contact.id,
      phone: card.phone,
      suppressedAs: left.length > 0 ? suppression(card, contact.optedOutAt) : 'taken_back',
      write: (reference) => writeNoticeMessage({ ...frame, reference }, contents),
    })
    const noticeIds = notices.map((notice) => notice.id)
    await linkNotices(tx, messageId, noticeIds)
  }

  /** When the outcomes of a household go out: now, or at the end of the first one's waiting time. */
  const outcomesDueAt = async (tx: Tx, intakeId: string, first: PendingNotice): Promise<Date> => {
    const now = clock.now()
    const windowEnd = new Date(first.createdAt.getTime() + settings.coalesceMs)
    if (windowEnd <= now || (await deps.householdProgress.isSettled(tx, intakeId))) return now
    return windowEnd
  }

  return {
    async record(executor, notices) {
      if (notices.length === 0) return
      const createdAt = clock.now()
      const rows = notices.map((notice) => {
        const parsed = NOTICE_VARIABLES[notice.template].safeParse(notice.variables)
        if (!parsed.success) throw new AppError('internal_error', { cause: parsed.error })
        const id = ids.next()
        const variables = sealer.seal(JSON.stringify(parsed.data), sealContext.variables(id))
        return { ...notice, id, variables, createdAt }
      })
      const intakeIds = await insertNotices(executor, rows)
      await outbox.add(
        executor,
        intakeIds.map((intakeId) => ({ topic: 'whatsapp.compose', key: intakeId, payload: { intakeId } })),
      )
    },

    async compose(tx, intakeId) {
      await lockIntakeNotices(tx, intakeId)
      const pending = await listPendingNotices(tx, intakeId)
      if (pending.length === 0) return
      const card = await deps.intakeContact.find(tx, intakeId)
      if (!card) return
      const received = pending.filter((notice) => notice.template === 'received')
      const outcomes = pending.filter((notice) => notice.template !== 'received')
      if (received.length > 0) await send(tx, intakeId, card, received)
      const [first] = outcomes
      if (!first) return
      const dueAt = await outcomesDueAt(tx, intakeId, first)
      if (dueAt <= clock.now()) return await send(tx, intakeId, card, outcomes)
      await outbox.add(tx, [{ topic: 'whatsapp.compose', key: intakeId, payload: { intakeId }, dueAt }])
    },
  }
}

function suppression(card: IntakeContactCard, optedOutAt: Date | null): OutcomeCode | null {
  if (!card.consentWhatsapp) return 'no_consent'
  return optedOutAt ? 'opted_out' : null
}
