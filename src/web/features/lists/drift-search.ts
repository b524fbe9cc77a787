import { DRIFT_KINDS, type DriftKind } from '../../../contracts/list-terms.ts'

export type DriftSearch = { kind?: DriftKind; village?: string }

/** What the address says, as far as it can be meant. */
export function readDriftSearch({ kind, village }: Record<string, unknown>): DriftSearch {
  const known = DRIFT_KINDS.find((one) => one === kind)
  return {
    ...(known && { kind: known }),
    ...(typeof village === 'string' && /^\d{2}\.\d{2}\.\d{2}\.\d{4}$/.test(village) && { village }),
  }
}
