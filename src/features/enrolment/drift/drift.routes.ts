import { z } from 'zod'
import type { Actor, Role } from '../../../contracts/access.ts'
import {
  type Evidence,
  evidenceSchema,
  type Telling,
  type TellingInput,
  tellingInputSchema,
  tellingSchema,
} from '../../../contracts/api/lists.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { type App, getActor } from '../../../platform/http/index.ts'

const TELLERS = ['supervisor', 'penyetuju'] as const satisfies readonly Role[]
const READERS = [
  'petugas',
  'kader',
  'verifikator',
  'supervisor',
  'penyetuju',
  'auditor',
] as const satisfies readonly Role[]

const tags = ['lists']
const byId = z.strictObject({ id: idSchema })

export type DriftRoutesDeps = {
  tell(caller: { actor: Actor; requestId: string }, driftId: string, input: TellingInput): Promise<Telling>
  findEvidence(actor: Actor, proposalId: string, requestId: string): Promise<Evidence>
}

export function registerDriftRoutes(app: App, { tell, findEvidence }: DriftRoutesDeps): void {
  app.post(
    '/api/v1/drifts/:id/tellings',
    {
      config: { access: { roles: TELLERS } },
      schema: {
        tags,
        summary: 'Ask the people of a work list to come to the office',
        description:
          'Those who are registered and agreed to messages, once for a month, in words that say nothing of the reason. First as a dry run.',
        params: byId,
        body: tellingInputSchema,
        response: { 200: tellingSchema },
      },
    },
    (request) => tell({ actor: getActor(request), requestId: request.id }, request.params.id, request.body),
  )

  app.get(
    '/api/v1/proposals/:id/evidence',
    {
      config: { access: { roles: READERS, scope: 'proposals:read' } },
      schema: {
        tags,
        summary: 'What lists of members and of the poor say of the person, by month',
        description: 'Evidence for people: it decides nothing.',
        params: byId,
        response: { 200: evidenceSchema },
      },
    },
    (request) => findEvidence(getActor(request), request.params.id, request.id),
  )
}
