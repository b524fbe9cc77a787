/** BPJS's systems and our offices are quiet then; on the region's clock. */
export const RECHECK_HOUR = 2
/** Silence of BPJS decides nothing, and does not cost a day either. */
export const SILENCE_MS = 60 * 60 * 1000
