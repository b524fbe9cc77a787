import { z } from 'zod'
import { type Call, EVERYWHERE, type Probe, plain } from './access-call.ts'
import type { AccessWorld, Caller } from './access-world.ts'

let serial = 0
const newView = () => ({ name: `Tampilan ${++serial}`, filters: { state: ['in_review'] }, columns: ['fullName'] })

/** A view of whoever calls; to those who have none, one that is not theirs. */
async function onOwnView(
  world: AccessWorld,
  caller: Caller,
  method: 'PUT' | 'DELETE',
  payload?: object,
): Promise<Probe> {
  const as = caller.letIn ? caller.username : 'auditor'
  const made = await world.whole.send({ as, method: 'POST', url: '/api/v1/views', payload: newView() })
  const { id } = z.object({ id: z.string() }).parse(made.json())
  return { request: { method, url: `/api/v1/views/${id}`, ...(payload && { payload }) } }
}

const exporting = (numbers: 'masked' | 'full'): Call => ({
  answers: '200',
  places: EVERYWHERE,
  async probe(world, caller) {
    const { receiptNumber } = await world.proposal(caller, 'any')
    const payload = { filters: { q: receiptNumber }, format: 'csv', numbers }
    return {
      request: { method: 'POST', url: '/api/v1/exports', payload },
      shows: (reply) => reply.body.includes(receiptNumber),
    }
  },
})

export const LIST_CALLS: Record<string, Call> = {
  'GET /api/v1/proposals/count': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { receiptNumber } = await world.proposal(caller, 'any')
      return {
        request: { method: 'GET', url: `/api/v1/proposals/count?q=${receiptNumber}` },
        shows: (reply) => z.object({ total: z.number() }).parse(reply.json()).total > 0,
      }
    },
  },
  'GET /api/v1/views': plain('GET', '/api/v1/views'),
  'POST /api/v1/views': {
    answers: '201',
    places: 'placeless',
    probe: () => ({ request: { method: 'POST', url: '/api/v1/views', payload: newView() } }),
  },
  'PUT /api/v1/views/{id}': {
    answers: '200',
    places: 'placeless',
    probe: (world, caller) => onOwnView(world, caller, 'PUT', { ...newView(), version: 1 }),
  },
  'DELETE /api/v1/views/{id}': {
    answers: '204',
    places: 'placeless',
    probe: (world, caller) => onOwnView(world, caller, 'DELETE'),
  },
  'POST /api/v1/exports': exporting('masked'),
  'POST /api/v1/exports (full numbers)': exporting('full'),
}
