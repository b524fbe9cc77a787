import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANY_QUEUE, arbitraryFilters } from '../../../tests/support/arbitrary-filters.ts'
import { filtersToQuery, proposalFiltersSchema, queryToFilters, savedFiltersSchema } from './proposal-filters.ts'

const any = arbitraryFilters(
  {
    queues: ANY_QUEUE,
    regions: ['32', '32.74', '32.74.01', '32.74.01.1001', '11.01.01.2001'],
    offices: ['01937000-0000-7000-8000-000000000001', '01937000-0000-7000-8000-000000000002'],
    days: ['2026-01-01', '2026-12-31'],
    moments: ['2026-11-26T08:00:00Z', '2026-11-26T15:00:00+07:00'],
  },
  11,
)

describe('filters in an address', () => {
  test('come back as they were, whatever they are', () => {
    fc.assert(
      fc.property(any, (filters) => {
        expect(queryToFilters(new URLSearchParams(filtersToQuery(filters).toString()))).toEqual(filters)
        expect(proposalFiltersSchema.parse(filters)).toEqual(filters)
      }),
      { seed: 45, numRuns: 500 },
    )
  })

  test('keep a search with its spaces and signs', () => {
    const filters = { q: 'SITI & ANAK +62', state: ['eligible' as const] }
    expect(queryToFilters(new URLSearchParams(filtersToQuery(filters).toString()))).toEqual(filters)
  })

  test('stand in one order, and leave the rest of the address alone', () => {
    const query = filtersToQuery({ state: ['rejected', 'closed'], queue: 'late' })
    expect(query.toString()).toBe('queue=late&state=rejected&state=closed')
    query.set('sort', '-dueAt')
    query.set('page', '3')
    expect(queryToFilters(query)).toEqual({ queue: 'late', state: ['rejected', 'closed'] })
  })

  test.each(['state=nowhere', 'submittedFrom=2026-02-30', 'queue=late&queue=mine', 'regionCode=32.7', 'lease=yours'])(
    'are not read when one is wrong: %s',
    (text) => {
      expect(queryToFilters(new URLSearchParams(text))).toBeUndefined()
    },
  )
})

test('filters that are kept hold no search', () => {
  expect(savedFiltersSchema.safeParse({ q: 'SITI' }).success).toBe(false)
  expect(savedFiltersSchema.safeParse({ state: ['eligible'] }).success).toBe(true)
})
