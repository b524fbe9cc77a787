/** The day on the clock of the office, "2026-11-27": its browsers stand where the residents live. */
export const localDay = (at: Date): string =>
  [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
