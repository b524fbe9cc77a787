import type { Readable } from 'node:stream'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { CoverageSegment } from '../../contracts/coverage-terms.ts'
import type { Tx } from '../database.ts'

/** Filled by the audit feature: entries commit or vanish with the caller's transaction. */
export type AuditTrail = { record(executor: Tx, events: AuditEvent[]): Promise<void> }

/** What lists need to know of places. */
export type RegionNames = {
  listVillages(regionCode: string): { code: string; name: string; kecamatan: string }[]
  /** Null for a code that is in no table (any more). */
  nameOf(code: string): string | null
  /** Kab/kota of a province, or the one that a smaller code lies in. */
  kabKotaIn(regionCode: string): string[]
}

/** Has a list worked on after the commit. May be repeated. */
export type ListWork = { addList(executor: Tx, listId: string): Promise<void> }

/** A private place on disk for as long as a file is read. */
export type FileSpool = {
  take(stream: Readable, maxBytes: number): Promise<{ path: string; remove(): Promise<void> }>
}

/** Members of a village; null: of the list's region, and nobody knows where in it. */
export type CountedRow = { villageCode: string | null; segment: CoverageSegment; registered: number; active: number }

/** What a list of members was counted to. `month` yyyy-MM; `source`: the list in words; `isWhole`: it holds everybody. */
export type CountedList = {
  regionCode: string
  month: string
  source: string
  asOf: string
  isWhole: true
  rows: CountedRow[]
}

/** Keeps what a list was counted to, in the transaction that applies it, in place of what an earlier list of its month said. */
export type ListFigures = { record(executor: Tx, counted: CountedList): Promise<void> }
