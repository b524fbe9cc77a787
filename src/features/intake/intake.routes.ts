import { z } from 'zod'
import type { Role } from '../../contracts/access.ts'
import {
  householdLookupSchema,
  householdSchema,
  idempotencyKeySchema,
  intakeCreatedSchema,
  intakeInputSchema,
  intakeSchema,
} from '../../contracts/api/intakes.ts'
import {
  correctionSchema,
  noteInputSchema,
  proposalCountSchema,
  proposalListFilterSchema,
  proposalListQuerySchema,
  proposalPageSchema,
  queueCountsSchema,
  reactivationPapersSchema,
  revealSchema,
  withdrawalSchema,
} from '../../contracts/api/proposals.ts'
import { publicStatusQuerySchema, publicStatusSchema } from '../../contracts/api/public-status.ts'
import type { PublicLabel } from '../../contracts/lifecycle/labels.ts'
import { idSchema } from '../../contracts/primitives/ids.ts'
import { translate } from '../../contracts/text/index.ts'
import { AppError } from '../../platform/errors.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { Corrections } from './corrections.service.ts'
import type { Counts } from './counts.service.ts'
import type { ProposalList } from './proposal-list.service.ts'
import type { Proposals } from './proposals.service.ts'
import type { PublicStatusService } from './public-status.service.ts'
import type { Registration } from './registration.service.ts'

const REGISTRARS = ['petugas', 'kader'] as const satisfies readonly Role[]
export const READERS = [
  'petugas',
  'kader',
  'verifikator',
  'supervisor',
  'penyetuju',
  'auditor',
] as const satisfies readonly Role[]
export const REVEALERS = ['petugas', 'verifikator', 'supervisor', 'penyetuju'] as const satisfies readonly Role[]
// They see a whole region's numbers, and have no papers in hand to compare them with.
export const OVERSEERS = ['supervisor', 'penyetuju'] as const satisfies readonly Role[]
export const CORRECTORS = ['petugas', 'kader', 'supervisor'] as const satisfies readonly Role[]
const NOTERS = ['petugas', 'kader', 'verifikator', 'supervisor'] as const satisfies readonly Role[]

const byId = z.strictObject({ id: idSchema })
const doneSchema = z.null()

export type IntakeRoutesDeps = {
  registration: Registration
  proposals: Proposals
  list: ProposalList
  counts: Counts
  corrections: Corrections
  publicStatus: PublicStatusService
}

function readIdempotencyKey(header: string | string[] | undefined): string {
  if (header === undefined) throw new AppError('idempotency_key_missing')
  const key = idempotencyKeySchema.safeParse(header)
  if (key.success) return key.data
  throw new AppError('invalid_input', { issues: [{ path: 'Idempotency-Key', code: 'bad_format' }] })
}

