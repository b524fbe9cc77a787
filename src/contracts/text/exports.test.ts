import { expect, test } from 'vitest'
import { EXPORT_COLUMNS } from '../api/exports.ts'
import { CHANNELS, RELATIONSHIPS, SEXES } from '../household-terms.ts'
import { FLAGS, MEMBERSHIP_OUTCOMES, STATES } from '../lifecycle/states.ts'
import { TEXTS } from './index.ts'

test.each(['id', 'en'] as const)('an export has words for everything that it can show (%s)', (language) => {
  const named = (kind: string, values: readonly string[]): string[] => values.map((value) => `${kind}.${value}`)
  expect(Object.keys(TEXTS[language].exports).sort()).toEqual(
    [
      'file',
      'sheet',
      ...named('column', EXPORT_COLUMNS),
      ...named('state', STATES),
      ...named('flag', FLAGS),
      ...named('membership', MEMBERSHIP_OUTCOMES),
      ...named('channel', CHANNELS),
      ...named('relationship', RELATIONSHIPS),
      ...named('sex', SEXES),
    ].sort(),
  )
})
