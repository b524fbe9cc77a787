import type { Actor } from '../../../contracts/access.ts'
import { LIST_REFUSED_SHARE_MAX, type ListInput, type ListKind, type ListView } from '../../../contracts/api/lists.ts'
import type { AuditAction, AuditEvent } from '../../../contracts/audit-actions.ts'
import { LIST_FILE_MEGABYTES } from '../../../contracts/list-terms.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Language } from '../../../contracts/text/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db, Tx } from '../../database.ts'
import type { AuditTrail, ListWork, RegionNames } from '../bpjs.ports.ts'
import { hashFile, sealPart } from './list-file-parts.ts'
import {
  changeList,
  findList,
  findListAround,
  findSameFile,
  insertList,
  listCurrent,
  listLists,
  lockList,
  lockRegionLists,
  putPart,
  type StoredList,
  sumParts,
} from './list-import.repository.ts'
import { type ListsAround, viewOf } from './list-view.ts'

export type Caller = { actor: Actor; requestId: string; language: Language }

export type ListsDeps = {
  db: Db
  sealer: Sealer
  clock: Clock
  ids: Ids
  audit: AuditTrail
  work: ListWork
  regions: RegionNames
  timeZone: string
}

const LISTS_SHOWN = 100
const KAB_KOTA_LENGTH = 5
const OPEN_STATES = ['uploading', 'uploaded', 'parsing', 'dry_run_ready'] as const

