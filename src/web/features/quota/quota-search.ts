export type QuotaSearch = { year?: number; region?: string }

/** What the address says, as far as it can be meant. */
export function readQuotaSearch({ year, region }: Record<string, unknown>): QuotaSearch {
  const isYear = typeof year === 'number' && Number.isInteger(year) && year >= 2000 && year <= 2100
  return {
    ...(isYear && { year }),
    ...(typeof region === 'string' && /^\d{2}\.\d{2}$/.test(region) && { region }),
  }
}
