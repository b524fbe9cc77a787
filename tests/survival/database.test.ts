import { test } from 'vitest'
import { openPlace, SURVIVAL_PATIENCE_MS, surviveBlows } from '../support/survival-place.ts'

test(
  'ten times the database killed while 500 intakes arrive: nothing is lost, nobody is told twice',
  async () => {
    const place = await openPlace()
    await surviveBlows(place, 10, place.killDatabase)
  },
  SURVIVAL_PATIENCE_MS,
)
