export type RequestSummary = { total: number; peakInFlight: number; byNumber: Record<string, number> }
export type RequestLog = {
  /** Call the result when the request has ended. */
  begin(number: string): () => void
  summary(): RequestSummary
  reset(): void
}

/** A benchmark asks about millions; beyond this many numbers only the total goes on. */
const MAX_NUMBERS = 10_000

/** What was asked and how many at a time. Numbers are masked. */
export function createRequestLog(): RequestLog {
  const byNumber = new Map<string, number>()
  let total = 0
  let inFlight = 0
  let peakInFlight = 0
  return {
    begin(number) {
      const masked = `${number.slice(0, 4)}${'*'.repeat(Math.max(0, number.length - 8))}${number.slice(-4)}`
      const count = byNumber.get(masked)
      if (count !== undefined || byNumber.size < MAX_NUMBERS) byNumber.set(masked, (count ?? 0) + 1)
      total += 1
      inFlight += 1
      peakInFlight = Math.max(peakInFlight, inFlight)
      return () => {
        inFlight -= 1
      }
    },
    summary: () => ({ total, peakInFlight, byNumber: Object.fromEntries(byNumber) }),
    reset() {
      byNumber.clear()
      total = 0
      peakInFlight = inFlight
    },
  }
}
