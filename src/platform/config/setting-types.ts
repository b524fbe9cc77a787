import { z } from 'zod'

const MAX_PORT = 65_535
const MAX_TEXT = 4_096

export const text = (): z.ZodString => z.string().max(MAX_TEXT)

/** 0 stands for any free port. */
export const port = (): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'write a port number from 0 to 65535')
    .transform(Number)
    .refine((value) => value <= MAX_PORT, 'write a port number from 0 to 65535')

export const wholeNumber = (minimum: number, maximum: number): z.ZodType<number, string> => {
  const message = `write a whole number from ${minimum} to ${maximum}`
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, message)
}

export const flag = (): z.ZodType<boolean, string> =>
  z.enum(['true', 'false', '1', '0'], 'write true or false').transform((value) => value === 'true' || value === '1')

export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `write one of ${values.join(', ')}`)

/** An address with one of the given schemes. Nothing of it is quoted in the message: it may hold a password. */
export const address = (schemes: readonly string[], example: string): z.ZodString =>
  text().refine((value) => {
    const url = URL.parse(value)
    return url !== null && url.hostname !== '' && schemes.includes(url.protocol.slice(0, -1))
  }, `write an address like ${example}`)

export const list = (): z.ZodType<string[], string> =>
  text().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )

export const timeZone = (): z.ZodString =>
  text().refine((value) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
    } catch {
      return false
    }
  }, 'write an IANA time zone, for example Asia/Jakarta, Asia/Makassar or Asia/Jayapura')
