import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { LookUpResult, SendResult } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { createWorld, eligible, type Household, received, SETTLE_MARGIN_MS, type Worker, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
beforeEach(async () => {
  await world.reset()
})
afterAll(async () => {
  await world.close()
})

const PATIENT_MS = 60_000
const OPEN_MS = PATIENT_MS + SETTLE_MARGIN_MS + 1

type LookUp = (reference: string, to: string | null) => Promise<LookUpResult>

/** A gateway that takes a text with the next of the ids, and without an answer when there is none. */
function connect(lookUpByReference: LookUp): { worker: Worker; ids: string[] } {
  const ids: string[] = []
  const worker = world.createWorker({
    sendTimeoutMs: PATIENT_MS,
    gateway: {
      ...world.simulator.gateway,
      async send(): Promise<SendResult> {
        const gatewayMessageId = ids.shift()
        return gatewayMessageId === undefined ? { kind: 'unknown' } : { kind: 'accepted', gatewayMessageId }
      },
      lookUpByReference,
    },
  })
  return { worker, ids }
}

/** Tells a household and answers with the reference of the text. */
async function tell(worker: Worker, household: Household, notice = received(household)): Promise<string> {
  world.settled.add(household.intakeId)
  await world.record([notice])
  await worker.drain()
  const messages = world.database.owner.selectFrom('message').select('reference')
  const newest = messages.where('intake_id', '=', household.intakeId).orderBy('id', 'desc')
  return (await newest.executeTakeFirstOrThrow()).reference
}
const stateOf = async (household: Household): Promise<string> => (await world.message(household.intakeId)).state

test('a text that is found under the id of another message is not settled by it, and holds up nobody', async () => {
  const answers = new Map<string, LookUpResult>()
  const { worker, ids } = connect(async (reference) => answers.get(reference) ?? { kind: 'cannot_tell' })
  const [told, mistaken, other] = [world.newHousehold(), world.newHousehold(), world.newHousehold()]
  ids.push('first')
  await tell(worker, told)
  answers.set(await tell(worker, mistaken), { kind: 'sent', gatewayMessageId: 'first' })
  answers.set(await tell(worker, other), { kind: 'sent', gatewayMessageId: 'third' })
  // As after a crash: it must not stay so.
  const { id } = await world.message(mistaken.intakeId)
  await world.database.owner.updateTable('message').set({ state: 'sending' }).where('id', '=', id).execute()
  world.clock.advance(OPEN_MS)
  await worker.settle()
  expect(await stateOf(mistaken)).toBe('unknown')
  expect(await stateOf(other)).toBe('sent')
  expect(await stateOf(told)).toBe('sent')
})

test('a text whose outcome cannot be stored is asked about again later, and holds up nobody', async () => {
  const asked: string[] = []
  const { worker } = connect(async (reference) => {
    asked.push(reference)
    return { kind: 'sent', gatewayMessageId: `id-${reference}` }
  })
  // Of one chat too.
  const [household, neighbour] = [world.newHousehold(), world.newHousehold()]
  const broken = await tell(worker, household)
  await tell(worker, household, eligible(household))
  await tell(worker, neighbour)
  const refusal = `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
    CREATE TRIGGER refuse BEFORE UPDATE OF gateway_message_id ON message FOR EACH ROW
      WHEN (NEW.reference = '${broken}') EXECUTE FUNCTION refuse()`
  await sql.raw(refusal).execute(world.database.owner)
  try {
    world.clock.advance(OPEN_MS)
    await worker.settle()
    expect(await stateOf(neighbour)).toBe('sent')
    expect(await stateOf(household)).toBe('sent')
    await worker.settle()
    expect(asked.filter((reference) => reference === broken)).toHaveLength(1)
  } finally {
    await sql.raw('DROP TRIGGER refuse ON message; DROP FUNCTION refuse').execute(world.database.owner)
  }
  world.clock.advance(2 * OPEN_MS)
  await worker.settle()
  const states = await world.database.owner.selectFrom('message').select('state').execute()
  expect(states).toEqual([{ state: 'sent' }, { state: 'sent' }, { state: 'sent' }])
})

test('four chats are asked at a time, each about one text at a time', async () => {
  const waiting: { chat: string | null; answer: () => void }[] = []
  const { worker } = connect(
    (_, chat) =>
      new Promise((resolve) => waiting.push({ chat, answer: () => resolve({ kind: 'sent', gatewayMessageId: null }) })),
  )
  const households = Array.from({ length: 6 }, () => world.newHousehold())
  for (const household of households) {
    await tell(worker, household)
    await tell(worker, household, eligible(household))
  }
  world.clock.advance(OPEN_MS)
  const settled = worker.settle()
  const asked: (string | null)[] = []
  while (asked.length < 12) {
    const wanted = Math.min(4, 12 - asked.length)
    // The last chat has two texts, and nobody else is left.
    const chatsLeft = new Set(households.map(({ phone }) => phone))
    for (const phone of asked) if (asked.filter((one) => one === phone).length === 2) chatsLeft.delete(phone ?? '')
    await expect.poll(() => waiting.length, { interval: 5, timeout: 10_000 }).toBe(Math.min(wanted, chatsLeft.size))
    const chats = waiting.map(({ chat }) => chat)
    expect(new Set(chats).size).toBe(chats.length)
    asked.push(...chats)
    for (const { answer } of waiting.splice(0)) answer()
  }
  await settled
  const states = await world.database.owner.selectFrom('message').select('state').distinct().execute()
  expect(states).toEqual([{ state: 'sent' }])
})
