import { z } from 'zod'
import type { BulkState } from '../../../src/contracts/api/bulk-jobs.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { type Call, EVERYWHERE, type Method, OFFICES, onProposal, plain } from './access-call.ts'

const nextSchema = z.object({ next: z.object({ id: z.string() }).nullable() })
const claimedSchema = z.object({ proposal: z.object({ id: z.string() }).nullable() })

/** A queue in which one case alone waits: the place's. */
const onQueue = (method: Method, path: string, idOf: (body: unknown) => string | undefined): Call => ({
  answers: '200',
  places: OFFICES,
  async probe(world, caller) {
    const spot = world.spotOf(caller)
    const { proposalId } = await world.register(spot)
    const { owner } = world.whole.database
    await owner.updateTable('proposal_status').set({ queue: null }).where('queue', '=', 'urgent_care').execute()
    await owner
      .updateTable('proposal_status')
      .set({ state: 'in_review', queue: 'urgent_care', due_at: new Date() })
      .where('proposal_id', '=', proposalId)
      .execute()
    return {
      request: { method, url: `/api/v1/queues/urgent_care${path}` },
      shows: (reply) => idOf(reply.json()) === proposalId,
    }
  },
})

/** A bulk job of the caller. */
const onBulkJob = (method: Method, path: string, answers: string, state: BulkState): Call => ({
  answers,
  places: 'placeless',
  async probe(world, caller) {
    const { owner } = world.whole.database
    await owner.updateTable('bulk_job').set({ state: 'done' }).execute()
    const id = uuidIds.next()
    const undo_until = new Date(Date.now() + 600_000)
    const created_by = await world.whole.userIdOf(caller.username)
    await owner
      .insertInto('bulk_job')
      .values({ id, action: 'eligible', reasons: '[]', state, created_by, created_at: new Date(), undo_until })
      .execute()
    return { request: { method, url: `/api/v1/bulk-jobs/${id}${path}` } }
  },
})

/** What reviewers do with the next case, with two beside each other, and with many at once. */
export const REVIEW_CALLS: Record<string, Call> = {
  'POST /api/v1/proposals/{id}/undo': onProposal('POST', '/undo', 'undoable', '200', () => ({ version: 1 })),
  'PUT /api/v1/proposals/{id}/draft': onProposal('PUT', '/draft', 'claimed', '200', () => ({
    version: 1,
    decision: 'eligible',
  })),
  'GET /api/v1/proposals/{id}/duplicates/{otherId}': onProposal(
    'GET',
    '/duplicates/{otherId}',
    'claimed_with_twin',
    '200',
  ),
  'GET /api/v1/queues/{queue}/next': onQueue('GET', '/next', (body) => nextSchema.parse(body).next?.id),
  'POST /api/v1/queues/{queue}/claim-next': onQueue(
    'POST',
    '/claim-next',
    (body) => claimedSchema.parse(body).proposal?.id,
  ),

  'GET /api/v1/reviewers': plain('GET', '/api/v1/reviewers'),
  'POST /api/v1/proposals/{id}/assignment': {
    answers: '204',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { proposalId } = await world.proposal(caller, 'in_review')
      // To oneself: whoever may give cases away may decide them too.
      const payload = { version: 1, reviewerId: await world.whole.userIdOf(caller.username) }
      return { request: { method: 'POST', url: `/api/v1/proposals/${proposalId}/assignment`, payload } }
    },
  },
  'POST /api/v1/bulk-jobs': {
    answers: '202',
    places: EVERYWHERE,
    unknownAs: 'proposal_unknown',
    async probe(world, caller) {
      await world.whole.database.owner.updateTable('bulk_job').set({ state: 'ready' }).execute()
      const { proposalId } = await world.proposal(caller, 'in_review')
      const payload = { action: 'release', proposalIds: [proposalId] }
      return { request: { method: 'POST', url: '/api/v1/bulk-jobs', payload } }
    },
  },
  'GET /api/v1/bulk-jobs': plain('GET', '/api/v1/bulk-jobs'),
  'GET /api/v1/bulk-jobs/{id}': onBulkJob('GET', '', '200', 'ready'),
  'GET /api/v1/bulk-jobs/{id}/rows': onBulkJob('GET', '/rows', '200', 'ready'),
  'POST /api/v1/bulk-jobs/{id}/run': onBulkJob('POST', '/run', '202', 'ready'),
  'POST /api/v1/bulk-jobs/{id}/undo': onBulkJob('POST', '/undo', '202', 'done'),
}
