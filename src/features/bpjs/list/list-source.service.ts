import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { createMicroBatch } from '../../../platform/db/micro-batch.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db } from '../../database.ts'
import { type MembershipSource, QUIET_HEALTH, type SourceAnswer, unavailable } from '../membership-source.domain.ts'
import { openBlock } from './list-block.ts'
import { findMembers, listCurrent, type StoredList } from './list-import.repository.ts'
import { findEntries, findNewestList } from './membership-list.repository.ts'
import { openMember } from './sealed-member.ts'

type ListSourceDeps = { db: Db; sealer: Sealer; clock: Clock; timeZone: string }

const MAX_BATCH = 200
/** Lists come once a month, so last month's still answers; an older one says too little. */
const MAX_AGE_MONTHS = 1

/** Answers from the newest imported list. Concurrent look-ups share round trips. */
export function createListSource({ db, sealer, clock, timeZone }: ListSourceDeps): MembershipSource {
  const lookUps = createMicroBatch<string, SourceAnswer>({
    maxItems: MAX_BATCH,
    maxInFlight: 2,
    async run(niks) {
      const list = await findNewestList(db)
      const imported = await listCurrent(db, { kind: 'membership' })
      const [newest] = imported
      if (newest && (!list || list.month <= newest.month)) return askImported(niks, imported)
      if (!list) return niks.map(() => unavailable('no_list'))
      if (monthsBetween(list.month, dayInZone(clock.now(), timeZone)) > MAX_AGE_MONTHS) {
        return niks.map(() => unavailable('list_outdated'))
      }
      const indexes = niks.map((nik) => sealer.blindIndex('nik', nik))
      const entries = await findEntries(db, list.id, indexes)
      return indexes.map((nikIndex): SourceAnswer => {
        const sealedMember = entries.get(nikIndex.toString('hex'))
        if (!sealedMember) {
          return list.isComplete ? { kind: 'not_found', asOf: list.month } : unavailable('not_on_partial_list')
        }
        const participant = openMember(sealer, list.id, { nikIndex, sealedMember })
        return { kind: 'found', participant, asOf: list.month }
      })
    },
  })

  /**
   * From the newest list of each region. Nobody's region is asked for, so absence is proven only when every one of them is complete and
   * of late.
   */
  async function askImported(niks: string[], lists: readonly StoredList[]): Promise<SourceAnswer[]> {
    const today = dayInZone(clock.now(), timeZone)
    const newest = lists.filter(
      (list, index) => lists.findIndex(({ regionCode }) => regionCode === list.regionCode) === index,
    )
    const recent = newest.filter(({ month }) => monthsBetween(month, today) <= MAX_AGE_MONTHS)
    if (recent.length === 0) return niks.map(() => unavailable('list_outdated'))
    const provesAbsence = recent.length === newest.length && recent.every(({ isComplete }) => isComplete)
    const indexes = niks.map((nik) => sealer.blindIndex('nik', nik))
    const found = await findMembers(
      db,
      recent.map(({ id }) => id),
      indexes,
    )
    const asOf = recent.map(({ month }) => month).sort()[0] ?? null
    return indexes.map((nikIndex): SourceAnswer => {
      const member = found.get(nikIndex.toString('hex'))
      if (!member) return provesAbsence ? { kind: 'not_found', asOf } : unavailable('not_on_partial_list')
      const { position, slot, sealed, standing, month, listId } = member
      const person = openBlock(sealer, listId, { position, sealed })[slot]
      if (!person) throw new AppError('internal_error')
      const { statusCode, statusText, ...rest } = person
      const status = { code: statusCode, text: statusText, standing }
      return { kind: 'found', participant: { ...rest, status, arrears: null }, asOf: month }
    })
  }

  return { name: 'list', ask: (nik) => lookUps.add(nik), health: () => QUIET_HEALTH, close: async () => {} }
}

function monthsBetween(earlier: string, later: string): number {
  const [year = 0, month = 0] = earlier.split('-').map(Number)
  const [laterYear = 0, laterMonth = 0] = later.split('-').map(Number)
  return (laterYear - year) * 12 + laterMonth - month
}
