export type ActivationSearch = { batch?: string | undefined }

const ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** What the address says, as far as it can be meant. By name, or the router goes on with what was written there. */
export const readActivationSearch = ({ batch }: Record<string, unknown>): ActivationSearch => ({
  batch: typeof batch === 'string' && ID.test(batch) ? batch : undefined,
})
