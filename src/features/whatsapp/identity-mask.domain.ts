import { DIGIT_GROUPS, plainDigits, RECEIPT_NUMBER, runHoldsIdentityNumber } from './identity-guard.domain.ts'

const VISIBLE_DIGITS = 4

/** Every digit but the last four becomes a dot. */
function maskRun(run: string): string {
  let left = run.replace(/\D/g, '').length
  return run.replace(/\d/g, (digit) => (left-- > VISIBLE_DIGITS ? '•' : digit))
}

/**
 * A resident's text as people may see it: numbers that could be a NIK, KK or JKN card number keep their last four digits. Finds what the
 * guard of outgoing texts finds, so that nothing masked here would be held back there; all else stays as it was written.
 */
export function maskIdentityNumbers(text: string): string {
  const plain = plainDigits(text)
  const receipts = plain.match(RECEIPT_NUMBER) ?? []
  const parts = plain
    .split(RECEIPT_NUMBER)
    .map((part) => part.replace(DIGIT_GROUPS, (run) => (runHoldsIdentityNumber(run) ? maskRun(run) : run)))
  const masked = parts.map((part, index) => part + (receipts[index] ?? '')).join('')
  // Unmasked texts keep their emoji and their script.
  return masked === plain ? text : masked
}
