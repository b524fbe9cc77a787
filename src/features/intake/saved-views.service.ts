import type { Actor } from '../../contracts/access.ts'
import { VIEWS_MAX, type View, type ViewChange, type ViewInput, type ViewShare } from '../../contracts/api/views.ts'
import type { AuditAction } from '../../contracts/audit-actions.ts'
import { queueRule } from '../../contracts/lifecycle/queues.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import type { Clock } from '../../platform/clock.ts'
import { isUniqueViolation } from '../../platform/db/violations.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'
import {
  countViewsLocking,
  deleteView,
  findOwnView,
  insertView,
  listViews,
  replaceView,
  type SavedView,
} from './saved-view.repository.ts'

/** Of all that are shared with somebody: more would be no menu. */
const LIST_MAX = 500

export type SavedViewsDeps = {
  db: Db
  clock: Clock
  ids: Ids
  ports: Pick<IntakePorts, 'offices' | 'accounts' | 'audit'>
}
type Caller = { actor: Actor; requestId: string }

/** The region and all above it. */
function lineageOf(regionCode: string): string[] {
  const parts = regionCode.split('.')
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'))
}

const refuse = (path: string, code: string, params: Record<string, number> = {}): AppError =>
  new AppError('invalid_input', { issues: [{ path, code, params }] })

/** Lists that people come back to. A view holds no rows: whoever opens it sees what the own scope shows. */
export function createSavedViews({ db, clock, ids, ports }: SavedViewsDeps) {
  async function requireShare(actor: Actor, share: ViewShare | null): Promise<void> {
    if (share === null) return
    if (share.with === 'office') {
      if (actor.officeIds.includes(share.officeId)) return
      const region = await ports.offices.regionOf(share.officeId)
      const isOverseer = actor.role !== 'petugas' && actor.role !== 'kader'
      if (!isOverseer || region === null || !isInSubtree(region, actor.regionCode)) {
        throw refuse('share.officeId', 'office_outside_region')
      }
      return
    }
    // A desk shares with its desk; the menus of a whole region are for those who see it.
    if (actor.role === 'petugas' || actor.role === 'kader') throw new AppError('forbidden')
    if (!isInSubtree(share.regionCode, actor.regionCode)) throw refuse('share.regionCode', 'region_unknown')
  }

  const canOpen = ({ filters }: SavedView, { role }: Actor): boolean =>
    filters.queue === undefined || queueRule(filters.queue).roles.includes(role)

  const requireQueue = ({ filters }: ViewInput, { role }: Actor): void => {
    if (filters.queue && !queueRule(filters.queue).roles.includes(role)) throw new AppError('forbidden')
  }

  const eventOf = ({ actor, requestId }: Caller, action: AuditAction, id: string, share: ViewShare | null) => ({
    actorId: actor.userId,
    actorRole: actor.role,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
    requestId,
    action,
    subjectType: 'view',
    subjectId: id,
    details: { share },
  })

  const toView = ({ ownerId, updatedAt, ...view }: SavedView, actor: Actor, displayName: string | null): View => ({
    ...view,
    owner: { id: ownerId, displayName },
    isOwn: ownerId === actor.userId,
    updatedAt: updatedAt.toISOString(),
  })

  const refuseTakenName = (cause: unknown): never => {
    if (isUniqueViolation(cause, 'saved_view_name_unique')) throw new AppError('name_in_use', { cause })
    throw cause
  }

  const getOwn = async ({ actor }: Caller, id: string): Promise<SavedView> => {
    const view = await findOwnView(db, id, actor.userId)
    if (!view) throw new AppError('not_found')
    return view
  }

  return {
    /** The caller's own views, then those shared with the caller, without the queues that are not for the caller's role. */
    async list({ actor }: Caller): Promise<{ items: View[] }> {
      const viewer = { ...actor, regions: lineageOf(actor.regionCode) }
      const views = (await listViews(db, viewer, LIST_MAX)).filter((view) => canOpen(view, actor))
      const names = await ports.accounts.listNames(db, [...new Set(views.map((view) => view.ownerId))])
      return { items: views.map((view) => toView(view, actor, names.get(view.ownerId) ?? null)) }
    },

    /** Not repeatable: a second view of the same name is `name_in_use`. */
    async create(caller: Caller, input: ViewInput): Promise<View> {
      const { actor } = caller
      requireQueue(input, actor)
      await requireShare(actor, input.share)
      const id = ids.next()
      await db
        .transaction()
        .execute(async (tx) => {
          if ((await countViewsLocking(tx, actor.userId)) >= VIEWS_MAX) {
            throw refuse('name', 'view_too_many', { max: VIEWS_MAX })
          }
          await insertView(tx, { ...input, id, ownerId: actor.userId, at: clock.now() })
          await ports.audit.record(tx, [eventOf(caller, 'create_view', id, input.share)])
        })
        .catch(refuseTakenName)
      return toView(await getOwn(caller, id), actor, actor.displayName)
    },

    /** Replaces all of it. `not_found` unless it is the caller's own, `version_conflict` when it has changed since. */
    async change(caller: Caller, id: string, { version, ...input }: ViewChange): Promise<View> {
      const { actor } = caller
      await getOwn(caller, id)
      requireQueue(input, actor)
      await requireShare(actor, input.share)
      await db
        .transaction()
        .execute(async (tx) => {
          const replaced = await replaceView(tx, { ...input, id, version, ownerId: actor.userId, at: clock.now() })
          if (!replaced) throw new AppError('version_conflict')
          await ports.audit.record(tx, [eventOf(caller, 'change_view', id, input.share)])
        })
        .catch(refuseTakenName)
      return toView(await getOwn(caller, id), actor, actor.displayName)
    },

    async remove(caller: Caller, id: string): Promise<void> {
      const { share } = await getOwn(caller, id)
      await db.transaction().execute(async (tx) => {
        if (!(await deleteView(tx, id, caller.actor.userId))) throw new AppError('not_found')
        await ports.audit.record(tx, [eventOf(caller, 'delete_view', id, share)])
      })
    },
  }
}
export type SavedViews = ReturnType<typeof createSavedViews>
