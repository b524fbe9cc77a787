import type { State } from '../../../contracts/lifecycle/states.ts'

export type SeatState = 'reserved' | 'committed' | 'waiting' | 'freed'

/** A budget: the seats of one kab/kota in one year. */
export type Place = { regionCode: string; year: number }

/** `takeoverId`: its seat is one of this opening balance, and counted there alone. */
export type Seat = Place & { proposalId: string; state: SeatState; approvedAt: Date; takeoverId: string | null }

/**
 * A seat that is committed is final until it is freed: asking for it in another year changes nothing. `restores`: it was freed by mistake,
 * and goes before whoever holds one that is not sealed.
 */
export type Wish =
  | { proposalId: string; want: 'reserved'; place: Place; approvedAt: Date }
  | { proposalId: string; want: 'committed'; place: Place; approvedAt: Date; restores?: true }
  | { proposalId: string; want: 'freed' }

export type Counts = { reserved: number; committed: number; waiting: number }
export type Budget = Place & Counts & { seats: number; opening: number }

/** `takenOver` is no count of the budget: how many cases have a seat of an opening balance. */
export type Tally = Counts & { takenOver: number }
export type Entry = Place & Tally & { proposalId: string }

/** Which take-over pays for the person of a proposal in a budget already, by `coverKey`. */
export type Covers = ReadonlyMap<string, string>

/** What a state of the lifecycle asks of the budget. A new state has to say it. */
export const SEAT_OF: Record<State, 'reserved' | 'committed' | 'freed'> = {
  submitted: 'freed',
  checking: 'freed',
  in_review: 'freed',
  needs_correction: 'freed',
  needs_reactivation: 'freed',
  eligible: 'reserved',
  submitted_to_bpjs: 'committed',
  active_confirmed: 'committed',
  already_active: 'freed',
  rejected: 'freed',
  closed: 'freed',
}

export const keyOf = ({ regionCode, year }: Place): string => `${regionCode}|${year}`

export const coverKey = (proposalId: string, place: Place): string => `${proposalId}|${keyOf(place)}`

/** Every holder of locks on budgets takes them in this order. */
export const byKey = (left: Place, right: Place): number => (keyOf(left) < keyOf(right) ? -1 : 1)

/** The order of the line: who was approved first; of equals who registered first, as their ids do. */
export function byLine(left: Seat, right: Seat): number {
  return left.approvedAt.getTime() - right.approvedAt.getTime() || (left.proposalId < right.proposalId ? -1 : 1)
}

const NONE: Tally = { reserved: 0, committed: 0, waiting: 0, takenOver: 0 }
function tallyOf({ state, takeoverId }: Seat): Tally {
  if (state === 'freed') return NONE
  return takeoverId === null ? { ...NONE, [state]: 1 } : { ...NONE, takenOver: 1 }
}
const minus = (left: Tally, right: Tally): Tally => ({
  reserved: left.reserved - right.reserved,
  committed: left.committed - right.committed,
  waiting: left.waiting - right.waiting,
  takenOver: left.takenOver - right.takenOver,
})
const plusTally = (left: Tally, right: Tally): Tally => minus(left, minus(NONE, right))
export const plus = (left: Counts, right: Counts): Counts => ({
  reserved: left.reserved + right.reserved,
  committed: left.committed + right.committed,
  waiting: left.waiting + right.waiting,
})
const isNothing = (tally: Tally): boolean => Object.values(tally).every((count) => count === 0)

/** What a change of one seat does to the counts of its budget, or of both when it moves to another. */
export function entriesOf(before: Seat | undefined, after: Seat): Entry[] {
  const entryOf = ({ regionCode, year, proposalId }: Seat, tally: Tally): Entry[] =>
    isNothing(tally) ? [] : [{ regionCode, year, proposalId, ...tally }]
  const now = tallyOf(after)
  if (!before) return entryOf(after, now)
  const then = tallyOf(before)
  if (keyOf(before) === keyOf(after)) return entryOf(after, minus(now, then))
  return [...entryOf(before, minus(NONE, then)), ...entryOf(after, now)]
}

export const freeOf = ({ seats, opening, reserved, committed }: Budget): number =>
  seats - opening - reserved - committed

const changed = (before: readonly Seat[], after: Seat[]): Pick<Plan, 'seats' | 'entries'> => ({
  seats: after,
  entries: after.flatMap((seat, index) => entriesOf(before[index], seat)),
})

/** What happens when a budget has fewer seats than were given: these, the last in line, wait again. */
export const sendBack = (seats: readonly Seat[]): Pick<Plan, 'seats' | 'entries'> =>
  changed(
    seats,
    seats.map((seat) => ({ ...seat, state: 'waiting' })),
  )

/** People whom a take-over pays: their cases give back what they hold, and wait no longer. */
export const takeOver = (seats: readonly Seat[], takeoverId: string): Pick<Plan, 'seats' | 'entries'> =>
  changed(
    seats,
    seats.map((seat) => ({ ...seat, takeoverId, state: seat.state === 'waiting' ? 'reserved' : seat.state })),
  )

/**
 * The same when that was a mistake: what is sealed is sealed, and the others ask for a seat with the time of their approval, together with
 * those of `line`. In one step: whoever holds a seat before and after has waited for none. `budget` is without the people of the list.
 */
