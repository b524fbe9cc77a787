import type { Tariff } from '../../../contracts/api/quota.ts'
import { addDays } from './forecast.domain.ts'

const endOf = ({ validTo }: Tariff): string => validTo ?? '9999-12-31'

/**
 * The rows to write when this tariff is entered: itself, without an end until the day before the next one begins; and one that was valid
 * without an end until then, which ends the day before. Null when it overlaps another one still.
 */
export function closeTariff(known: readonly Tariff[], given: Tariff): Tariff[] | null {
  const others = known.filter(({ validFrom }) => validFrom !== given.validFrom)
  const next = others
    .map(({ validFrom }) => validFrom)
    .filter((from) => from > given.validFrom)
    .sort()[0]
  const own: Tariff = given.validTo === null && next !== undefined ? { ...given, validTo: addDays(next, -1) } : given
  const open = others.find(({ validFrom, validTo }) => validTo === null && validFrom < given.validFrom)
  const closed = open ? [{ ...open, validTo: addDays(given.validFrom, -1) }] : []
  const overlaps = others.some(
    (other) => other !== open && other.validFrom <= endOf(own) && own.validFrom <= endOf(other),
  )
  return overlaps ? null : [...closed, own]
}
