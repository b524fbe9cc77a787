export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** By linear interpolation between the neighbours; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/** How far apart measurements of the same thing lie, as a share of their median. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values)
}

export function summarise(milliseconds: readonly number[]): { p50: number; p95: number; p99: number } {
  return { p50: quantile(milliseconds, 0.5), p95: quantile(milliseconds, 0.95), p99: quantile(milliseconds, 0.99) }
}
