/** The only source of "now". Injected, so that leases, back-off and office hours can be tested without waiting. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }
