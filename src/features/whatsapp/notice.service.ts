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
import type { Contact } from './contact.repository.ts'
import { unlinkElsewhere } from './inbox/conversation.repository.ts'
import type { MessageMedia } from './message-media.ts'
import { type MessageWriter, PHONE_INDEX } from './message-writer.ts'
import {
  insertNotices,
  linkNotices,
  listPendingNotices,
  lockIntakeNotices,
  type PendingNotice,
  suppressElsewhere,
  unlinkNotices,
} from './notice.repository.ts'
import { RECEIPT_PICTURE_TEMPLATE, writeNoticeTemplate } from './notice-template.domain.ts'
import { writeNoticeMessage } from './notice-text.domain.ts'
import { sayableNow } from './retraction.domain.ts'
import { sealContext } from './seal-context.ts'
import type { ContactUnreachable, HouseholdProgress, IntakeContact, IntakeContactCard } from './whatsapp.ports.ts'

export type NoticeSettings = {
  /** How long the first outcome of a household waits for the others. */
  coalesceMs: number
  /** Where residents look up a status. */
  statusUrl: string
  /** Whether the receipt goes under a picture of its code. */
  receiptPicture: boolean
}

export type Notices = {
  /** See `Whatsapp.recordNotices`. */
  record(executor: Db, notices: readonly Notice[]): Promise<void>
  /** See `Whatsapp.leaveFormerNumber`. */
  leaveFormerNumber(tx: Tx, intakeId: string, phone: string): Promise<void>
  /** See `Whatsapp.tellAnew`. */
  tellAnew(tx: Tx, intakeId: string): Promise<void>
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
  contactUnreachable: Pick<ContactUnreachable, 'record'>
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
    told: readonly PendingNotice[],
    { takenBack = [], media = null }: { takenBack?: readonly PendingNotice[]; media?: MessageMedia | null } = {},
  ): Promise<void> => {
    const contact = await writer.findContact(tx, card.phone, 'share')
    const contents = (told.length > 0 ? told : takenBack).map(readContent)
    const frame = { ...card, headName: card.headFirstName, statusUrl: settings.statusUrl }
    const suppressedAs = told.length > 0 ? suppression(card, contact) : 'taken_back'
    const messageId = await writer.add(tx, {
      kind: 'notice',
      essential: false,
      intakeId,
      regionCode: card.regionCode,
      contactId: contact.id,
      phone: card.phone,
      timeZone: card.timeZone,
      suppressedAs,
      media,
      write: (reference) => writeNoticeMessage({ ...frame, reference }, contents),
      writeTemplate: (reference) => writeNoticeTemplate({ ...frame, reference }, contents),
    })
    const noticeIds = [...told, ...takenBack].map((notice) => notice.id)
    await linkNotices(tx, messageId, noticeIds)
    // Its owner may have said so of another household, or before this one gave it.
    if (suppressedAs === 'wrong_number') await deps.contactUnreachable.record(tx, intakeId, card.phone)
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
        intakeIds.map((intakeId) => {
          const dueAt = soonestOf(notices.filter((notice) => notice.intakeId === intakeId))
          return { topic: 'whatsapp.compose', key: intakeId, payload: { intakeId }, ...(dueAt ? { dueAt } : {}) }
        }),
      )
    },

    async leaveFormerNumber(tx, intakeId, phone) {
      await lockIntakeNotices(tx, intakeId)
      await deps.intakeContact.hold(tx, intakeId)
      const to = { phoneIndex: sealer.blindIndex(PHONE_INDEX, phone), at: clock.now() }
      await unlinkElsewhere(tx, intakeId, to.phoneIndex)
      const messageIds = await suppressElsewhere(tx, intakeId, to)
      if (messageIds.length > 0) await unlinkNotices(tx, messageIds)
    },

    async tellAnew(tx, intakeId) {
      await outbox.add(tx, [{ topic: 'whatsapp.compose', key: intakeId, payload: { intakeId } }])
    },

    async compose(tx, intakeId) {
      await lockIntakeNotices(tx, intakeId)
      const pending = await listPendingNotices(tx, intakeId)
      if (pending.length === 0) return
      const card = await deps.intakeContact.find(tx, intakeId)
      if (!card) return
      const received = pending.filter((notice) => notice.template === 'received')
      const outcomes = pending.filter((notice) => notice.template !== 'received')
      const picture = { link: card.receiptLink, templateName: RECEIPT_PICTURE_TEMPLATE }
      const media = settings.receiptPicture ? picture : null
      if (received.length > 0) await send(tx, intakeId, card, received, { media })
      const { told, takenBack, heldUntil } = sayableNow(outcomes, clock.now())
      const first = told[0] ?? takenBack[0]
      const dueAt = first ? await outcomesDueAt(tx, intakeId, first) : null
      const isDue = dueAt !== null && dueAt <= clock.now()
      if (isDue) await send(tx, intakeId, card, told, { takenBack })
      const later = [isDue ? null : dueAt, heldUntil].flatMap((time) => time ?? [])
      if (later.length === 0) return
      const next = new Date(Math.min(...later.map((time) => time.getTime())))
      await outbox.add(tx, [{ topic: 'whatsapp.compose', key: intakeId, payload: { intakeId }, dueAt: next }])
    },
  }
}

/** When the first of them may be said; undefined for at once. */
function soonestOf(notices: readonly Notice[]): Date | undefined {
  const times = notices.map(({ heldUntil }) => heldUntil?.getTime() ?? 0)
  const first = Math.min(...times)
  return first > 0 ? new Date(first) : undefined
}

function suppression(card: IntakeContactCard, contact: Contact): OutcomeCode | null {
  if (!card.consentWhatsapp) return 'no_consent'
  if (contact.wrongNumberAt) return 'wrong_number'
  return contact.optedOutAt ? 'opted_out' : null
}
