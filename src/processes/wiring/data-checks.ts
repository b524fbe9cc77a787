import type { DataCheck } from '../../features/intake/index.ts'
import type { Features } from './features.ts'

/** What `data verify` looks at beside intake's own tables. */
export const dataChecksOf = ({
  verification,
  quota,
  enrolment,
  bpjs,
  coverage,
}: Pick<Features, 'verification' | 'quota' | 'enrolment' | 'bpjs' | 'coverage'>): readonly DataCheck[] => [
  verification.checkFindings,
  quota.checkSeats,
  enrolment.checkBatches,
  bpjs.checkLists,
  coverage.checkSums,
]
