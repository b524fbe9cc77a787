import type { z } from 'zod'
import type { ConsentText } from '../../../contracts/api/consent.ts'
import type { householdSchema, IntakeCreated } from '../../../contracts/api/intakes.ts'
import type { PersonStanding } from '../../../contracts/api/persons.ts'
import type { ReceiptView } from '../../../contracts/api/receipts.ts'
import type {
  ListRegionsQuery,
  listRegionsResponse,
  OfficeItem,
  RegionResponse,
} from '../../../contracts/api/regions.ts'
import { defineCall } from '../../lib/call.ts'
import type { IntakeBody } from './draft.ts'

export type Household = z.output<typeof householdSchema>

export const lookUpHousehold = defineCall<{ body: { familyCardNumber: string }; response: Household }>(
  'POST',
  '/api/v1/households/lookup',
)
export const lookUpPerson = defineCall<{
  body: { nik: string; fullName?: string; birthDate?: string }
  response: PersonStanding
}>('POST', '/api/v1/persons/lookup')
export const registerHousehold = defineCall<{ body: IntakeBody; response: IntakeCreated }>('POST', '/api/v1/intakes')
export const getReceipt = defineCall<{ params: { id: string }; response: ReceiptView }>(
  'GET',
  '/api/v1/intakes/:id/receipt',
)
export const getConsentText = defineCall<{ response: ConsentText }>('GET', '/api/v1/consent-text')
export const listRegions = defineCall<{
  query: Partial<ListRegionsQuery>
  response: z.output<typeof listRegionsResponse>
}>('GET', '/api/v1/regions')
export const getRegion = defineCall<{ params: { code: string }; response: RegionResponse }>(
  'GET',
  '/api/v1/regions/:code',
)
export const getOffice = defineCall<{ params: { id: string }; response: OfficeItem }>('GET', '/api/v1/offices/:id')
