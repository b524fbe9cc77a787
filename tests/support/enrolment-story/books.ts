import { expect } from 'vitest'
import { forecastSchema, listQuotasResponse, type Quota, quotaSchema } from '../../../src/contracts/api/quota.ts'
import type { State } from '../../../src/contracts/lifecycle/states.ts'
import type { HealthOffice } from './health-office.ts'

const REGION = '32.74'
const LAST_MONTH = 12

export type Books = { quota: Quota; states: Partial<Record<State, number>> }

const count = <Key extends string>(keys: readonly Key[]): Partial<Record<Key, number>> => {
  const counts: Partial<Record<Key, number>> = {}
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1
  return counts
}

/**
 * Money and seats as the product tells them, held against a count of all proposals by hand: seats are the opening balance, what is
 * reserved, what is committed and what is free; every month costs its people times the tariff of its first day, the year the sum.
 */
export async function readBooks({ staff, listProposals }: HealthOffice, year: number): Promise<Books> {
  const url = `/api/v1/quotas/${REGION}/${year}`
  const proposals = await listProposals()
  const quota = quotaSchema.parse(await staff.auditor.must('GET', url))
  const states = count(proposals.map(({ state }) => state))
  const seats = count(proposals.flatMap(({ quota: seat }) => seat?.state ?? []))
  const { eligible = 0, submitted_to_bpjs: sent = 0, active_confirmed: active = 0 } = states
  const { reserved = 0, waiting = 0 } = seats

  expect({ reserved: quota.reserved, waiting: quota.waiting }).toEqual({ reserved, waiting })
  expect(quota.reserved + quota.waiting).toBe(eligible)
  expect(quota.committed).toBe(sent + active)
  expect(quota.opening).toBe(quota.openings.reduce((sum, { people }) => sum + people, 0))
  expect(quota.opening + quota.reserved + quota.committed + (quota.free ?? Number.NaN)).toBe(quota.seats)
  // Nobody waits while a seat is free.
  if (waiting > 0) expect(quota.free).toBe(0)
  const { items } = listQuotasResponse.parse(await staff.verifikator.must('GET', `/api/v1/quotas?year=${year}`))
  const { opening, committed, free } = quota
  expect(items).toEqual([expect.objectContaining({ regionCode: REGION, opening, reserved, committed, waiting, free })])

  const forecast = forecastSchema.parse(await staff.auditor.must('GET', `${url}/forecast`))
  const tariffOn = (day: string): number =>
    quota.tariffs.find(({ validFrom, validTo }) => validFrom <= day && (validTo === null || day <= validTo))?.rupiah ??
    Number.NaN
  expect(forecast.months).toHaveLength(LAST_MONTH)
  for (const { month, people, tariff, rupiah } of forecast.months) {
    expect({ month, tariff, rupiah }).toEqual({
      month,
      tariff: tariffOn(`${month}-01`),
      rupiah: people * tariffOn(`${month}-01`),
    })
  }
  const paid = forecast.months.find(({ month }) => forecast.day.startsWith(month))
  expect(paid?.people).toBe(opening + committed)
  expect(forecast.yearEnd.rupiah).toBe(forecast.months.reduce((sum, { rupiah }) => sum + (rupiah ?? Number.NaN), 0))
  return { quota, states }
}