export function giveBack(
  held: readonly Seat[],
  line: readonly Seat[],
  budget: Budget,
): Pick<Plan, 'seats' | 'entries'> {
  const own = held.map((seat): Seat => ({ ...seat, takeoverId: null }))
  const sealed = own.filter(({ state }) => state === 'committed')
  const asking = [...own.filter(({ state }) => state !== 'committed'), ...line].sort(byLine)
  const free = Math.max(0, freeOf(budget) - sealed.length)
  const after = [
    ...sealed,
    ...asking.map((seat, index): Seat => ({ ...seat, state: index < free ? 'reserved' : 'waiting' })),
  ]
  const before = new Map([...held, ...line].map((seat) => [seat.proposalId, seat]))
  const differ = after.filter((seat) => !isSame(before.get(seat.proposalId), seat))
  return changed(
    differ.flatMap(({ proposalId }) => before.get(proposalId) ?? []),
    differ,
  )
}

/** What a wish makes of a seat before anybody has looked whether one is free: whoever needs one is put in line. */
function ask(
  wish: Wish,
  seat: Seat | undefined,
  isLimited: (place: Place) => boolean,
  covers: Covers,
): Seat | undefined {
  if (wish.want === 'freed') return seat && { ...seat, state: 'freed', takeoverId: null }
  const { proposalId, place, approvedAt, want } = wish
  const held = seat && seat.state !== 'freed' ? seat : undefined
  if (held?.state === 'committed') return want === 'committed' ? held : { ...held, state: 'reserved' }
  if (held && keyOf(held) === keyOf(place)) return held
  const since = held?.approvedAt ?? approvedAt
  const takeoverId = covers.get(coverKey(proposalId, place)) ?? null
  const waits = takeoverId === null && isLimited(place)
  return { ...place, proposalId, approvedAt: since, takeoverId, state: waits ? 'waiting' : 'reserved' }
}

/** A seat that was freed by a mistake is asked for as it was: in its year, and with its time of approval. */
export function restore(wish: Wish, seat: Seat | undefined): Wish {
  if (wish.want !== 'committed' || seat?.state !== 'freed') return wish
  const { regionCode, year, approvedAt } = seat
  return { ...wish, place: { regionCode, year }, approvedAt, restores: true }
}

export const isRestoring = (wish: Wish): boolean => wish.want === 'committed' && wish.restores === true

export type Plan = {
  /** Seats as they are afterwards, only those that change. */
  seats: Seat[]
  entries: Entry[]
  /** Who asked for a seat to be committed and waits for one instead. */
  short: string[]
}

/**
 * What these wishes make of the seats. Pure: `known` are the seats of the wishes and, of each budget that may get free ones, the
 * first of its line, and the last that are reserved where a seat is restored; places without a budget have seats for everybody. Freed seats go to the line at once, in its order, whoever asked
 * for what in the same breath. Whoever is in `covers` has a seat of an opening balance, and takes none.
 */
export function planSeats(
  wishes: readonly Wish[],
  known: readonly Seat[],
  budgets: readonly Budget[],
  covers: Covers = new Map(),
): Plan {
  const limits = new Map(budgets.map((budget) => [keyOf(budget), budget]))
  const before = new Map(known.map((seat) => [seat.proposalId, seat]))
  const after = new Map(before)
  for (const wish of wishes) {
    const seat = ask(wish, after.get(wish.proposalId), (place) => limits.has(keyOf(place)), covers)
    if (seat) after.set(wish.proposalId, seat)
  }
  const entriesNow = (): Entry[] => [...after.values()].flatMap((seat) => entriesOf(before.get(seat.proposalId), seat))
  const sums = sumsOf(entriesNow())
  for (const [key, budget] of limits) {
    let free = freeOf({ ...budget, ...plus(budget, sums.get(key) ?? NONE) })
    const line = [...after.values()].filter((seat) => seat.state === 'waiting' && keyOf(seat) === key)
    for (const seat of line.sort(byLine)) {
      if (free <= 0) break
      after.set(seat.proposalId, { ...seat, state: 'reserved' })
      free -= 1
    }
  }
  const asking = new Set(wishes.map(({ proposalId }) => proposalId))
  for (const { proposalId } of wishes.filter(isRestoring)) {
    const seat = after.get(proposalId)
    if (seat?.state !== 'waiting') continue
    const last = [...after.values()]
      .filter((other) => other.state === 'reserved' && other.takeoverId === null && keyOf(other) === keyOf(seat))
      .filter((other) => !asking.has(other.proposalId))
      .sort(byLine)
      .at(-1)
    if (!last) continue
    after.set(last.proposalId, { ...last, state: 'waiting' })
    after.set(proposalId, { ...seat, state: 'reserved' })
  }
  const short: string[] = []
  for (const { want, proposalId } of wishes) {
    const seat = after.get(proposalId)
    if (want !== 'committed' || !seat || seat.state === 'committed') continue
    if (seat.state === 'reserved') after.set(proposalId, { ...seat, state: 'committed' })
    else short.push(proposalId)
  }
  const seats = [...after.values()].filter((seat) => !isSame(before.get(seat.proposalId), seat))
  return { seats, entries: entriesNow(), short }
}

/** By how much each budget's counts change, by its key. */
export function sumsOf(entries: readonly Entry[]): Map<string, Place & Tally> {
  const sums = new Map<string, Place & Tally>()
  for (const entry of entries) {
    const { regionCode, year } = entry
    sums.set(keyOf(entry), { regionCode, year, ...plusTally(sums.get(keyOf(entry)) ?? NONE, entry) })
  }
  return sums
}

function isSame(before: Seat | undefined, after: Seat): boolean {
  return (
    before !== undefined &&
    before.state === after.state &&
    before.takeoverId === after.takeoverId &&
    keyOf(before) === keyOf(after) &&
    before.approvedAt === after.approvedAt
  )
}
