import { type DataCheck, findBroken } from '../intake/index.ts'

const OF_PROPOSAL = {
  name: 'proposal_id',
  column: 'proposal_id',
  target: { table: 'proposal', column: 'id' },
}

/** Findings about proposals that are not there. */
export const checkFindings: DataCheck = (executor, range) =>
  findBroken(
    executor,
    [
      { kind: 'check_result_without_proposal', table: 'check_result', ...OF_PROPOSAL },
      { kind: 'membership_check_without_proposal', table: 'membership_check', ...OF_PROPOSAL },
    ],
    range,
  )
