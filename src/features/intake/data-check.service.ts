import { findDangling, type Reference } from '../../platform/db/dangling.ts'
import { type IdRange, listIdRanges } from '../../platform/db/id-ranges.ts'
import type { Db } from '../database.ts'
import { DATA_FAULT_KINDS, type DataFaultKind, findProposalFaults } from './data-check.domain.ts'
import {
  countAll,
  INTAKE_REFERENCES,
  listCheckedProposals,
  listPictures,
  PROPOSAL_REFERENCES,
} from './data-check.repository.ts'

/** Some dozen MB of journal at a time, and statements far below the statement timeout. */
const PAGE = 2000
/** Pictures of some 300 kB; the largest are a few MB. */
const PICTURES_AT_ONCE = 20
/** More of a kind are counted, not named. */
const SHOWN = 20

/**
 * `ids`: of intakes, documents, batches or lists for the kinds about them, `<region>/<year>` for budgets, `<region>/<source>/<segment>/<month>`
 * and `<region>/<day>` for sums of coverage, else of proposals; the first 20. No identity data.
 */
export type DataFault = { kind: DataFaultKind; count: number; ids: string[] }

export type DataReport = { intakes: number; proposals: number; documents: number; faults: DataFault[] }
type RowsReport = Omit<DataReport, 'documents'>

/**
 * What a feature adds to the check about rows of its own that name proposals: asked once per range of proposal ids. What belongs to no
 * proposal it looks at with the last range, whose `below` is null.
 */
export type DataCheck = (executor: Db, range: IdRange) => Promise<DataFault[]>

export type DataCheckOptions = { also: readonly DataCheck[]; page?: number }

/** Opens the picture of a document, or throws. */
export type OpenPicture = (documentId: string, sealed: Buffer) => unknown

/**
 * Reads all rows in one snapshot, 2,000 proposals at a time, then every picture, 20 at a time. Writes nothing; may run beside
 * everything else. Stands in for foreign keys between tables that are written together, and says what no key can: that each
 * status is what its journal tells, and that each document can still be opened with the keys there are.
 */
export async function verifyData(db: Db, options: DataCheckOptions & { open: OpenPicture }): Promise<DataReport> {
  const rows = await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((tx) => verifyDataWithin(tx, options))
  // Outside the snapshot: row and picture come and go in one statement, and hours of reading would keep dead rows everywhere.
  const pictures = await verifyPictures(db, options)
  return { ...rows, documents: pictures.documents, faults: [...rows.faults, ...pictures.faults] }
}

function collectFaults() {
  const found = new Map<DataFaultKind, DataFault>()
  return {
    add(faults: readonly DataFault[]): void {
      for (const { kind, count, ids } of faults) {
        const known = found.get(kind)
        found.set(kind, {
          kind,
          count: (known?.count ?? 0) + count,
          ids: [...(known?.ids ?? []), ...ids].slice(0, SHOWN),
        })
      }
    },
    list: (): DataFault[] => DATA_FAULT_KINDS.flatMap((kind) => found.get(kind) ?? []),
  }
}

/** The rows alone, as the caller's transaction sees them. */
export async function verifyDataWithin(executor: Db, { also, page = PAGE }: DataCheckOptions): Promise<RowsReport> {
  const { add, list } = collectFaults()
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
  return { ...(await countAll(executor)), faults: list() }
}

async function verifyPictures(
  executor: Db,
  { open, page = PICTURES_AT_ONCE }: { open: OpenPicture; page?: number },
): Promise<Pick<DataReport, 'documents' | 'faults'>> {
  const { add, list } = collectFaults()
  let documents = 0
  for await (const range of listIdRanges(executor, 'document', Math.min(page, PICTURES_AT_ONCE))) {
    for (const { id, sealed } of await listPictures(executor, range)) {
      documents += 1
      const kind = pictureFault(open, id, sealed)
      if (kind) add([{ kind, count: 1, ids: [id] }])
    }
  }
  return { documents, faults: list() }
}

function pictureFault(open: OpenPicture, id: string, sealed: Buffer | null): DataFaultKind | null {
  if (sealed === null) return 'document_without_picture'
  try {
    open(id, sealed)
    return null
  } catch {
    return 'document_does_not_open'
  }
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
