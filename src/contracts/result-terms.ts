// What the console needs of BPJS's results at run time.

export const RESULT_FILE_MEGABYTES = 25

/** What the dry run makes of a row; only `to_apply` is ever applied. */
export const RESULT_VERDICTS = ['to_apply', 'known', 'unmatched', 'contradictory', 'repeated', 'faulty'] as const
export type ResultVerdict = (typeof RESULT_VERDICTS)[number]

/** What a file of results says of a row. `answeredOn`: the day on which BPJS decided; `effectiveOn`: from when the card works. */
export const RESULT_COLUMNS = ['nik', 'fullName', 'status', 'code', 'message', 'effectiveOn', 'answeredOn'] as const
export type ResultColumn = (typeof RESULT_COLUMNS)[number]
/** Without these a file says nothing. */
export const REQUIRED_RESULT_COLUMNS = ['nik', 'fullName', 'status'] as const satisfies readonly ResultColumn[]
