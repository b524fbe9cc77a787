import { z } from 'zod'
import { API_SCOPES, ROLES } from '../access.ts'
import { issue } from '../issues.ts'
import { cursorSchema, limitSchema } from '../primitives/paging.ts'
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from '../primitives/password.ts'
import { regionCode } from '../primitives/region-code.ts'
import { lineSchema } from '../primitives/text.ts'

const MAX_OFFICES = 50

// What somebody types when signing in: only bounded, so that a wrong name and a wrong password get the same answer.
const typedUsername = z.string().min(1).max(60)
const typedPassword = z.string().min(1).max(PASSWORD_MAX_LENGTH)

const newUsername = z
  .string()
  .min(3)
  .max(30)
  .regex(/^[a-z][a-z0-9._]*$/)

const newPassword = z.string().min(PASSWORD_MIN_LENGTH).max(PASSWORD_MAX_LENGTH)

// Signing in

export const signInBody = z.strictObject({ username: typedUsername, password: typedPassword })

export const obligationSchema = z.enum(['two_factor_required', 'password_change_required'])

/** `twoFactorPending`: no session yet; send the code of the authenticator app to `/api/auth/two-factor/verify-totp`. */
export const signInResponse = z.object({ twoFactorPending: z.boolean(), userId: z.guid().nullable() })

const totpCode = z
  .string()
  .max(6)
  .regex(/^\d{6}$/)
export const verifyTotpBody = z.strictObject({ code: totpCode })
export const verifyBackupCodeBody = z.strictObject({ code: z.string().min(1).max(40) })
export const passwordBody = z.strictObject({ password: typedPassword })
export const changePasswordBody = z.strictObject({ currentPassword: typedPassword, newPassword })

/** Shown once: the address for the authenticator app and the codes for the day the phone is lost. */
export const enrolTwoFactorResponse = z.object({
  totpUri: z.string().max(500),
  backupCodes: z.array(z.string().max(40)).max(20),
})
export const backupCodesResponse = z.object({ backupCodes: z.array(z.string().max(40)).max(20) })

// The caller

export const meResponse = z.object({
  userId: z.guid(),
  username: z.string().max(60),
  displayName: z.string().max(100),
  role: z.enum(ROLES),
  regionCode,
  officeId: z.guid().nullable(),
  officeIds: z.array(z.guid()).max(MAX_OFFICES),
  /** As people know it; null for a region that is in no table any more. */
  regionName: z.string().max(100).nullable(),
  /** Of `officeIds`, in their order. */
  offices: z.array(z.object({ id: z.guid(), name: z.string().max(200) })).max(MAX_OFFICES),
  /** IANA name; its days and office hours are those of the caller's region. */
  timeZone: z.string().max(40),
  /** What texts for people are written in: negotiated from Accept-Language. */
  language: z.enum(['id', 'en']),
  settings: z.object({
    /** Demo data and demo accounts; everything here is invented. */
    demo: z.boolean(),
    publicUrl: z.string().max(300),
    /** Digits with the country code; null: residents have no number to write to first. */
    whatsappNumber: z.string().max(20).nullable(),
    whatsappGateway: z.enum(['simulator', 'web', 'cloud']),
  }),
  /** What must be done first; every other call answers with this code until then. */
  obligation: obligationSchema.nullable(),
  /** Whether a code of an authenticator app is asked for at sign-in. */
  twoFactorEnabled: z.boolean(),
  /** What this caller may call, as "POST /api/v1/intakes". */
  permissions: z.array(z.string().max(200)).max(500),
})
export type Me = z.infer<typeof meResponse>

// Accounts

export const accountItem = z.object({
  id: z.guid(),
  username: z.string().max(60),
  displayName: z.string().max(100),
  role: z.enum(ROLES),
  regionCode,
  /** The first is the office its registrations belong to. */
  officeIds: z.array(z.guid()).max(MAX_OFFICES),
  active: z.boolean(),
  mustChangePassword: z.boolean(),
  twoFactorEnabled: z.boolean(),
  createdAt: z.iso.datetime(),
  version: z.int(),
})
export type AccountItem = z.infer<typeof accountItem>

export const listAccountsQuery = z.strictObject({
  role: z.enum(ROLES).optional(),
  active: z.enum(['true', 'false']).optional(),
  q: lineSchema(1, 60).optional(),
  cursor: cursorSchema.optional(),
  limit: limitSchema,
})
export type ListAccountsQuery = z.infer<typeof listAccountsQuery>

export const listAccountsResponse = z.object({
  items: z.array(accountItem).max(100),
  nextCursor: z.string().max(400).nullable(),
})
export type ListAccounts = z.infer<typeof listAccountsResponse>

const officeIds = z
  .array(z.guid())
  .max(MAX_OFFICES)
  .refine((ids) => new Set(ids).size === ids.length, issue('duplicate'))

const accountFields = { displayName: lineSchema(1, 100), role: z.enum(ROLES), regionCode, officeIds }

export const createAccountBody = z.strictObject({ username: newUsername, ...accountFields })
export type CreateAccountBody = z.infer<typeof createAccountBody>

/**
 * What is given is changed. `version` is the one the change was made on; an older one is refused with
 * `version_conflict`. `resetPassword` gives the account a new one-time password and ends its sessions;
 * `resetTwoFactor` is for a lost phone.
 */
export const updateAccountBody = z.strictObject({
  version: z.int().min(1),
  ...z
    .strictObject({
      ...accountFields,
      active: z.boolean(),
      resetPassword: z.literal(true),
      resetTwoFactor: z.literal(true),
    })
    .partial().shape,
})
export type UpdateAccountBody = z.infer<typeof updateAccountBody>

/** `oneTimePassword` is shown here once and kept nowhere; it must be changed at the first sign-in. */
export const accountWithPassword = z.object({ account: accountItem, oneTimePassword: z.string().max(40).nullable() })
export type AccountWithPassword = z.infer<typeof accountWithPassword>

export const accountParams = z.strictObject({ id: z.guid() })

// API keys

export const API_KEY_MAX_DAYS = 366

export const apiKeyItem = z.object({
  id: z.guid(),
  userId: z.guid(),
  username: z.string().max(60),
  name: z.string().max(60),
  prefix: z.string().max(20),
  scopes: z.array(z.enum(API_SCOPES)).max(API_SCOPES.length),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
})
export type ApiKeyItem = z.infer<typeof apiKeyItem>

export const listApiKeysQuery = z.strictObject({ cursor: cursorSchema.optional(), limit: limitSchema })
export const listApiKeysResponse = z.object({
  items: z.array(apiKeyItem).max(100),
  nextCursor: z.string().max(400).nullable(),
})

export const createApiKeyBody = z.strictObject({
  userId: z.guid(),
  name: lineSchema(1, 60),
  scopes: z
    .array(z.enum(API_SCOPES))
    .min(1)
    .max(API_SCOPES.length)
    .refine((scopes) => new Set(scopes).size === scopes.length, issue('duplicate')),
  expiresAt: z.iso.datetime({ offset: true }).max(40),
})
export type CreateApiKeyBody = z.infer<typeof createApiKeyBody>

/** `key` is shown here once; only its hash is kept. */
export const createApiKeyResponse = z.object({ apiKey: apiKeyItem, key: z.string().max(80) })
export type CreateApiKey = z.infer<typeof createApiKeyResponse>
