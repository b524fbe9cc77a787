/** Fields that hold identity data anywhere in our contracts. Code must not log them; if it does, they are blanked here. */
const IDENTITY_FIELDS = [
  'nik',
  'kk',
  'familyCardNumber',
  'whatsappNumber',
  'phone',
  'phoneLast4',
  'cardNumber',
  'noKartu',
  'fullName',
  'displayName',
  'nama',
  'birthDate',
  'tglLahir',
  'birthPlace',
  'street',
  'body',
  'password',
  'cookie',
  'authorization',
]

/** pino's paths know no "at any depth": three levels is as deep as our log lines go. */
export const REDACTED_PATHS: string[] = ['', '*.', '*.*.'].flatMap((prefix) =>
  IDENTITY_FIELDS.map((field) => `${prefix}${field}`),
)

// NIK and KK: 16 digits; JKN card: 13; Indonesian mobile numbers: 62 or 0, then 8 and 7 to 11 more.
const IDENTITY_NUMBER = /(?<!\d)(?:\d{16}|\d{13}|(?:62|0)8\d{7,11})(?!\d)/g

/**
 * Overwrites what looks like an identity number in a finished line, wherever it comes from (an error text of a library, say).
 * Nines keep the line valid JSON also where the number stood without quotes.
 */
export function maskIdentityNumbers(line: string): string {
  return line.replace(IDENTITY_NUMBER, (number) => '9'.repeat(number.length))
}
