import type { Forecast } from '../../../contracts/api/quota.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Db } from '../../database.ts'
import {
  countHeld,
  findFirstDay,
  listBudgets,
  listDays,
  listOpenings,
  listSealedBefore,
  listTariffs,
} from './budget.repository.ts'
import type { Budgets } from './budget.service.ts'
import { addDays, composeForecast, PACE_DAYS } from './forecast.domain.ts'
import type { Caller, QuotaPorts } from './quota.ports.ts'
import type { Place } from './seats.domain.ts'

export type ForecastsDeps = { db: Db; clock: Clock; budgets: Pick<Budgets, 'requireSeen'>; ports: QuotaPorts }

export function createForecasts({ db, clock, budgets, ports }: ForecastsDeps) {
  return {
    /**
     * How the year ends at today's pace, and what full coverage would cost. What cannot be said is null, and `unknown` says what is
     * missing for it. `registered` is the caller's figure, which goes first and is told as such; without it the newest that coverage has.
     */
    async get(caller: Caller, { regionCode, year }: Place, registered: number | undefined): Promise<Forecast> {
      budgets.requireSeen(caller, regionCode)
      const timeZone = ports.regions.timeZoneOf(regionCode)
      const day = dayInZone(clock.now(), timeZone)
      const paceFrom = addDays(day, 1 - PACE_DAYS)
      const yearFrom = `${year}-01-01`
      const from = paceFrom < yearFrom ? paceFrom : yearFrom
      const place = { regionCode, year }
      const [[budget], held, openings, tariffs, days, sealedBefore, firstDay, population, counted] = await Promise.all([
        listBudgets(db, [regionCode], year),
        countHeld(db, [regionCode], year),
        listOpenings(db, place),
        listTariffs(db, regionCode),
        listDays(db, regionCode, { timeZone, from }),
        listSealedBefore(db, place, timeZone),
        findFirstDay(db, regionCode, timeZone),
        ports.regions.findPopulation(db, regionCode, day),
        registered === undefined ? ports.registered.find(db, regionCode, day) : undefined,
      ])
      const { reserved, committed, waiting } = held.get(regionCode) ?? { reserved: 0, committed: 0, waiting: 0 }
      return composeForecast({
        regionCode,
        year,
        day,
        seats: budget?.seats ?? null,
        reserved,
        committed,
        waiting,
        openings,
        firstDay,
        days,
        sealedBefore,
        tariffs,
        population: population ? { people: population.total, asOf: population.asOf, source: population.source } : null,
        registered: registeredOf(registered, counted),
      })
    },
  }
}
type Counted = Awaited<ReturnType<QuotaPorts['registered']['find']>>

function registeredOf(typed: number | undefined, counted: Counted): Forecast['registered'] {
  if (typed !== undefined) return { people: typed, kind: 'typed', source: null, asOf: null }
  if (counted === undefined) return null
  const { people, kind, detail, asOf } = counted
  return { people, kind, source: detail, asOf }
}

export type Forecasts = ReturnType<typeof createForecasts>
