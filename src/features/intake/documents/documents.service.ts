import type { Actor } from '../../../contracts/access.ts'
import {
  type DocumentCreated,
  type DocumentLink,
  type DocumentLinked,
  type DocumentList,
  type DocumentUpload,
  UPLOAD_LIFETIME_HOURS,
} from '../../../contracts/api/documents.ts'
import type { AuditAction, AuditEvent } from '../../../contracts/audit-actions.ts'
import { PHOTOS_SINCE_CONSENT } from '../../../contracts/consent.ts'
import { isOpen } from '../../../contracts/lifecycle/states.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError, type FieldIssue } from '../../../platform/errors.ts'
import type { Ids } from '../../../platform/ids.ts'
import { PictureFault, type PictureFaultCode, type PictureReader } from '../../../platform/images/index.ts'
import type { Db, Tx } from '../../database.ts'
import type { IntakePorts } from '../intake.ports.ts'
import { findIntake, findProposal, listProposalsOfIntake, type ProposalRow } from '../proposal.repository.ts'
import { scopeOf } from '../scope.ts'
import type { IntakeSealing } from '../sealing.ts'
import type { DocumentLinks } from './document-links.ts'
import { lacksPerson, mayView, subjectOf } from './documents.domain.ts'
import {
  type Attachment,
  attachDocuments,
  countOwnUploads,
  type DocumentRow,
  deleteExpiredUploads,
  findContent,
  insertUpload,
  isVisible,
  listDocuments,
  listOwnUploads,
  lockConsentVersion,
  lockOwnUploads,
} from './documents.repository.ts'

const HOUR_MS = 60 * 60_000
/** Of one account at a time: a day's work of an agent without a network, and no way to fill the disk. */
const MAX_UPLOADS = 2000
const SWEPT_AT_ONCE = 500

const FAULTS: Record<PictureFaultCode, Omit<FieldIssue, 'path'>> = {
  unknown_kind: { code: 'file_kind_unknown' },
  broken: { code: 'file_broken' },
  too_many_pixels: { code: 'file_too_many_pixels' },
  too_slow: { code: 'file_too_slow' },
  locked: { code: 'file_locked' },
}

export type DocumentsDeps = {
  db: Db
  sealing: IntakeSealing
  clock: Clock
  ids: Ids
  pictures: PictureReader
  links: DocumentLinks
  keepLease(executor: Db, proposalId: string, userId: string): Promise<void>
  ports: IntakePorts
}

type Place = { intakeId: string; proposalId: string | null }

