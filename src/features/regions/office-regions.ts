import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../database.ts'
import { findOffice } from './offices.repository.ts'

/** An office moves to another kab/kota never, and is closed rarely: a minute's delay harms nobody, a query per intake would. */
const REMEMBERED_MS = 60_000

/** The kab/kota of active offices, from memory while it is fresh. Calls at the same time share one query. */
export function createOfficeRegions({ db, clock }: { db: Db; clock: Clock }) {
  const remembered = new Map<string, { region: Promise<string | null>; until: number }>()
  return {
    findOfficeRegion(officeId: string): Promise<string | null> {
      const now = clock.now().getTime()
      const known = remembered.get(officeId)
      if (known && known.until > now) return known.region
      const region = findOffice(db, officeId).then((office) => (office?.active ? office.regionCode : null))
      remembered.set(officeId, { region, until: now + REMEMBERED_MS })
      // A failed query is no answer: the next caller asks again.
      region.catch(() => remembered.delete(officeId))
      return region
    },
  }
}
