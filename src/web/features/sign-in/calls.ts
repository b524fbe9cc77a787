import type { z } from 'zod'
import type {
  changePasswordBody,
  enrolTwoFactorResponse,
  passwordBody,
  signInBody,
  signInResponse,
  verifyBackupCodeBody,
  verifyTotpBody,
} from '../../../contracts/api/accounts.ts'
import { defineCall } from '../../lib/call.ts'

type SignedIn = z.infer<typeof signInResponse>
type Done = { done: true }

export const signIn = defineCall<{ body: z.infer<typeof signInBody>; response: SignedIn }>(
  'POST',
  '/api/auth/sign-in/username',
)
export const verifyTotp = defineCall<{ body: z.infer<typeof verifyTotpBody>; response: SignedIn }>(
  'POST',
  '/api/auth/two-factor/verify-totp',
)
export const verifyBackupCode = defineCall<{ body: z.infer<typeof verifyBackupCodeBody>; response: SignedIn }>(
  'POST',
  '/api/auth/two-factor/verify-backup-code',
)
export const changePassword = defineCall<{ body: z.infer<typeof changePasswordBody>; response: Done }>(
  'POST',
  '/api/auth/change-password',
)
export const enrolTwoFactor = defineCall<{
  body: z.infer<typeof passwordBody>
  response: z.infer<typeof enrolTwoFactorResponse>
}>('POST', '/api/auth/two-factor/enable')
