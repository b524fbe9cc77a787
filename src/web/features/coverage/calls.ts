import type { z } from 'zod'
import type {
  Contribution,
  CoverageFileQuery,
  CoverageQuery,
  CoverageResponse,
  CoverageRule,
  createRuleBody,
  enterFiguresBody,
  enterFiguresResponse,
  ImportReport,
  PutContribution,
  StandingQuery,
  StandingResponse,
  TrendQuery,
  TrendResponse,
} from '../../../contracts/api/coverage.ts'
import { defineCall, defineDownload } from '../../lib/call.ts'

type Code = { params: { code: string } }

export const getCoverage = defineCall<Code & { query: Partial<CoverageQuery>; response: CoverageResponse }>(
  'GET',
  '/api/v1/coverage/:code',
)
export const getTrend = defineCall<Code & { query: Partial<TrendQuery>; response: TrendResponse }>(
  'GET',
  '/api/v1/coverage/:code/trend',
)
export const getStanding = defineCall<Code & { query: StandingQuery; response: StandingResponse }>(
  'GET',
  '/api/v1/coverage/:code/standing',
)
export const enterFigures = defineCall<{
  body: z.input<typeof enterFiguresBody>
  response: z.output<typeof enterFiguresResponse>
}>('POST', '/api/v1/coverage/figures')
export const importFigures = defineCall<{ body: FormData; response: ImportReport }>('POST', '/api/v1/coverage/imports')
export const putContribution = defineCall<Code & { body: PutContribution; response: Contribution }>(
  'PUT',
  '/api/v1/coverage/:code/contributions',
)
export const createRule = defineCall<{ body: z.input<typeof createRuleBody>; response: CoverageRule }>(
  'POST',
  '/api/v1/coverage/rules',
)
export const downloadFigures = defineDownload<
  Code & { query: Pick<CoverageFileQuery, 'format'> & Partial<CoverageFileQuery> }
>('GET', '/api/v1/coverage/:code/file')
