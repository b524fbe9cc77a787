import type { z } from 'zod'
import type {
  AddOpening,
  Forecast,
  PutTariff,
  putQuotaBody,
  Quota,
  QuotaItem,
  QuotaLine,
  TakeoverReport,
  Tariff,
} from '../../../contracts/api/quota.ts'
import { defineCall } from '../../lib/call.ts'
import { defineUpload } from '../../lib/upload.ts'

type Place = { regionCode: string; year: string }
type TariffPlace = { regionCode: string; validFrom: string }
type Tariffs = { items: Tariff[] }

export const listQuotas = defineCall<{ query: { year: number }; response: { items: QuotaItem[] } }>(
  'GET',
  '/api/v1/quotas',
)
export const getQuota = defineCall<{ params: Place; response: Quota }>('GET', '/api/v1/quotas/:regionCode/:year')
export const putQuota = defineCall<{ params: Place; body: z.input<typeof putQuotaBody>; response: Quota }>(
  'PUT',
  '/api/v1/quotas/:regionCode/:year',
)
export const addOpening = defineCall<{ params: Place; body: AddOpening; response: Quota }>(
  'POST',
  '/api/v1/quotas/:regionCode/:year/openings',
)
export const deleteOpening = defineCall<{ params: Place & { id: string }; response: Quota }>(
  'DELETE',
  '/api/v1/quotas/:regionCode/:year/openings/:id',
)
export const takeOver = defineUpload<TakeoverReport>('POST', '/api/v1/quotas/:regionCode/:year/takeovers')
export const listLine = defineCall<{
  params: Place
  query: { cursor?: string | undefined; limit: number }
  response: QuotaLine
}>('GET', '/api/v1/quotas/:regionCode/:year/line')
export const getForecast = defineCall<{
  params: Place
  query: { registered?: number | undefined }
  response: Forecast
}>('GET', '/api/v1/quotas/:regionCode/:year/forecast')
export const putTariff = defineCall<{ params: TariffPlace; body: PutTariff; response: Tariffs }>(
  'PUT',
  '/api/v1/tariffs/:regionCode/:validFrom',
)
export const deleteTariff = defineCall<{ params: TariffPlace; response: Tariffs }>(
  'DELETE',
  '/api/v1/tariffs/:regionCode/:validFrom',
)
