// The pattern of libphonenumber for Indonesian mobiles, with at most one separator between digits; phone.test.ts compares the two over every
// prefix and length.
const PLAIN_MOBILE = /^(?:\+?62|0)[ .-]?8[1-35-9](?:[ .-]?\d){7,10}$/

/** A mobile number as most people write it, as E.164 digits 628...; null for all else, which may still be one. */
export function readPlainMobile(written: string): string | null {
  return PLAIN_MOBILE.test(written) ? `62${written.replaceAll(/\D/g, '').replace(/^(?:62|0)/, '')}` : null
}
