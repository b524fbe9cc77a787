import { createHash } from 'node:crypto'
import { uuidIds } from '../../../src/platform/ids.ts'
import type { AccessWorld, Caller } from './access-world.ts'

export type BatchState = 'open' | 'checking' | 'sealed'

const NOBODY = { people: 0, families: 0, male: 0, female: 0, districts: [] }

/** A batch of the place's kab/kota, empty; `sealed`: nothing was sent, which is a file without rows. */
export async function insertBatch(world: AccessWorld, caller: Caller, state: BatchState): Promise<string> {
  const id = uuidIds.next()
  const at = new Date()
  const by = await world.whole.userIdOf('penyetuju')
  const asked = state === 'open' ? {} : { asked_by: by, asked_at: at }
  const sealed = {
    number: `uji-${id}`,
    sealed_by: by,
    sealed_at: at,
    row_count: 0,
    content_hash: createHash('sha256').digest(),
    totals: JSON.stringify(NOBODY),
  }
  await world.whole.database.owner
    .insertInto('enrolment_batch')
    .values({
      id,
      region_code: world.spotOf(caller).region,
      state,
      name: 'Berkas uji',
      created_by: by,
      created_at: at,
      ...asked,
      ...(state === 'sealed' ? sealed : {}),
    })
    .execute()
  return id
}
