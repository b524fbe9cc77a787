import type { Db } from '../database.ts'

/** Filled with the front door of accounts: who is behind an id; whoever is not known is left out. */
export type People = { listNames(executor: Db, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> }

/** Filled with the front door of regions: entries carry the office their actor worked for. */
export type OfficeDirectory = { listOfficeIds(regionCode: string): Promise<string[]> }
