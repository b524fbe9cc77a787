import type { z } from 'zod'
import type {
  AccountItem,
  AccountWithPassword,
  ApiKeyItem,
  backupCodesResponse,
  CreateAccountBody,
  CreateApiKey,
  CreateApiKeyBody,
  ListAccounts,
  ListAccountsQuery,
  passwordBody,
  UpdateAccountBody,
} from '../../../contracts/api/accounts.ts'
import type { AuditCheck, ListAuditQuery, listAuditResponse, VerifyAudit } from '../../../contracts/api/audit.ts'
import type { BpjsHealth } from '../../../contracts/api/bpjs.ts'
import type { HolidayItem, PutHoliday } from '../../../contracts/api/holidays.ts'
import type { MessageTemplates } from '../../../contracts/api/message-templates.ts'
import type {
  CreateOfficeBody,
  ListOfficesQuery,
  ListRegionsQuery,
  listOfficesResponse,
  listRegionsResponse,
  OfficeItem,
  RegionResponse,
  UpdateOfficeBody,
} from '../../../contracts/api/regions.ts'
import type {
  createWebhookBody,
  DeliveryPage,
  ListDeliveriesQuery,
  listWebhooksResponse,
  ReplayWish,
  updateWebhookBody,
  WebhookItem,
  WebhookWithSecret,
} from '../../../contracts/api/webhooks.ts'
import { defineCall } from '../../lib/call.ts'

type Id = { params: { id: string } }

export const listAccounts = defineCall<{ query: Partial<ListAccountsQuery>; response: ListAccounts }>(
  'GET',
  '/api/v1/accounts',
)
export const createAccount = defineCall<{ body: CreateAccountBody; response: AccountWithPassword }>(
  'POST',
  '/api/v1/accounts',
)
export const updateAccount = defineCall<Id & { body: UpdateAccountBody; response: AccountWithPassword }>(
  'PATCH',
  '/api/v1/accounts/:id',
)
export const unlockAccount = defineCall<Id & { response: AccountItem }>('POST', '/api/v1/accounts/:id/unlock')

export const listOffices = defineCall<{
  query: Partial<ListOfficesQuery>
  response: z.output<typeof listOfficesResponse>
}>('GET', '/api/v1/offices')
export const createOffice = defineCall<{ body: CreateOfficeBody; response: OfficeItem }>('POST', '/api/v1/offices')
export const updateOffice = defineCall<Id & { body: UpdateOfficeBody; response: OfficeItem }>(
  'PATCH',
  '/api/v1/offices/:id',
)
export const listRegions = defineCall<{
  query: Partial<ListRegionsQuery>
  response: z.output<typeof listRegionsResponse>
}>('GET', '/api/v1/regions')
export const getRegion = defineCall<{ params: { code: string }; response: RegionResponse }>(
  'GET',
  '/api/v1/regions/:code',
)

export const listMessageTemplates = defineCall<{ response: MessageTemplates }>('GET', '/api/v1/message-templates')

export const listHolidays = defineCall<{ query: { year: number }; response: { items: HolidayItem[] } }>(
  'GET',
  '/api/v1/holidays',
)
export const putHoliday = defineCall<{ params: { day: string }; body: PutHoliday; response: HolidayItem }>(
  'PUT',
  '/api/v1/holidays/:day',
)
export const deleteHoliday = defineCall<{ params: { day: string }; response: null }>('DELETE', '/api/v1/holidays/:day')

export const getBpjsHealth = defineCall<{ response: BpjsHealth }>('GET', '/api/v1/bpjs/health')

export const listApiKeys = defineCall<{
  query: { cursor?: string; limit?: number }
  response: { items: ApiKeyItem[]; nextCursor: string | null }
}>('GET', '/api/v1/api-keys')
export const createApiKey = defineCall<{ body: CreateApiKeyBody; response: CreateApiKey }>('POST', '/api/v1/api-keys')
export const revokeApiKey = defineCall<Id & { response: null }>('DELETE', '/api/v1/api-keys/:id')

export const listWebhooks = defineCall<{ response: z.output<typeof listWebhooksResponse> }>('GET', '/api/v1/webhooks')
export const createWebhook = defineCall<{ body: z.input<typeof createWebhookBody>; response: WebhookWithSecret }>(
  'POST',
  '/api/v1/webhooks',
)
export const updateWebhook = defineCall<Id & { body: z.input<typeof updateWebhookBody>; response: WebhookItem }>(
  'PATCH',
  '/api/v1/webhooks/:id',
)
export const deleteWebhook = defineCall<Id & { response: null }>('DELETE', '/api/v1/webhooks/:id')
export const renewWebhookSecret = defineCall<Id & { body: object; response: WebhookWithSecret }>(
  'POST',
  '/api/v1/webhooks/:id/secret',
)
export const pauseWebhook = defineCall<Id & { response: WebhookItem }>('POST', '/api/v1/webhooks/:id/pause')
export const resumeWebhook = defineCall<Id & { response: WebhookItem }>('POST', '/api/v1/webhooks/:id/resume')
export const pingWebhook = defineCall<Id & { response: { eventId: string } }>('POST', '/api/v1/webhooks/:id/ping')
export const replayWebhook = defineCall<Id & { body: ReplayWish; response: { events: number } }>(
  'POST',
  '/api/v1/webhooks/:id/replays',
)
export const listDeliveries = defineCall<Id & { query: Partial<ListDeliveriesQuery>; response: DeliveryPage }>(
  'GET',
  '/api/v1/webhooks/:id/deliveries',
)

export const listAudit = defineCall<{
  query: Partial<ListAuditQuery>
  response: z.output<typeof listAuditResponse>
}>('GET', '/api/v1/audit')
export const verifyAudit = defineCall<{ body: VerifyAudit; response: AuditCheck }>('POST', '/api/v1/audit/verify')

export const renewBackupCodes = defineCall<{
  body: z.infer<typeof passwordBody>
  response: z.infer<typeof backupCodesResponse>
}>('POST', '/api/auth/two-factor/generate-backup-codes')
export const disableTwoFactor = defineCall<{ body: z.infer<typeof passwordBody>; response: { done: true } }>(
  'POST',
  '/api/auth/two-factor/disable',
)
