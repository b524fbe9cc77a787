import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { MALFORMED } from '../../support/malformed-tables.ts'
import { createQuotaWorld, type QuotaWorld } from './quota-world.ts'

let world: QuotaWorld
beforeAll(async () => {
  world = await createQuotaWorld()
})
beforeEach(() => world.start())
afterAll(() => world.close())

test.each(MALFORMED)(
  'a list that is $name is refused as a table, and takes nobody over',
  async ({ make, code, sheet }) => {
    await world.setSeats(5)
    const refused = await world.sendList(await make(), { apply: 'true', ...(sheet !== undefined && { sheet }) })
    expect(refused).toMatchObject({ status: 422, body: { code: 'table_refused', details: { reason: code } } })
    expect(await world.quota2026()).toMatchObject({ opening: 0, openings: [] })
  },
)
