import type { CoverageCount, CoverageRate, PrintedRate } from '../../contracts/api/coverage.ts'

// Whole numbers only: a figure that is printed as 97.67 must not turn into 97.66 because of a binary fraction.

/** a / b rounded half up, for a >= 0 and b > 0. */
const dividedHalfUp = (a: bigint, b: bigint): bigint => (2n * a + b) / (2n * b)
const dividedUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b

/** Hundredths of a percent, rounded half up, never capped. Null when there is nobody to be a share of. */
export function hundredthsOf(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : Number(dividedHalfUp(BigInt(numerator) * 10_000n, BigInt(denominator)))
}

/** Null when one of the counts is missing, or the denominator is zero: then there is no rate. */
export function rateOf(numerator: CoverageCount | null, denominator: CoverageCount | null): CoverageRate | null {
  if (!numerator || !denominator) return null
  const hundredths = hundredthsOf(numerator.people, denominator.people)
  return hundredths === null ? null : { hundredths, numerator, denominator }
}

/**
 * Compares a printed rate ("97.67") with its counts. It differs when the exact rate is further from it than half of its last
 * digit: rounding half up, half down and to even are all believed.
 */
export function comparePrinted(text: string, numerator: number | null, denominator: number | null): PrintedRate {
  const [whole = '', decimals = ''] = text.split('.')
  const printed = BigInt(whole + decimals)
  const scale = 100n * 10n ** BigInt(decimals.length)
  if (numerator === null) return { text, differs: null, impliedDenominator: null }
  const people = BigInt(numerator)
  const from = dividedUp(2n * people * scale, 2n * printed + 1n)
  const impliedDenominator =
    printed === 0n || people === 0n
      ? null
      : { from: Number(from), to: Number((2n * people * scale) / (2n * printed - 1n)) }
  if (denominator === null || denominator === 0) return { text, differs: null, impliedDenominator }
  const among = BigInt(denominator)
  const distance = people * scale - printed * among
  const differs = 2n * (distance < 0n ? -distance : distance) > among
  return { text, differs, impliedDenominator }
}

/** How many people more than `numerator` reach `threshold` hundredths of a percent of `denominator`; 0 when it is reached. */
export function missingTo(threshold: number, numerator: number, denominator: number): number {
  const needed = dividedUp(BigInt(threshold) * BigInt(denominator), 10_000n)
  const missing = Number(needed) - numerator
  return missing > 0 ? missing : 0
}
