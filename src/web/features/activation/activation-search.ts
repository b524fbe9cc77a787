export type ActivationSearch = { batch?: string }

const ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** What the address says, as far as it can be meant. */
export const readActivationSearch = ({ batch }: Record<string, unknown>): ActivationSearch =>
  typeof batch === 'string' && ID.test(batch) ? { batch } : {}
