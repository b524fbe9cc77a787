import type { TakeoverForm, TakeoverReport } from '../../../contracts/api/quota.ts'
import type { Language } from '../../../contracts/text/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import type { SpooledFile } from '../../../platform/files/upload-spool.ts'
import { describeIssue } from '../../../platform/http/index.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db } from '../../database.ts'
import { insertOpening } from './budget.repository.ts'
import type { Budgets } from './budget.service.ts'
import type { Caller } from './quota.ports.ts'
import { freeOf, type Place, takeOver } from './seats.domain.ts'
import { closePlace, writeSeats } from './seats.repository.ts'
import { readTakeoverList, type TakeoverList } from './takeover-file.ts'
import {
  countSeatsOf,
  countTakenOver,
  findSameFile,
  insertPeople,
  insertTakeover,
  listSeatsToTakeOver,
  lockTakeovers,
  noteCountedOn,
} from './takeovers.repository.ts'

export type TakeoversDeps = {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Pick<Sealer, 'blindIndex'>
  budgets: Pick<Budgets, 'requireOwn' | 'requireBudget' | 'resize' | 'record'>
}

type SentFile = Pick<SpooledFile, 'path' | 'bytes' | 'sha256'>
type Counted = Pick<TakeoverReport, 'takenOver' | 'seated' | 'waiting' | 'free'>

const seatsMissing = (needed: number, free: number): AppError => {
  const missing = needed - free
  return new AppError('takeover_seats_missing', {
    issues: [{ path: 'file', code: 'seats_missing', params: { needed, free, missing } }],
    details: { needed, free, missing },
  })
}

/** Lists of people whom the older local scheme pays, taken over as opening balances of a budget. Why so: ADR 0066. */
export function createTakeovers({ db, clock, ids, sealer, budgets }: TakeoversDeps) {
  const count = async (place: Place, { nikIndexes }: TakeoverList): Promise<Counted> => {
    const [budget, takenOver, seats] = await Promise.all([
      budgets.requireBudget(db, place),
      countTakenOver(db, place, nikIndexes),
      countSeatsOf(db, place, nikIndexes),
    ])
    return { takenOver, ...seats, free: freeOf(budget) }
  }

  const compose = (
    outcome: TakeoverReport['outcome'],
    sha256: string,
    list: TakeoverList,
    counted: Counted,
    language: Language,
  ): TakeoverReport => {
    const { sheet, rows, repeated, refused, faults, nikIndexes } = list
    const people = nikIndexes.length
    const seatsNeeded = Math.max(0, people - counted.takenOver - counted.seated)
    const missing = Math.max(0, seatsNeeded - counted.free)
    return {
      outcome,
      sha256,
      sheet,
      rows,
      repeated,
      refused,
      faults: faults.map((fault) => ({
        row: Number(fault.path.split('.')[1]) + 1,
        message: describeIssue(language, fault),
      })),
      people,
      ...counted,
      seatsNeeded,
      freeAfter: missing > 0 ? null : counted.free - seatsNeeded,
      missing,
    }
  }

  /**
   * In one transaction. People are written before the place is closed: approvals wait for what comes after it alone, and nobody sees them
   * before it is committed.
   */
  const apply = (
    caller: Caller,
    place: Place,
    given: Pick<TakeoverForm, 'asOf' | 'document'>,
    file: SentFile,
    { sheet, rows, nikIndexes }: TakeoverList,
  ): Promise<Counted | null> =>
    db.transaction().execute(async (tx) => {
      const hash = Buffer.from(file.sha256, 'hex')
      await lockTakeovers(tx, place)
      if (await findSameFile(tx, place, { hash, sheet })) return null
      const id = ids.next()
      const takenOver = await countTakenOver(tx, place, nikIndexes)
      await insertTakeover(tx, place, { id, file: { hash, sheet, bytes: file.bytes, rows } })
      await noteCountedOn(tx, place, id, nikIndexes)
      const people = await insertPeople(tx, place, id, nikIndexes)
      if (people === 0) throw new AppError('nobody_to_take_over')

      await closePlace(tx, place)
      const budget = await budgets.requireBudget(tx, place)
      const held = await listSeatsToTakeOver(tx, place, id)
      const seated = held.filter(({ state }) => state !== 'waiting').length
      const free = freeOf(budget)
      if (people - seated > free) throw seatsMissing(people - seated, free)
      const by = caller.actor.userId
      const at = clock.now()
      await writeSeats(tx, { ...takeOver(held, id), at })
      await budgets.resize(tx, place, { seats: budget.seats, opening: budget.opening + people, note: budget.note, by })
      const opening = { id, source: 'jamkesda' as const, people, asOf: given.asOf, document: given.document }
      await insertOpening(tx, place, { ...opening, recordedBy: by, recordedAt: at, takeoverId: id })
      const details = { ...opening, sha256: file.sha256, rows, takenOver, seated }
      await budgets.record(tx, caller, 'record_opening', place, details)
      return { takenOver, seated, waiting: held.length - seated, free }
    })

  return {
    /**
     * Reads a list of people and tells what taking it over would do; with `apply` it does so, whole or not at all. The same file again, of
     * a workbook the same sheet, changes nothing. Throws `not_found` without a budget, `table_refused`, `invalid_input` with the cells of refused rows, `nobody_to_take_over`,
     * and `takeover_seats_missing` with how many.
     */
    async take(
      caller: Caller,
      place: Place,
      { sheet, ...given }: TakeoverForm,
      file: SentFile,
      language: Language,
    ): Promise<TakeoverReport> {
      budgets.requireOwn(caller, place.regionCode)
      await budgets.requireBudget(db, place)
      const indexOf = (nik: string): Buffer => sealer.blindIndex('nik', nik)
      const list = await readTakeoverList(file, { year: place.year, sheet, indexOf })
      const isSame = await findSameFile(db, place, { hash: Buffer.from(file.sha256, 'hex'), sheet: list.sheet })
      const isAsked = isSame || !given.apply
      if (!isAsked && list.refused > 0) throw new AppError('invalid_input', { issues: list.faults })
      // Whoever sends somebody's number reads whether that person has a seat: also by what refuses the list, and takes the rest back.
      const details = { sha256: file.sha256, rows: list.rows, people: list.nikIndexes.length }
      await budgets.record(db, caller, 'check_takeover', place, details)
      if (isAsked) {
        const counted = await count(place, list)
        return compose(isSame ? 'already_applied' : 'checked', file.sha256, list, counted, language)
      }
      const counted = await apply(caller, place, given, file, list)
      return counted === null
        ? compose('already_applied', file.sha256, list, await count(place, list), language)
        : compose('applied', file.sha256, list, counted, language)
    },
  }
}
export type Takeovers = ReturnType<typeof createTakeovers>
