import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type MockParticipant, mockParticipantSchema } from './participant.ts'
import type { Register } from './register.ts'
import type { RequestLog } from './request-log.ts'

export const MOCK_FAULT_MODES = [
  'none',
  'delay',
  'hang',
  '500',
  'html',
  'empty',
  'text',
  'badJson',
  'wrongKey',
  'code201',
  'rateLimit',
  'clockSkew',
] as const

const faultSchema = z.object({
  mode: z.enum(MOCK_FAULT_MODES),
  /** `delay`: how long to wait; `rateLimit`: the Retry-After; `clockSkew`: how far ahead our clock runs. */
  delayMs: z.int().min(0).max(3_600_000).optional(),
})
export type MockFault = z.infer<typeof faultSchema>

export type FaultSwitch = { current: MockFault }

type ControlDeps = { register: Register; faults: FaultSwitch; requests: RequestLog }

/** The test bench beside the protocol: teach members, break things, see what was asked. */
export function registerControlRoutes(app: FastifyInstance, { register, faults, requests }: ControlDeps): void {
  app.put<{ Params: { nik: string } }>('/control/participants/:nik', async (request, reply) => {
    const parsed = mockParticipantSchema.safeParse(request.body)
    if (!/^\d{16}$/.test(request.params.nik) || !parsed.success) {
      return reply.code(400).send({ error: 'invalid participant', issues: parsed.error?.issues ?? [] })
    }
    const participant: MockParticipant = { ...parsed.data, nik: request.params.nik }
    register.teach(participant)
    return participant
  })

  app.delete<{ Params: { nik: string } }>('/control/participants/:nik', async (request, reply) => {
    register.forget(request.params.nik)
    return reply.code(204).send()
  })

  app.put('/control/faults', async (request, reply) => {
    const parsed = faultSchema.safeParse(request.body)
    if (!parsed.success) return reply.code(400).send({ error: 'invalid fault', issues: parsed.error.issues })
    faults.current = parsed.data
    return parsed.data
  })

  app.get('/control/faults', async () => faults.current)
  app.get('/control/requests', async () => requests.summary())
  app.delete('/control/requests', async (_request, reply) => {
    requests.reset()
    return reply.code(204).send()
  })
}
