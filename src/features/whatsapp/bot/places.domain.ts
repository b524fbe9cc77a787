import type { OfficeKind } from '../../../contracts/api/office-kinds.ts'
import type { BotDesk, BotVillage } from './bot.ports.ts'
import { CHOICES_MAX } from './bot-state.ts'
import { editDistance } from './words.domain.ts'

const squeeze = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

// Names of up to four letters allow no slip: "Dago" and "Bago" are two places.
const ONE_SLIP_FROM = 5
const TWO_SLIPS_FROM = 9
const PART_MIN = 3

const slipsOf = (name: string): number => (name.length >= TWO_SLIPS_FROM ? 2 : name.length >= ONE_SLIP_FROM ? 1 : 0)

/**
 * The villages that may be meant by what somebody typed, at most five: those of exactly that name, else those that contain it or
 * that it contains ("kesenden rt 03"), else those a slip of the thumb away.
 */
export function matchVillages(typed: string, villages: readonly BotVillage[]): BotVillage[] {
  const wanted = squeeze(typed)
  if (wanted.length < PART_MIN) return []
  const named = villages.map((village) => ({ village, name: squeeze(village.name) }))
  const matching = (test: (name: string) => boolean): BotVillage[] =>
    named.filter(({ name }) => test(name)).map(({ village }) => village)
  const exact = matching((name) => name === wanted)
  if (exact.length > 0) return exact.slice(0, CHOICES_MAX)
  const partial = matching((name) => name.includes(wanted) || (name.length > PART_MIN && wanted.includes(name)))
  if (partial.length > 0) return partial.slice(0, CHOICES_MAX)
  const slipped = named
    .map(({ village, name }) => ({ village, slips: editDistance(wanted, name, slipsOf(name)), most: slipsOf(name) }))
    .filter(({ slips, most }) => slips <= most)
    .sort((a, b) => a.slips - b.slips)
  const fewest = slipped[0]?.slips
  return slipped
    .filter(({ slips }) => slips === fewest)
    .map(({ village }) => village)
    .slice(0, CHOICES_MAX)
}

/** Where a household can register; a hospital's desk serves its own patients, the health office has no desk. */
const DESK_KINDS: ReadonlySet<OfficeKind> = new Set(['puskesmas', 'mpp', 'village', 'mobile'])
const DESKS_SHOWN = 3
const KECAMATAN_LENGTH = 8

function distanceOf(desk: BotDesk, villageCode: string): number {
  if (desk.villageCode === villageCode) return 0
  if (desk.villageCode?.slice(0, KECAMATAN_LENGTH) === villageCode.slice(0, KECAMATAN_LENGTH)) return 1
  if (desk.villageCode === null) return 3
  // Everybody of the kab/kota goes to its public service mall; a puskesmas of another kecamatan comes after it.
  return desk.kind === 'mpp' ? 1.5 : 2
}

const kindRank = (desk: BotDesk): number => (desk.kind === 'puskesmas' ? 0 : 1)

/** The three desks next to a village, as far as the division into villages and kecamatan tells: no coordinates are known. */
export function nearestDesks(villageCode: string, offices: readonly BotDesk[]): BotDesk[] {
  return offices
    .filter((office) => DESK_KINDS.has(office.kind))
    .map((desk) => ({ desk, distance: distanceOf(desk, villageCode) }))
    .sort(
      (a, b) =>
        a.distance - b.distance || kindRank(a.desk) - kindRank(b.desk) || a.desk.name.localeCompare(b.desk.name, 'id'),
    )
    .slice(0, DESKS_SHOWN)
    .map(({ desk }) => desk)
}
