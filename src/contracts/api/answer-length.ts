/** Of an officer's answer to a resident. */
export const ANSWER_MAX_LENGTH = 1024
