/** What a journal entry keeps for people to read: reason codes with field and note, or the names of changed fields. Never identity numbers. */
export type ReasonRecord = { code: string; field?: string; note?: string }
