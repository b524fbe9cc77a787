/** Filled with the front door of regions: entries carry the office their actor worked for. */
export type OfficeDirectory = { listOfficeIds(regionCode: string): Promise<string[]> }
