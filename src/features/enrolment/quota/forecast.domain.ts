import { type Forecast, GOAL_PERCENTS, type Goal, type Tariff } from '../../../contracts/api/quota.ts'
import { daysBetween } from '../../../contracts/primitives/calendar-day.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** The pace is that of so many days: a quarter evens out holidays and campaigns, and still follows the year. */
export const PACE_DAYS = 90
const MONTHS = 12

/** Changes of a day: `asked` of all that hold or wait for a seat, `committed` of those that are sealed, by year of the budget. */
export type DayOfSeats = { day: string; year: number; asked: number; committed: number }

export type ForecastFacts = {
  regionCode: string
  year: number
  /** Today on the region's clock. */
  day: string
  /** Null without a budget: nobody waits. */
  seats: number | null
  reserved: number
  committed: number
  waiting: number
  openings: readonly { people: number; asOf: string }[]
  /** The first day of the region's record; null when nothing has happened. */
  firstDay: string | null
  /** From 90 days ago or the first of January, whichever is earlier. */
  days: readonly DayOfSeats[]
  /** People sealed from that day on whom an opening balance pays from `until` on. */
  sealedBefore: readonly { day: string; until: string; people: number }[]
  tariffs: readonly Tariff[]
  population: Forecast['population']
  registered: Forecast['registered']
}

const toMs = (day: string): number => Date.parse(`${day}T00:00:00Z`)
export const addDays = (day: string, count: number): string =>
  new Date(toMs(day) + count * DAY_MS).toISOString().slice(0, 10)
const firstOf = (year: number, month: number): string => new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10)

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const tariffOn = (tariffs: readonly Tariff[], day: string): number | null =>
  tariffs.find(({ validFrom, validTo }) => validFrom <= day && (validTo === null || day <= validTo))?.rupiah ?? null

/** Whole people: nobody is paid for in parts, so what a pace asks for is rounded up. */
const ceilDiv = (dividend: number, divisor: number): number => Math.ceil(dividend / divisor)

function paceOf({ day, days, firstDay }: ForecastFacts): Forecast['pace'] {
  const from = addDays(day, 1 - PACE_DAYS)
  const length = firstDay === null ? PACE_DAYS : Math.min(PACE_DAYS, Math.max(1, daysBetween(firstDay, day) + 1))
  // Of a case that moves to the next year's budget both sides are here, and cancel out.
  return {
    people: sum(days.filter((one) => one.day >= from && one.day <= day).map(({ asked }) => asked)),
    days: length,
  }
}

/** How many more seats are asked for so many days from today. A shrinking queue is no promise that it goes on shrinking. */
const growthOf = ({ people, days }: Forecast['pace'], ahead: number): number =>
  ceilDiv(Math.max(0, people) * Math.max(0, ahead), days)

const costOf = (people: number, tariff: number | null): number | null =>
  people === 0 ? 0 : tariff === null ? null : people * tariff

const sumOrNull = (values: readonly (number | null)[]): number | null =>
  values.some((value) => value === null) ? null : sum(values.map((value) => value ?? 0))

/** The first day on which the growth is more than what is free; null when that is not within the year. */
function runsOutOn({ day, year, waiting }: ForecastFacts, pace: Forecast['pace'], free: number | null): string | null {
  if (free === null) return null
  if (waiting > 0) return day
  if (pace.people <= 0) return null
  const ahead = Math.floor((free * pace.days) / pace.people) + 1
  // Beyond a year no date is needed, and a far one would not be a date any more.
  const on = ahead > 2 * 366 ? null : addDays(day, ahead)
  return on !== null && on <= `${year}-12-31` ? on : null
}

function goalOf(percent: Goal['percent'], facts: ForecastFacts, free: number | null): Goal {
  const { population, registered, tariffs, day, year } = facts
  const target = population && ceilDiv(population.people * percent, 100)
  const missing = target === null || registered === null ? null : Math.max(0, target - registered.people)
  if (missing === null) {
    return {
      percent,
      target,
      missing,
      seatsLacking: null,
      rupiahPerMonth: null,
      rupiahToYearEnd: null,
      rupiahFullYear: null,
    }
  }
  const perMonth = costOf(missing, tariffOn(tariffs, day))
  const ahead = Array.from({ length: MONTHS }, (_, month) => firstOf(year, month)).filter((first) => first > day)
  return {
    percent,
    target,
    missing,
    seatsLacking: free === null ? null : Math.max(0, missing - Math.max(0, free - facts.waiting)),
    rupiahPerMonth: perMonth,
    rupiahToYearEnd: sumOrNull(ahead.map((first) => costOf(missing, tariffOn(tariffs, first)))),
    rupiahFullYear: perMonth === null ? null : perMonth * MONTHS,
  }
}

/**
 * How the year ends at the pace of the last 90 days, in whole people and rupiah.
 *
 * A month costs (people paid for in it) times (the tariff valid on its first day). Paid for are, in past months and this one, those of the
 * opening balance and those sealed by its end, whom an opening balance counts as of a later day among them; in coming months all who hold or ask for a seat then, as far as there are seats.
 * Asked for on a day ahead: those who hold or wait for a seat today, and pace times days, rounded up.
 */
export function composeForecast(facts: ForecastFacts): Forecast {
  const { regionCode, year, day, seats, openings, tariffs, population, registered } = facts
  const pace = paceOf(facts)
  const opening = sum(openings.map(({ people }) => people))
  const taken = opening + facts.reserved + facts.committed
  const free = seats === null ? null : seats - taken
  const wantedOn = (on: string): number => taken + facts.waiting + growthOf(pace, daysBetween(day, on))
  const capped = (people: number): number => (seats === null ? people : Math.min(people, seats))
  const later = facts.days.filter((one) => one.year === year)
  const paidBy = (last: string): number =>
    sum(openings.filter(({ asOf }) => asOf <= last).map(({ people }) => people)) +
    facts.committed -
    sum(later.filter((one) => one.day > last).map(({ committed }) => committed)) +
    sum(facts.sealedBefore.filter(({ day, until }) => day <= last && last < until).map(({ people }) => people))

  const months = Array.from({ length: MONTHS }, (_, month) => {
    const first = firstOf(year, month)
    const last = addDays(firstOf(year, month + 1), -1)
    const isForecast = first > day
    const people = isForecast ? capped(wantedOn(last)) : paidBy(last)
    const tariff = tariffOn(tariffs, first)
    return { month: first.slice(0, 7), isForecast, people, tariff, rupiah: costOf(people, tariff) }
  })
  const wanted = wantedOn(`${year}-12-31`)
  const goals = GOAL_PERCENTS.map((percent) => goalOf(percent, facts, free))
  const isTariffMissing = months.some((month) => month.rupiah === null) || tariffOn(tariffs, day) === null
  return {
    regionCode,
    year,
    day,
    pace,
    months,
    yearEnd: {
      wanted,
      seats: capped(wanted),
      short: wanted - capped(wanted),
      rupiah: sumOrNull(months.map((month) => month.rupiah)),
    },
    runsOutOn: runsOutOn(facts, pace, free),
    population,
    registered,
    goals,
    unknown: [
      ...(isTariffMissing ? (['tariff'] as const) : []),
      ...(population === null ? (['population'] as const) : []),
      ...(registered === null ? (['registered'] as const) : []),
    ],
  }
}
