import { v7 } from 'uuid'

/** Mints identifiers. UUIDv7: sorted by time, so that index pages fill in order. */
export type Ids = { next(): string }

export const uuidIds: Ids = { next: () => v7() }