export const registerIntakeRoutes = (app: App, deps: IntakeRoutesDeps): void => {
  app.post(
    '/api/v1/intakes',
    {
      config: { access: { roles: REGISTRARS, scope: 'intakes:write' }, rateClass: 'intake' },
      schema: {
        tags: ['intakes'],
        summary: 'Register a household',
        headers: z.looseObject({
          'idempotency-key': z
            .string()
            // Longer ones do not fit the header limit; how long it may be is said by `readIdempotencyKey`.
            .max(8192)
            .optional()
            .meta({ description: '8 to 128 printable characters, new for every household', 'x-required': true }),
        }),
        body: intakeInputSchema,
        response: { 201: intakeCreatedSchema },
      },
    },
    async (request, reply) => {
      const created = await deps.registration.register({
        actor: getActor(request),
        idempotencyKey: readIdempotencyKey(request.headers['idempotency-key']),
        requestId: request.id,
        input: request.body,
      })
      return reply.code(201).send(created)
    },
  )

  app.get(
    '/api/v1/intakes/:id',
    {
      config: { access: { roles: READERS, scope: 'proposals:read' } },
      schema: {
        tags: ['intakes'],
        summary: 'A household with the state of each member',
        params: byId,
        response: { 200: intakeSchema },
      },
    },
    (request) => deps.proposals.getIntake(getActor(request), request.params.id, request.id),
  )

  app.post(
    '/api/v1/households/lookup',
    {
      config: { access: { roles: REGISTRARS, scope: 'intakes:write' }, rateClass: 'search' },
      schema: {
        tags: ['intakes'],
        summary: 'Members already known on a KK',
        description: 'From earlier visits that the caller may see, whether they were proposed or only listed.',
        body: householdLookupSchema,
        response: { 200: householdSchema },
      },
    },
    (request) => deps.registration.lookUpHousehold(getActor(request), request.body.familyCardNumber, request.id),
  )

  app.get(
    '/api/v1/proposals',
    {
      config: { access: { roles: READERS, scope: 'proposals:read' }, rateClass: 'search' },
      schema: {
        tags: ['proposals'],
        summary: 'List or search proposals',
        querystring: proposalListQuerySchema,
        response: { 200: proposalPageSchema },
      },
    },
    (request) => deps.list.list(getActor(request), request.query, request.id),
  )

  app.get(
    '/api/v1/proposals/count',
    {
      config: { access: { roles: READERS, scope: 'proposals:read' }, rateClass: 'search' },
      schema: {
        tags: ['proposals'],
        summary: 'How many proposals a list has',
        querystring: proposalListFilterSchema,
        response: { 200: proposalCountSchema },
      },
    },
    (request) => deps.list.count(getActor(request), request.query, request.id),
  )

  app.get(
    '/api/v1/queues',
    {
      config: { access: { roles: READERS, scope: 'proposals:read' } },
      schema: {
        tags: ['proposals'],
        summary: 'Live counts by queue and by state',
        response: { 200: queueCountsSchema },
      },
    },
    (request) => deps.counts.getCounts(getActor(request)),
  )

  app.post(
    '/api/v1/proposals/:id/corrections',
    {
      config: { access: { roles: CORRECTORS }, rateClass: 'intake' },
      schema: {
        tags: ['proposals'],
        summary: 'Answer a return: new content version',
        params: byId,
        body: correctionSchema,
        response: { 204: doneSchema },
      },
    },
    async (request, reply) => {
      await deps.corrections.correct(getActor(request), request.params.id, request.body, request.id)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/proposals/:id/withdraw',
    {
      config: { access: { roles: CORRECTORS } },
      schema: {
        tags: ['proposals'],
        summary: "Take a proposal back on the applicant's wish",
        params: byId,
        body: withdrawalSchema,
        response: { 204: doneSchema },
      },
    },
    async (request, reply) => {
      await deps.proposals.withdraw(getActor(request), {
        proposalId: request.params.id,
        requestId: request.id,
        ...request.body,
      })
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/proposals/:id/reactivation-papers',
    {
      config: { access: { roles: CORRECTORS } },
      schema: {
        tags: ['proposals'],
        summary: 'The papers for a reactivation are complete: back to review',
        params: byId,
        body: reactivationPapersSchema,
        response: { 204: doneSchema },
      },
    },
    async (request, reply) => {
      await deps.proposals.completeReactivation(getActor(request), {
        proposalId: request.params.id,
        requestId: request.id,
        ...request.body,
      })
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/proposals/:id/notes',
    {
      config: { access: { roles: NOTERS } },
      schema: {
        tags: ['proposals'],
        summary: 'Add a note to the history',
        params: byId,
        body: noteInputSchema,
        response: { 204: doneSchema },
      },
    },
    async (request, reply) => {
      await deps.proposals.addNote(getActor(request), {
        proposalId: request.params.id,
        requestId: request.id,
        ...request.body,
      })
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/proposals/:id/reveal',
    {
      config: { access: { roles: REVEALERS }, rateClass: 'search', freshSignIn: OVERSEERS },
      schema: {
        tags: ['proposals'],
        summary: 'Show the full numbers of one person; audited',
        description: 'Supervisor and penyetuju: within 15 minutes after signing in.',
        params: byId,
        response: { 200: revealSchema },
      },
    },
    (request) => deps.proposals.reveal(getActor(request), request.params.id, request.id),
  )

  app.post(
    '/api/public/status',
    {
      config: { access: 'public', rateClass: 'public-status' },
      schema: {
        tags: ['public'],
        summary: 'Public status by receipt number',
        description:
          'The day of the registration, and the public label of every member. Ten wrong phone endings lock a receipt for a day.',
        body: publicStatusQuerySchema,
        response: { 200: publicStatusSchema },
      },
    },
    (request) =>
      deps.publicStatus.getStatus(request.body, request.id, (label: PublicLabel) =>
        translate(request.language, 'labels', label),
      ),
  )
}
