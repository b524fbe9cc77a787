import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role } from '../../contracts/access.ts'
import { manualCheckSchema } from '../../contracts/api/bpjs.ts'
import { personLookupSchema, personStandingSchema } from '../../contracts/api/persons.ts'
import {
  claimedNextSchema,
  claimSchema,
  comparisonSchema,
  decisionSchema,
  draftInputSchema,
  draftSavedSchema,
  duplicateDismissalSchema,
  leaseViewSchema,
  nextCaseSchema,
  type ProposalView,
  proposalViewSchema,
  recallSchema,
  setAsideSchema,
  undoSchema,
} from '../../contracts/api/proposals.ts'
import { PUBLIC_LABELS } from '../../contracts/lifecycle/labels.ts'
import { QUEUE_KEYS } from '../../contracts/lifecycle/queues.ts'
import { idSchema } from '../../contracts/primitives/ids.ts'
import { translate } from '../../contracts/text/index.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { Comparer } from './compare.service.ts'
import type { Decisions } from './decisions.service.ts'
import type { Drafts } from './drafts.service.ts'
import type { DuplicateReview } from './duplicate-review.service.ts'
import type { Leases } from './leases.service.ts'
import type { Membership } from './membership.service.ts'
import type { NextCases } from './next-case.service.ts'
import type { PersonLookups } from './person-lookup.service.ts'
import type { ProposalDetail, ProposalViews } from './proposal-view.service.ts'
import type { Undo } from './undo.service.ts'
import type { Caller } from './verification.ports.ts'

const READERS = [
  'petugas',
  'kader',
  'verifikator',
  'supervisor',
  'penyetuju',
  'auditor',
] as const satisfies readonly Role[]
const REGISTRARS = ['petugas', 'kader'] as const satisfies readonly Role[]
const REVIEWERS = ['verifikator', 'supervisor'] as const satisfies readonly Role[]
const SUPERVISORS = ['supervisor'] as const satisfies readonly Role[]

export type VerificationRoutesDeps = {
  views: ProposalViews
  leases: Leases
  decisions: Decisions
  undo: Pick<Undo, 'undo'>
  drafts: Pick<Drafts, 'save'>
  next: NextCases
  comparison: Comparer
  duplicates: DuplicateReview
  membership: Membership
  persons: PersonLookups
}

const byId = z.strictObject({ id: idSchema })
const byPair = z.strictObject({ id: idSchema, otherId: idSchema })
const byQueue = z.strictObject({ queue: z.enum(QUEUE_KEYS) })
const view = { 200: proposalViewSchema }

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

function labelled(request: FastifyRequest, detail: ProposalDetail): ProposalView {
  return { ...detail, publicLabel: translate(request.language, 'labels', PUBLIC_LABELS[detail.state]) }
}

