import type { z } from 'zod'
import type { EnrolmentRule, putEnrolmentRuleSchema } from '../../../contracts/api/enrolment-rules.ts'
import type {
  Profile,
  ProfileChange,
  ProfileCreate,
  ProfileItem,
  ProfilePreview,
  profilePreviewInputSchema,
} from '../../../contracts/api/template-profiles.ts'
import { defineCall } from '../../lib/call.ts'

type Id = { params: { id: string } }
type RulePlace = { params: { code: string; validFrom: string } }

export const listProfiles = defineCall<{ response: { items: ProfileItem[] } }>('GET', '/api/v1/enrolment/profiles')
export const createProfile = defineCall<{ body: ProfileCreate; response: Profile }>(
  'POST',
  '/api/v1/enrolment/profiles',
)
export const getProfile = defineCall<Id & { response: Profile }>('GET', '/api/v1/enrolment/profiles/:id')
export const changeProfile = defineCall<Id & { body: ProfileChange; response: Profile }>(
  'PUT',
  '/api/v1/enrolment/profiles/:id',
)
export const previewProfile = defineCall<{
  body: z.input<typeof profilePreviewInputSchema>
  response: ProfilePreview
}>('POST', '/api/v1/enrolment/profiles/preview')

export const putRule = defineCall<
  RulePlace & { body: z.input<typeof putEnrolmentRuleSchema>; response: EnrolmentRule }
>('PUT', '/api/v1/enrolment/rules/:code/:validFrom')
export const deleteRule = defineCall<RulePlace & { response: null }>(
  'DELETE',
  '/api/v1/enrolment/rules/:code/:validFrom',
)
