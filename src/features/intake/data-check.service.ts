import { findDangling, type Reference } from '../../platform/db/dangling.ts'
import { type IdRange, listIdRanges } from '../../platform/db/id-ranges.ts'
import type { Db } from '../database.ts'
import { DATA_FAULT_KINDS, type DataFaultKind, findProposalFaults } from './data-check.domain.ts'
import { countAll, INTAKE_REFERENCES, listCheckedProposals, PROPOSAL_REFERENCES } from './data-check.repository.ts'

/** Some dozen MB of journal at a time, and statements far below the statement timeout. */
const PAGE = 2000
/** More of a kind are counted, not named. */
const SHOWN = 20

/** `ids`: of intakes for the kinds that begin with `intake`, else of proposals; the first 20. No identity data. */
export type DataFault = { kind: DataFaultKind; count: number; ids: string[] }

export type DataReport = { intakes: number; proposals: number; faults: DataFault[] }

/** What a feature adds to the check about rows of its own that name proposals: asked once per range of proposal ids. */
export type DataCheck = (executor: Db, range: IdRange) => Promise<DataFault[]>

export type DataCheckOptions = { also: readonly DataCheck[]; page?: number }

/**
 * Reads everything in one snapshot, 2,000 proposals at a time. Writes nothing; may run beside everything else. Stands in for
 * foreign keys between tables that are written together, and says what no key can: that each status is what its journal tells.
 */
export function verifyData(db: Db, options: DataCheckOptions): Promise<DataReport> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((tx) => verifyDataWithin(tx, options))
}

/** As `verifyData`, on what the caller's transaction sees. */
export async function verifyDataWithin(executor: Db, { also, page = PAGE }: DataCheckOptions): Promise<DataReport> {
  const found = new Map<DataFaultKind, DataFault>()
  const add = (faults: readonly DataFault[]): void => {
    for (const { kind, count, ids } of faults) {
      const known = found.get(kind)
      found.set(kind, {
        kind,
        count: (known?.count ?? 0) + count,
        ids: [...(known?.ids ?? []), ...ids].slice(0, SHOWN),
      })
    }
  }
  for await (const range of listIdRanges(executor, 'intake', page)) {
    add(await findBroken(executor, INTAKE_REFERENCES, range))
  }
  for await (const range of listIdRanges(executor, 'proposal', page)) {
    add(await findBroken(executor, PROPOSAL_REFERENCES, range))
    for (const check of also) add(await check(executor, range))
    for (const proposal of await listCheckedProposals(executor, range)) {
      add(findProposalFaults(proposal).map((kind) => ({ kind, count: 1, ids: [proposal.proposalId] })))
    }
  }
  return { ...(await countAll(executor)), faults: DATA_FAULT_KINDS.flatMap((kind) => found.get(kind) ?? []) }
}

/** Rows in the range whose references lead nowhere, by kind; kinds without any are left out. */
export async function findBroken(
  executor: Db,
  references: readonly (Reference & { kind: DataFaultKind })[],
  range: IdRange,
): Promise<DataFault[]> {
  const faults: DataFault[] = []
  for (const reference of references) {
    const dangling = await findDangling(executor, reference, range, SHOWN)
    if (dangling.count > 0) faults.push({ kind: reference.kind, ...dangling })
  }
  return faults
}