/** Acts of reviewers answer with the case as it is afterwards, so that a console needs no second request. */
export const registerVerificationRoutes = (app: App, deps: VerificationRoutesDeps): void => {
  const after = async (request: FastifyRequest, id: string): Promise<ProposalView> =>
    labelled(request, await deps.views.compose(callerOf(request), id))

  app.post(
    '/api/v1/persons/lookup',
    {
      // For people only: a machine could ask about a whole region.
      config: { access: { roles: REGISTRARS }, rateClass: 'intake' },
      schema: {
        tags: ['intakes'],
        summary: 'What is known of a person before they are registered; audited',
        description:
          'Whether an open proposal holds the NIK, and what BPJS says. Entry never waits for it: a BPJS that is silent is an outcome.',
        body: personLookupSchema,
        response: { 200: personStandingSchema },
      },
    },
    (request) => deps.persons.lookUp(callerOf(request), request.body),
  )

  app.get(
    '/api/v1/proposals/:id',
    {
      config: { access: { roles: READERS, scope: 'proposals:read' } },
      schema: {
        tags: ['proposals'],
        summary: 'A proposal with its checks, history and allowed actions',
        params: byId,
        response: view,
      },
    },
    async (request) => labelled(request, await deps.views.getProposal(callerOf(request), request.params.id)),
  )

  app.post(
    '/api/v1/proposals/:id/claim',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags: ['proposals'],
        summary: 'Take a case for 20 minutes; 409 names the one who has it',
        params: byId,
        body: claimSchema.nullish(),
        response: { 200: leaseViewSchema },
      },
    },
    (request) => deps.leases.claim(callerOf(request), request.params.id, request.body?.takeOver ?? false),
  )

  app.post(
    '/api/v1/proposals/:id/release',
    {
      config: { access: { roles: REVIEWERS } },
      schema: { tags: ['proposals'], summary: 'Give a case back', params: byId, response: { 200: leaseViewSchema } },
    },
    (request) => deps.leases.release(callerOf(request), request.params.id),
  )

  app.post(
    '/api/v1/proposals/:id/decisions',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags: ['proposals'],
        summary: 'Decide a claimed case',
        params: byId,
        body: decisionSchema,
        response: view,
      },
    },
    async (request) => {
      await deps.decisions.decide(callerOf(request), request.params.id, request.body)
      return after(request, request.params.id)
    },
  )

  app.post(
    '/api/v1/proposals/:id/set-aside',
    {
      config: { access: { roles: SUPERVISORS } },
      schema: {
        tags: ['proposals'],
        summary: 'Take back a decision that ended a case, within 30 days',
        params: byId,
        body: setAsideSchema,
        response: view,
      },
    },
    async (request) => {
      await deps.decisions.setAside(callerOf(request), request.params.id, request.body)
      return after(request, request.params.id)
    },
  )

  app.post(
    '/api/v1/proposals/:id/undo',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags: ['proposals'],
        summary: "Undo one's own decision while nobody has been told; the case is the caller's again",
        params: byId,
        body: undoSchema,
        response: view,
      },
    },
    async (request) => {
      await deps.undo.undo(callerOf(request), request.params.id, request.body.version)
      return after(request, request.params.id)
    },
  )

  app.put(
    '/api/v1/proposals/:id/draft',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags: ['proposals'],
        summary: 'Keep what is about to be decided; whoever has the case by then sees it as a suggestion',
        params: byId,
        body: draftInputSchema,
        response: { 200: draftSavedSchema },
      },
    },
    (request) => deps.drafts.save(callerOf(request), request.params.id, request.body),
  )

  app.get(
    '/api/v1/queues/:queue/next',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags: ['proposals'],
        summary: 'What comes next in a queue, without taking it',
        params: byQueue,
        response: { 200: nextCaseSchema },
      },
    },
    (request) => deps.next.peek(callerOf(request), request.params.queue),
  )

  app.post(
    '/api/v1/queues/:queue/claim-next',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags: ['proposals'],
        summary: 'Take the next case of a queue and show it; null when none is left',
        params: byQueue,
        response: { 200: claimedNextSchema },
      },
    },
    async (request) => {
      const detail = await deps.next.claimNext(callerOf(request), request.params.queue)
      return { proposal: detail && labelled(request, detail) }
    },
  )

  app.get(
    '/api/v1/proposals/:id/duplicates/:otherId',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags: ['proposals'],
        summary: 'Two proposals beside each other: what differs, how alike they are and why',
        params: byPair,
        response: { 200: comparisonSchema },
      },
    },
    (request) => deps.comparison.compare(callerOf(request), request.params.id, request.params.otherId),
  )

  app.post(
    '/api/v1/proposals/:id/recall',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags: ['proposals'],
        summary: 'Take back an approval before it is sealed',
        params: byId,
        body: recallSchema,
        response: view,
      },
    },
    async (request) => {
      await deps.decisions.recall(callerOf(request), request.params.id, request.body)
      return after(request, request.params.id)
    },
  )

  app.post(
    '/api/v1/proposals/:id/membership-checks',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags: ['proposals'],
        summary: 'Record a membership that was checked by other means, with evidence',
        params: byId,
        body: manualCheckSchema,
        response: view,
      },
    },
    async (request) => {
      await deps.membership.recordManual(callerOf(request), request.params.id, request.body)
      return after(request, request.params.id)
    },
  )

  app.post(
    '/api/v1/proposals/:id/membership-checks/refresh',
    {
      config: { access: { roles: REVIEWERS }, rateClass: 'search' },
      schema: { tags: ['proposals'], summary: 'Ask BPJS again now', params: byId, response: view },
    },
    async (request) => {
      await deps.membership.refresh(callerOf(request), request.params.id)
      return after(request, request.params.id)
    },
  )

  app.post(
    '/api/v1/proposals/:id/duplicates/:otherId/dismiss',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags: ['proposals'],
        summary: 'Say that two proposals are two people',
        params: byPair,
        body: duplicateDismissalSchema,
        response: view,
      },
    },
    async (request) => {
      const { id, otherId } = request.params
      await deps.duplicates.dismiss(callerOf(request), id, otherId, request.body.note)
      return after(request, id)
    },
  )
}
