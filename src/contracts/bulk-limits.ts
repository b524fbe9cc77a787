/** What one job may hold, by a filter. */
export const BULK_MAX = 10_000
