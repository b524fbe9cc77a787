import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { createMicroBatch } from '../../../platform/db/micro-batch.ts'
import type { Db } from '../../database.ts'
import { type MembershipSource, QUIET_HEALTH, type SourceAnswer, unavailable } from '../membership-source.domain.ts'
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
  return { name: 'list', ask: (nik) => lookUps.add(nik), health: () => QUIET_HEALTH, close: async () => {} }
}

function monthsBetween(earlier: string, later: string): number {
  const [year = 0, month = 0] = earlier.split('-').map(Number)
  const [laterYear = 0, laterMonth = 0] = later.split('-').map(Number)
  return (laterYear - year) * 12 + laterMonth - month
}
