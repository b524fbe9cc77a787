/** Without the header, or with a bad one, ten seconds; a longer wish than ten minutes is cut, or nobody would notice recovery. */
const DEFAULT_MS = 10_000
const MAX_MS = 10 * 60_000

/** Retry-After as seconds or as an HTTP date, in milliseconds from now. */
export function parseRetryAfter(header: string | null, now: Date): number {
  const value = header?.trim() ?? ''
  const wanted = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime()
  if (Number.isNaN(wanted)) return DEFAULT_MS
  return Math.min(Math.max(wanted, 1000), MAX_MS)
}
