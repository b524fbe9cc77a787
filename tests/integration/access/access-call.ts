import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { z } from 'zod'
import type { AccessWorld, Caller, Place, Registered, Standing } from './access-world.ts'

export type Probe = {
  request: InjectOptions
  /** Of a list, or of an answer that may name something: whether it shows what lies in the caller's place. */
  shows?: (reply: LightMyRequestResponse) => boolean
}

export type Call = {
  /** What a caller who is let in gets: a status, or "status code" where success needs more than access. */
  answers: string | readonly string[]
  probe(world: AccessWorld, caller: Caller): Probe | Promise<Probe>
  /** Where the things lie that the call can be about; `placeless`: it is about the caller, or the same for everybody. */
  places: readonly Place[] | 'placeless'
  /** A record of another region that shows only as an unknown value of the body. */
  unknownAs?: string
  /** The call ends or replaces the caller's session: it gets one of its own. */
  endsSession?: boolean
  /** The answer goes on: its beginning is all that is waited for. */
  goesOn?: boolean
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export const EVERYWHERE: readonly Place[] = ['own', 'office', 'neighbour', 'elsewhere']
export const OFFICES: readonly Place[] = ['office', 'neighbour', 'elsewhere']
export const plain = (method: Method, url: string, answers: Call['answers'] = '200', payload?: object): Call => ({
  answers,
  places: 'placeless',
  probe: () => ({ request: { method, url, ...(payload === undefined ? {} : { payload }) } }),
})

export const onProposal = (
  method: Method,
  path: string,
  standing: Standing,
  answers: string,
  payload?: (registered: Registered & { twinId: string }) => object,
): Call => ({
  answers,
  places: EVERYWHERE,
  async probe(world, caller) {
    const registered = await world.proposal(caller, standing)
    const url = `/api/v1/proposals/${registered.proposalId}${path.replace('{otherId}', registered.twinId)}`
    return { request: { method, url, ...(payload === undefined ? {} : { payload: payload(registered) }) } }
  },
})

/** A conversation with the household that lies there, held by the caller. */
export const onConversation = (
  method: Method,
  path: string,
  answers: string,
  payload?: (conversation: { messageId: string }) => object,
): Call => ({
  answers,
  places: EVERYWHERE,
  async probe(world, caller) {
    const conversation = await world.conversation(caller)
    const url = `/api/v1/conversations/${conversation.id}${path}`
    return { request: { method, url, ...(payload === undefined ? {} : { payload: payload(conversation) }) } }
  },
})

/** A webhook of the place. */
export const onWebhook = (method: Method, path: string, answers: string, payload?: object): Call => ({
  answers,
  places: OFFICES,
  async probe(world, caller) {
    // A region may have twenty: what an earlier call made is not needed any more.
    await world.whole.database.owner.deleteFrom('webhook_endpoint').execute()
    const id = await world.webhook(world.spotOf(caller))
    return { request: { method, url: `/api/v1/webhooks/${id}${path}`, ...(payload && { payload }) } }
  },
})

const itemsSchema = z.object({ items: z.array(z.object({ id: z.union([z.string(), z.number()]) })) })
export const listIds = (reply: LightMyRequestResponse): string[] =>
  itemsSchema.parse(reply.json()).items.map(({ id }) => String(id))