export function createLists({ db, sealer, clock, ids, audit, work, regions, timeZone }: ListsDeps) {
  const event = (
    caller: Caller,
    action: AuditAction,
    list: StoredList,
    details: Record<string, unknown>,
  ): AuditEvent => ({
    actorId: caller.actor.userId,
    actorRole: caller.actor.role,
    action,
    subjectType: 'list',
    subjectId: list.id,
    requestId: caller.requestId,
    officeId: caller.actor.officeId,
    regionCode: list.regionCode,
    details: { kind: list.kind, month: list.month, ...details },
  })

  const around = async (lists: readonly StoredList[]): Promise<ListsAround> => {
    const kinds = [...new Set(lists.map(({ kind }) => kind))]
    const current = await Promise.all(kinds.map((kind) => listCurrent(db, { kind })))
    return { current: new Set(current.flat().map(({ id }) => id)), nameOf: regions.nameOf }
  }

  const show = async (id: string, language: Language): Promise<ListView> => {
    const list = await findList(db, id)
    if (!list) throw new AppError('not_found')
    return viewOf(list, await around([list]), language)
  }

  /** A list that the caller may work on: of the own region, not of one around it. */
  const lockOwn = async (tx: Tx, { actor }: Caller, id: string): Promise<StoredList> => {
    const list = await lockList(tx, id)
    const isOwn = list && (list.regionCode === actor.regionCode || list.regionCode.startsWith(`${actor.regionCode}.`))
    if (!isOwn) throw new AppError('not_found')
    return list
  }

  return {
    /**
     * Begins a list; its file comes in parts. Throws `forbidden` for a caller of less than a kab/kota, whose list would be of more than
     * the own region, and `invalid_input` for a month that has not begun.
     */
    async create(caller: Caller, input: ListInput): Promise<ListView> {
      const { regionCode } = caller.actor
      if (regionCode.length > KAB_KOTA_LENGTH) throw new AppError('forbidden')
      if (input.month > dayInZone(clock.now(), timeZone).slice(0, 7)) {
        throw new AppError('invalid_input', { issues: [{ path: 'month', code: 'month_in_future' }] })
      }
      const id = ids.next()
      await db.transaction().execute((tx) =>
        insertList(tx, {
          id,
          kind: input.kind,
          regionCode,
          month: `${input.month}-01`,
          isPartial: input.isPartial,
          isAllActive: input.isAllActive,
          createdBy: caller.actor.userId,
          createdAt: clock.now(),
        }),
      )
      return show(id, caller.language)
    },

    /** Keeps a part of the file, sealed. The same part again replaces it. Throws `action_not_allowed` once the list was started. */
    async putPart(caller: Caller, id: string, position: number, bytes: Buffer): Promise<ListView> {
      const sealed = await sealPart(sealer, id, position, bytes)
      await db.transaction().execute(async (tx) => {
        const list = await lockOwn(tx, caller, id)
        if (list.state !== 'uploading') throw new AppError('action_not_allowed')
        await putPart(tx, { listId: id, position, bytes: bytes.length, sealed })
        const { parts, bytes: total } = await sumParts(tx, id)
        await changeList(tx, id, { file_bytes: total, file_parts: parts })
      })
      return show(id, caller.language)
    },

    /**
     * The file is whole: has it read. Throws `invalid_input` when a part is missing, `list_already_imported` (with the id) for a file that
     * is under way or counts for its month already, and `action_not_allowed` for a list that was started.
     */
    async start(caller: Caller, id: string): Promise<ListView> {
      const before = await findListAround(db, caller.actor.regionCode, id)
      if (!before) throw new AppError('not_found')
      const { parts, bytes, last } = await sumParts(db, id)
      const code = parts === 0 || bytes === 0 ? 'file_empty' : last + 1 !== parts ? 'parts_missing' : null
      if (code) throw new AppError('invalid_input', { issues: [{ path: 'file', code }] })
      if (bytes > LIST_FILE_MEGABYTES * 1024 * 1024) throw new AppError('body_too_large')
      if (before.state !== 'uploading') throw new AppError('action_not_allowed')
      const hash = await hashFile(db, sealer, id, parts)
      await db.transaction().execute(async (tx) => {
        await lockRegionLists(tx, before.regionCode)
        const list = await lockOwn(tx, caller, id)
        if (list.state !== 'uploading') throw new AppError('action_not_allowed')
        const same = await findSameFile(tx, list, hash)
        if (same) throw new AppError('list_already_imported', { details: { listId: same } })
        await changeList(tx, id, { state: 'uploaded', file_hash: hash })
        await audit.record(tx, [event(caller, 'upload_list', list, { bytes, sha256: hash.toString('hex') })])
        await work.addList(tx, id)
      })
      return show(id, caller.language)
    },

    /**
     * Has what the dry run found applied. Throws `action_not_allowed` for a list that is not ready, and `refused_rows_unaccepted` when
     * more than a fifth of its rows were refused and the caller has not said that it is to be used all the same.
     */
    async approve(caller: Caller, id: string, { acceptRefused }: { acceptRefused: boolean }): Promise<ListView> {
      await db.transaction().execute(async (tx) => {
        const list = await lockOwn(tx, caller, id)
        if (list.state !== 'dry_run_ready') throw new AppError('action_not_allowed')
        if (!acceptRefused && list.rowsRefused > list.rowsRead * LIST_REFUSED_SHARE_MAX) {
          throw new AppError('refused_rows_unaccepted')
        }
        await changeList(tx, id, {
          state: 'approved',
          approved_by: caller.actor.userId,
          approved_at: clock.now(),
          is_complete: !list.isPartial && (list.rowsRefused === 0 || acceptRefused),
        })
        await audit.record(tx, [
          event(caller, 'approve_list', list, { usable: list.rowsUsable, refused: list.rowsRefused, acceptRefused }),
        ])
        await work.addList(tx, id)
      })
      return show(id, caller.language)
    },

    /** Ends a list that is not approved yet; what was read of it is deleted. Throws `action_not_allowed` for others. */
    async abort(caller: Caller, id: string): Promise<ListView> {
      await db.transaction().execute(async (tx) => {
        const list = await lockOwn(tx, caller, id)
        if (!OPEN_STATES.some((state) => state === list.state)) throw new AppError('action_not_allowed')
        await changeList(tx, id, { state: 'aborted', ended_at: clock.now() })
        await audit.record(tx, [event(caller, 'abort_list', list, { state: list.state })])
        await work.addList(tx, id)
      })
      return show(id, caller.language)
    },

    /** A list that concerns the caller's region, as far as it is. */
    async get({ actor, language }: Caller, id: string): Promise<ListView> {
      const list = await findListAround(db, actor.regionCode, id)
      if (!list) throw new AppError('not_found')
      return viewOf(list, await around([list]), language)
    },

    /** The newest months first, at most 100. */
    async list({ actor, language }: Caller, kind: ListKind | undefined): Promise<ListView[]> {
      const lists = await listLists(db, actor.regionCode, { kind, limit: LISTS_SHOWN })
      const shared = await around(lists)
      return lists.map((list) => viewOf(list, shared, language))
    },
  }
}
export type Lists = ReturnType<typeof createLists>
