/** True for PostgreSQL's unique_violation (23505), of one constraint when it is named. */
export function isUniqueViolation(cause: unknown, constraint?: string): boolean {
  if (!(cause instanceof Error) || !('code' in cause) || cause.code !== '23505') return false
  return constraint === undefined || ('constraint' in cause && cause.constraint === constraint)
}
