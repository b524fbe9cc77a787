/** Who may act. Terms as in docs/glossary.md. */
export const ROLES = ['petugas', 'kader', 'verifikator', 'supervisor', 'penyetuju', 'auditor', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** What a machine's API key may do; a key acts as the user it belongs to, narrowed to its scopes. */
export const API_SCOPES = ['intakes:write', 'proposals:read', 'regions:read'] as const
export type ApiScope = (typeof API_SCOPES)[number]

/**
 * The signed-in caller. `regionCode` is the root of the subtree it may see ("32.74" a kab/kota, "32" a province);
 * `officeIds` are its offices, `officeId` the one it registers for. `scopes` is null for people.
 */
export type Actor = {
  userId: string
  username: string
  displayName: string
  role: Role
  regionCode: string
  officeId: string | null
  officeIds: string[]
  scopes: ApiScope[] | null
}

/**
 * Every route states its access: open to everybody, or the roles (and, for machines, the scope) that may call it.
 * A route without it does not register.
 */
export type RouteAccess = 'public' | { roles: readonly Role[]; scope?: ApiScope }
