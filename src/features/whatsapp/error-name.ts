/** Messages of foreign errors quote numbers and texts: only the kind of error is logged. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
