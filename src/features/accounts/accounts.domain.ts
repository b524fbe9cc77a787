import { randomInt } from 'node:crypto'
import type { ApiScope, Role } from '../../contracts/access.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import type { FieldIssue } from '../../platform/errors.ts'

/** Roles that must prove themselves twice: they change accounts, or commit a batch to BPJS. */
export const TWO_FACTOR_ROLES: ReadonlySet<Role> = new Set<Role>(['admin', 'penyetuju'])

/** Whether an account has still to set up its second factor; `isRequired`: in production. */
export const lacksTwoFactor = (account: { role: Role; twoFactorEnabled: boolean }, isRequired: boolean): boolean =>
  isRequired && TWO_FACTOR_ROLES.has(account.role) && !account.twoFactorEnabled

/** Roles that register at a desk; without an office their intakes would belong to nobody. */
const OFFICE_ROLES: ReadonlySet<Role> = new Set<Role>(['petugas', 'kader'])

const SCOPES_OF_ROLE: Record<Role, readonly ApiScope[]> = {
  petugas: ['intakes:write', 'proposals:read', 'regions:read'],
  kader: ['intakes:write', 'proposals:read', 'regions:read'],
  verifikator: ['proposals:read', 'regions:read'],
  supervisor: ['proposals:read', 'regions:read'],
  penyetuju: ['proposals:read', 'regions:read'],
  auditor: ['proposals:read', 'regions:read'],
  admin: ['regions:read'],
}

/** A key must not promise what its role will be refused. */
export function findScopeIssues(role: Role, scopes: readonly ApiScope[]): FieldIssue[] {
  return scopes.flatMap((scope, index) =>
    SCOPES_OF_ROLE[role].includes(scope) ? [] : [{ path: `scopes.${index}`, code: 'scope_not_allowed' }],
  )
}

export type OfficeFacts = { id: string; regionCode: string; name: string }

/** An account's offices must exist, lie within its region (or its village within theirs), and be there if the role needs one. */
export function findOfficeIssues(
  account: { role: Role; regionCode: string; officeIds: readonly string[] },
  offices: readonly OfficeFacts[],
): FieldIssue[] {
  if (account.officeIds.length === 0) {
    return OFFICE_ROLES.has(account.role) ? [{ path: 'officeIds', code: 'office_required' }] : []
  }
  const byId = new Map(offices.map((office) => [office.id, office]))
  return account.officeIds.flatMap((id, index): FieldIssue[] => {
    const office = byId.get(id)
    const path = `officeIds.${index}`
    if (!office) return [{ path, code: 'office_unknown' }]
    const isNear =
      isInSubtree(office.regionCode, account.regionCode) || isInSubtree(account.regionCode, office.regionCode)
    return isNear ? [] : [{ path, code: 'office_outside_region' }]
  })
}

// Without the letters and digits that are taken for one another when read aloud or written down.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUPS = 4
const GROUP_LENGTH = 4

/** Sixteen random characters in groups of four, 79 bits: to be read out once and changed at the first sign-in. */
export function createOneTimePassword(): string {
  const group = (): string => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return Array.from({ length: GROUPS }, group).join('-')
}

/** Better Auth wants an address; this domain can never receive mail (RFC 2606). */
export const syntheticEmail = (username: string): string => `${username}@users.invalid`