export function createDocuments(deps: DocumentsDeps) {
  const { db, sealing, clock, ids, pictures, links, keepLease, ports } = deps
  const scope = (actor: Actor) => scopeOf(actor, ports.regions.kabKotaIn)
  // Of this process; a scrape adds them up.
  let damaged = 0

  const event = (
    actor: Actor,
    action: AuditAction,
    subject: { type: string; id: string },
    requestId: string,
    details: Record<string, unknown>,
  ): AuditEvent => ({
    actorId: actor.userId,
    actorRole: actor.role,
    action,
    subjectType: subject.type,
    subjectId: subject.id,
    requestId,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
    details,
  })

  const linkFor = (actor: Actor, documentId: string): string | null =>
    mayView(actor) ? links.compose(documentId, actor.userId) : null

  const requireOpen = (proposals: readonly ProposalRow[]): void => {
    if (!proposals.some(({ snapshot }) => isOpen(snapshot.state))) throw new AppError('action_not_allowed')
  }

  /** The household that an upload names, if the caller may see it and somebody of it is not done yet; null when it names none. */
  const findPlace = async (actor: Actor, { kind, intakeId, proposalId }: DocumentUpload): Promise<Place | null> => {
    if (proposalId !== undefined) {
      const row = await findProposal(db, scope(actor), proposalId)
      if (!row || (intakeId !== undefined && intakeId.toLowerCase() !== row.intakeId)) throw new AppError('not_found')
      requireOpen([row])
      return { intakeId: row.intakeId, proposalId: subjectOf(kind, row.proposalId) }
    }
    if (intakeId === undefined) return null
    if (lacksPerson(kind, null)) {
      throw new AppError('invalid_input', { issues: [{ path: 'proposalId', code: 'document_person_missing' }] })
    }
    const intake = await findIntake(db, scope(actor), intakeId)
    if (!intake) throw new AppError('not_found')
    requireOpen(await listProposalsOfIntake(db, scope(actor), intakeId))
    return { intakeId: intake.id, proposalId: null }
  }

  const readPicture = async (file: Uint8Array) => {
    try {
      return await pictures.read(Buffer.from(file.buffer, file.byteOffset, file.byteLength))
    } catch (error) {
      if (!(error instanceof PictureFault)) throw error
      const issue = { path: 'file', ...FAULTS[error.code] }
      throw new AppError('invalid_input', { issues: [issue], cause: error })
    }
  }

  const refuseUnavailable = (ids: readonly string[], found: readonly string[]): void => {
    const issues = ids.flatMap((id, index) =>
      found.includes(id.toLowerCase()) ? [] : [{ path: `documents.${index}.id`, code: 'document_not_available' }],
    )
    if (issues.length > 0) throw new AppError('invalid_input', { issues })
  }

  const show = async (actor: Actor, rows: readonly DocumentRow[]): Promise<DocumentList> => {
    const names = await ports.accounts.listNames(db, [...new Set(rows.map(({ uploadedBy }) => uploadedBy))])
    return {
      items: rows.map((row) => ({
        id: row.id,
        kind: row.kind,
        proposalId: row.proposalId,
        uploadedAt: row.uploadedAt.toISOString(),
        uploadedBy: { id: row.uploadedBy, name: names.get(row.uploadedBy) ?? '' },
        addedAt: (row.addedAt ?? row.uploadedAt).toISOString(),
        supersededAt: row.supersededAt?.toISOString() ?? null,
        width: row.width,
        height: row.height,
        contentUrl: linkFor(actor, row.id),
      })),
    }
  }

  /**
   * Locks the uploads that an intake or a correction names, for the rest of the transaction. Refuses with `invalid_input` those that
   * are not the caller's, that a household has, or whose time is over.
   */
  const reserve = async (tx: Tx, actor: Actor, documentIds: readonly string[]): Promise<void> => {
    if (documentIds.length === 0) return
    refuseUnavailable(documentIds, await lockOwnUploads(tx, documentIds, actor.userId, clock.now()))
  }

  /** After `reserve`, in the same transaction: the household has them now. Audited. Refuses with `photos_not_agreed`. */
  const attach = async (
    tx: Tx,
    actor: Actor,
    given: { intakeId: string; attachments: readonly Attachment[]; requestId: string },
  ): Promise<void> => {
    const { intakeId, attachments, requestId } = given
    if (attachments.length === 0) return
    const heard = await lockConsentVersion(tx, intakeId)
    if (heard === undefined || heard < PHOTOS_SINCE_CONSENT) throw new AppError('photos_not_agreed')
    await attachDocuments(tx, { intakeId, attachments, by: actor.userId, at: clock.now() })
    await ports.audit.record(
      tx,
      attachments.map(({ id, kind }) =>
        event(actor, 'attach_document', { type: 'document', id }, requestId, { kind, intakeId }),
      ),
    )
  }

  return {
    reserve,
    attach,

    /** Before anything is written: refuses as `reserve` does. */
    async requireAvailable(actor: Actor, documentIds: readonly string[]): Promise<void> {
      if (documentIds.length === 0) return
      refuseUnavailable(documentIds, await listOwnUploads(db, documentIds, actor.userId, clock.now()))
    },

    /**
     * Keeps a photo, made anew without its metadata and sealed. Without a household it is the caller's own for 24 hours. With one it
     * takes the place of the former of its kind. Refuses `invalid_input` (naming `file` and what to do), `not_found`,
     * `action_not_allowed` (everybody of the household is done), `photos_not_agreed` (it was told that none are kept). Not idempotent: a repeated upload is one more.
     */
    async upload(actor: Actor, input: DocumentUpload, requestId: string): Promise<DocumentCreated> {
      const { kind } = input
      const place = await findPlace(actor, input)
      if ((await countOwnUploads(db, actor.userId, clock.now())) >= MAX_UPLOADS) {
        throw new AppError('rate_limited', { details: { retryAfterSeconds: HOUR_MS / 1000 } })
      }
      const { jpeg, width, height } = await readPicture(input.file)
      const id = ids.next()
      const uploadedAt = clock.now()
      const expiresAt = new Date(uploadedAt.getTime() + UPLOAD_LIFETIME_HOURS * HOUR_MS)
      const sealed = sealing.sealDocument(id, jpeg)
      await db.transaction().execute(async (tx) => {
        await insertUpload(tx, { id, kind, width, height, uploadedBy: actor.userId, uploadedAt, expiresAt, sealed })
        await ports.audit.record(tx, [event(actor, 'upload_document', { type: 'document', id }, requestId, { kind })])
        if (place === null) return
        const attachments = [{ id, kind, proposalId: place.proposalId }]
        await attach(tx, actor, { intakeId: place.intakeId, attachments, requestId })
      })
      return {
        id,
        kind,
        intakeId: place?.intakeId ?? null,
        proposalId: place?.proposalId ?? null,
        uploadedAt: uploadedAt.toISOString(),
        expiresAt: place === null ? expiresAt.toISOString() : null,
        width,
        height,
        contentUrl: linkFor(actor, id),
      }
    },

    /** Everything of a household, newest first. Audited before it is shown. Outside the caller's scope: `not_found`. */
    async listOfIntake(actor: Actor, intakeId: string, requestId: string): Promise<DocumentList> {
      if (!(await findIntake(db, scope(actor), intakeId))) throw new AppError('not_found')
      const subject = { type: 'intake', id: intakeId }
      await ports.audit.write(event(actor, 'read_intake', subject, requestId, { part: 'documents' }))
      return await show(actor, await listDocuments(db, intakeId, null))
    },

    /** What is about one person or the household. As `listOfIntake`; the holder's look renews the lease. */
    async listOfProposal(actor: Actor, proposalId: string, requestId: string): Promise<DocumentList> {
      const row = await findProposal(db, scope(actor), proposalId)
      if (!row) throw new AppError('not_found')
      const subject = { type: 'proposal', id: proposalId }
      await Promise.all([
        ports.audit.write(event(actor, 'read_proposal', subject, requestId, { part: 'documents' })),
        keepLease(db, proposalId, actor.userId),
      ])
      return await show(actor, await listDocuments(db, row.intakeId, proposalId))
    },

    /**
     * A new link to a document of a household in the caller's scope, or to an upload of their own: they live shorter than a form takes.
     * Shows nothing, so nothing is audited. Else `not_found`.
     */
    async renewLink(actor: Actor, documentId: string): Promise<DocumentLinked> {
      const caller = { scope: scope(actor), userId: actor.userId, now: clock.now() }
      if (!(await isVisible(db, caller, documentId))) throw new AppError('not_found')
      return { contentUrl: linkFor(actor, documentId.toLowerCase()) }
    },

    /**
     * The picture behind a link of the caller's own. Audited before it is shown. Refuses `document_link_expired` (over, altered, or
     * given to another account), `not_found` and `document_damaged` (missing or altered where it is kept; counted).
     */
    async getContent(actor: Actor, documentId: string, link: DocumentLink, requestId: string): Promise<Buffer> {
      if (!links.isGood(documentId, actor.userId, link)) throw new AppError('document_link_expired')
      const caller = { scope: scope(actor), userId: actor.userId, now: clock.now() }
      const found = await findContent(db, caller, documentId)
      if (!found) throw new AppError('not_found')
      const { kind, intakeId, sealed } = found
      const subject = { type: 'document', id: documentId.toLowerCase() }
      await ports.audit.write(event(actor, 'read_document', subject, requestId, { kind, intakeId }))
      try {
        if (sealed === null) throw new Error('the picture is missing')
        return sealing.openDocument(subject.id, sealed)
      } catch (cause) {
        damaged += 1
        throw new AppError('document_damaged', { cause })
      }
    },

    /** Deletes uploads whose day is over without a household. Repeatable, anywhere. Returns how many. */
    async sweep(): Promise<number> {
      let total = 0
      for (let deleted = SWEPT_AT_ONCE; deleted === SWEPT_AT_ONCE; total += deleted) {
        deleted = await deleteExpiredUploads(db, clock.now(), SWEPT_AT_ONCE)
      }
      return total
    },

    /** Pictures that this process could not open since it started. */
    countDamaged: (): number => damaged,
  }
}
export type Documents = ReturnType<typeof createDocuments>
