export function isoTime(at: Date | null): string | null {
  return at?.toISOString() ?? null
}
