import type {
  AddOpening,
  PutQuota,
  PutTariff,
  Quota,
  QuotaBalance,
  QuotaItem,
  QuotaLine,
  QuotaLineQuery,
  Tariff,
} from '../../../contracts/api/quota.ts'
import type { AuditAction } from '../../../contracts/audit-actions.ts'
import { isInSubtree } from '../../../contracts/primitives/region-code.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db, Tx } from '../../database.ts'
import {
  countHeld,
  deleteOpening,
  deleteTariff,
  insertOpening,
  listBudgets,
  listLinePage,
  listOpenings,
  listTariffs,
  putBudget,
  putTariff,
  type StoredBudget,
  setOpening,
} from './budget.repository.ts'
import type { Caller, QuotaPorts } from './quota.ports.ts'
import { type Counts, freeOf, giveBack, type Place, planSeats, sendBack } from './seats.domain.ts'
import { closePlace, listLine, listPlacesInLine, listSeats, writeSeats } from './seats.repository.ts'
import { deleteTakeover, isCountedOn, listSeatsOfTakeover, lockTakeovers } from './takeovers.repository.ts'
import { closeTariff } from './tariffs.domain.ts'

export type BudgetsDeps = { db: Db; clock: Clock; ids: Ids; ports: QuotaPorts }

const NONE: Counts = { reserved: 0, committed: 0, waiting: 0 }
/** Of no budget: whoever changes the tariffs of a region. */
const TARIFFS = 0

export function createBudgets({ db, clock, ids, ports }: BudgetsDeps) {
  const { regions } = ports

  /** A kab/kota whose budget the caller sees: whoever sees a part of it sees the whole budget. */
  const requireSeen = ({ actor }: Caller, regionCode: string): void => {
    if (!regions.kabKotaIn(actor.regionCode).includes(regionCode)) throw new AppError('not_found')
  }
  /** Whoever answers for a part of a kab/kota changes nothing of its budget. */
  const requireOwn = (caller: Caller, regionCode: string): void => {
    requireSeen(caller, regionCode)
    if (!isInSubtree(regionCode, caller.actor.regionCode)) throw new AppError('not_found')
  }

  const record = (executor: Db, { actor, requestId }: Caller, action: AuditAction, place: Place, details: object) =>
    ports.audit.record(executor, [
      {
        actorId: actor.userId,
        actorRole: actor.role,
        action,
        subjectType: 'quota',
        subjectId: place.year === TARIFFS ? place.regionCode : `${place.regionCode}/${place.year}`,
        requestId,
        officeId: actor.officeId,
        regionCode: place.regionCode,
        details: { ...details },
      },
    ])

  const findBudget = async (executor: Db, { regionCode, year }: Place): Promise<StoredBudget | undefined> =>
    (await listBudgets(executor, [regionCode], year))[0]

  const recount = async (executor: Db, { regionCode, year }: Place): Promise<Counts> =>
    (await countHeld(executor, [regionCode], year)).get(regionCode) ?? NONE

  /**
   * Gives the budget other seats or another opening balance. Seats that were reserved and are too many go back to the line, the last first;
   * free ones go to the line. Refuses with `seats_below_paid` what would take seats from people who are paid already. The place must be
   * closed.
   */
  const resize = async (
    tx: Tx,
    place: Place,
    wanted: { seats: number; opening: number; note: string; by: string },
  ): Promise<void> => {
    const at = clock.now()
    const { reserved, committed } = await recount(tx, place)
    const { seats, opening } = wanted
    if (opening + committed > seats) {
      throw new AppError('seats_below_paid', { details: { paid: opening + committed, seats } })
    }
    const excess = opening + committed + reserved - seats
    if (excess > 0) {
      const last = await listLine(tx, place, { state: 'reserved', last: true, counted: true, limit: excess })
      await writeSeats(tx, { ...sendBack(last), at })
    }
    const counts = await recount(tx, place)
    await putBudget(tx, { place, ...wanted, counts, at })
    const budget = { ...place, ...counts, seats, opening }
    const line = await listLine(tx, place, { state: 'waiting', limit: freeOf(budget) })
    await writeSeats(tx, { ...planSeats([], line, [budget]), at })
  }

  const requireBudget = async (executor: Db, place: Place): Promise<StoredBudget> => {
    const budget = await findBudget(executor, place)
    if (!budget) throw new AppError('not_found')
    return budget
  }

  const balanceOf = (budget: StoredBudget | undefined, counts: Counts | undefined): QuotaBalance => {
    if (!budget) return { seats: null, opening: 0, ...(counts ?? NONE), free: null }
    const { seats, opening, reserved, committed, waiting } = budget
    return { seats, opening, reserved, committed, waiting, free: freeOf(budget) }
  }

  const compose = async (place: Place): Promise<Quota> => {
    const { regionCode, year } = place
    const [budget, counts, openings, tariffs] = await Promise.all([
      findBudget(db, place),
      recount(db, place),
      listOpenings(db, place),
      listTariffs(db, regionCode),
    ])
    const writers = [...openings.map(({ recordedBy }) => recordedBy), ...(budget ? [budget.updatedBy] : [])]
    const names = await ports.accounts.listNames(db, [...new Set(writers)])
    const nameOf = (id: string): string => names.get(id) ?? ''
    return {
      regionCode,
      regionName: regions.nameOf(regionCode) ?? regionCode,
      year,
      ...balanceOf(budget, counts),
      note: budget?.note ?? '',
      version: budget?.version ?? 0,
      updatedBy: budget ? nameOf(budget.updatedBy) : null,
      updatedAt: budget?.updatedAt.toISOString() ?? null,
      openings: openings.map(({ recordedBy, recordedAt, takeover, ...opening }) => ({
        ...opening,
        recordedBy: nameOf(recordedBy),
        recordedAt: recordedAt.toISOString(),
        takeover: takeover && {
          sha256: takeover.sha256,
          sheet: takeover.sheet,
          rows: takeover.rows,
          cases: takeover.cases,
        },
      })),
      tariffs,
    }
  }

  /**
   * The seats of cases that are people of a list become their own again: sealed ones stay sealed, the others ask for one in the order of the
   * line, and so do those who wait already. Throws `takeover_in_use` while a later list counts on this one.
   */
  const dissolve = async (tx: Tx, place: Place, budget: StoredBudget, opening: number, takeoverId: string) => {
    if (await isCountedOn(tx, takeoverId)) throw new AppError('takeover_in_use')
    const held = await listSeatsOfTakeover(tx, takeoverId)
    const { seats, reserved, committed } = budget
    const paid = opening + reserved + committed + held.filter(({ state }) => state === 'committed').length
    if (paid > seats) throw new AppError('seats_below_paid', { details: { paid, seats } })
    await setOpening(tx, place, opening)
    const without = { ...budget, opening }
    const line = await listLine(tx, place, { state: 'waiting', limit: Math.max(0, freeOf(without)) })
    await writeSeats(tx, { ...giveBack(held, line, without), at: clock.now() })
  }

  return {
    requireSeen,
    requireOwn,
    requireBudget,
    resize,
    record,

    /** One row for each kab/kota that the caller sees, also where nobody has entered a budget. */
    async list({ actor }: Caller, year: number): Promise<{ items: QuotaItem[] }> {
      const codes = [...regions.kabKotaIn(actor.regionCode)].sort()
      const [budgets, held] = await Promise.all([listBudgets(db, codes, year), countHeld(db, codes, year)])
      const byRegion = new Map(budgets.map((budget) => [budget.regionCode, budget]))
      const items = codes.map((regionCode) => ({
        regionCode,
        regionName: regions.nameOf(regionCode) ?? regionCode,
        year,
        ...balanceOf(byRegion.get(regionCode), held.get(regionCode)),
      }))
      return { items }
    },

    /** A kab/kota outside the caller's region is `not_found`. */
    async get(caller: Caller, place: Place): Promise<Quota> {
      requireSeen(caller, place.regionCode)
      return await compose(place)
    },

    /**
     * Enters the budget of a year, or gives it other seats. Approvals that are too many for it wait from then on, the last first, and those
     * that wait get what is free. Throws `version_conflict` and `seats_below_paid`.
     */
    async put(caller: Caller, place: Place, { version, seats, note }: PutQuota): Promise<Quota> {
      requireOwn(caller, place.regionCode)
      await db.transaction().execute(async (tx) => {
        await closePlace(tx, place)
        const before = await findBudget(tx, place)
        if ((before?.version ?? 0) !== version) throw new AppError('version_conflict')
        await resize(tx, place, { seats, opening: before?.opening ?? 0, note, by: caller.actor.userId })
        const details = { from: before ? { seats: before.seats } : null, to: { seats } }
        await record(tx, caller, 'change_quota', place, details)
      })
      return await compose(place)
    },

    /** People whom the region pays already, as a total of a document. Throws `not_found` without a budget, and `seats_below_paid`. */
    async addOpening(caller: Caller, place: Place, given: AddOpening): Promise<Quota> {
      requireOwn(caller, place.regionCode)
      const id = ids.next()
      const by = caller.actor.userId
      await db.transaction().execute(async (tx) => {
        await closePlace(tx, place)
        const { seats, opening, note } = await requireBudget(tx, place)
        await resize(tx, place, { seats, opening: opening + given.people, note, by })
        await insertOpening(tx, place, { ...given, id, recordedBy: by, recordedAt: clock.now(), takeoverId: null })
        await record(tx, caller, 'record_opening', place, { id, ...given })
      })
      return await compose(place)
    },

    /**
     * Takes back a total that was entered, or a list that was taken over, by mistake: its seats go to the line. Throws `takeover_in_use` for a
     * list that a later one counts on.
     */
    async deleteOpening(caller: Caller, place: Place, id: string): Promise<Quota> {
      requireOwn(caller, place.regionCode)
      await db.transaction().execute(async (tx) => {
        // As whoever takes a list over does, in this order: one that is being written may count on this one, and is seen by nobody yet.
        await lockTakeovers(tx, place)
        await closePlace(tx, place)
        const found = (await listOpenings(tx, place)).find((opening) => opening.id === id)
        if (!found) throw new AppError('not_found')
        const budget = await requireBudget(tx, place)
        const { source, people, asOf, document, takeover } = found
        const opening = budget.opening - people
        if (takeover) await dissolve(tx, place, budget, opening, takeover.id)
        await deleteOpening(tx, id)
        if (takeover) await deleteTakeover(tx, takeover.id)
        await resize(tx, place, { seats: budget.seats, opening, note: budget.note, by: caller.actor.userId })
        const details = { id, source, people, asOf, document, ...(takeover && { sha256: takeover.sha256 }) }
        await record(tx, caller, 'delete_opening', place, details)
      })
      return await compose(place)
    },

    /** What a person costs a month from this day on. Sending a day again corrects it. Throws `tariff_overlaps`. */
    async putTariff(
      caller: Caller,
      regionCode: string,
      validFrom: string,
      given: PutTariff,
    ): Promise<{ items: Tariff[] }> {
      requireOwn(caller, regionCode)
      if (given.validTo !== null && given.validTo < validFrom) {
        throw new AppError('invalid_input', { issues: [{ path: 'validTo', code: 'ends_before_it_starts' }] })
      }
      const place = { regionCode, year: TARIFFS }
      await db.transaction().execute(async (tx) => {
        await closePlace(tx, place)
        const at = { by: caller.actor.userId, at: clock.now() }
        const before = await listTariffs(tx, regionCode)
        const changed = closeTariff(before, { validFrom, ...given })
        if (changed === null) throw new AppError('tariff_overlaps')
        for (const tariff of changed) await putTariff(tx, regionCode, tariff, at)
        const from = before.find((tariff) => tariff.validFrom === validFrom)?.rupiah ?? null
        await record(tx, caller, 'change_tariff', place, { validFrom, ...given, from })
      })
      return { items: await listTariffs(db, regionCode) }
    },

    async deleteTariff(caller: Caller, regionCode: string, validFrom: string): Promise<{ items: Tariff[] }> {
      requireOwn(caller, regionCode)
      const place = { regionCode, year: TARIFFS }
      await db.transaction().execute(async (tx) => {
        await closePlace(tx, place)
        if (!(await deleteTariff(tx, regionCode, validFrom))) throw new AppError('not_found')
        await record(tx, caller, 'delete_tariff', place, { validFrom })
      })
      return { items: await listTariffs(db, regionCode) }
    },

    /** Who waits for a seat, in the order of the line; only those whom the caller may see. Audited like a search. */
    async listLine(caller: Caller, place: Place, { cursor, limit }: QuotaLineQuery): Promise<QuotaLine> {
      const { actor, requestId } = caller
      requireSeen(caller, place.regionCode)
      const [after] = cursor ? await listSeats(db, [cursor]) : []
      if (cursor && !after) {
        throw new AppError('invalid_input', { issues: [{ path: 'cursor', code: 'cursor_invalid' }] })
      }
      const page = await listLinePage(db, place, { after: after ?? null, limit: limit + 1 })
      const shown = page.slice(0, limit)
      const ids = shown.map(({ proposalId }) => proposalId)
      const [rows, places] = await Promise.all([
        ports.cases.listProposals(db, actor, ids),
        listPlacesInLine(db, ids),
        ports.audit.write({
          actorId: actor.userId,
          actorRole: actor.role,
          action: 'search',
          subjectType: 'proposal',
          subjectId: null,
          requestId,
          officeId: actor.officeId,
          regionCode: place.regionCode,
          details: { by: 'quota_line', year: place.year },
        }),
      ])
      const seen = new Map(rows.map((row) => [row.proposalId, row]))
      const items = shown.flatMap(({ proposalId, approvedAt }) => {
        const row = seen.get(proposalId)
        const inLine = places.get(proposalId)
        if (!row || inLine === undefined) return []
        const { receiptNumber, fullName } = row
        return [{ proposalId, receiptNumber, fullName, place: inLine, approvedAt: approvedAt.toISOString() }]
      })
      return { items, nextCursor: page.length > limit ? (ids.at(-1) ?? null) : null }
    },
  }
}
export type Budgets = ReturnType<typeof createBudgets>
