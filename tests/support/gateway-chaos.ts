import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { openSession, type Session, signIn, until } from '../../scripts/lib/session.ts'
import { type IntakeBody, makeIntakeBody } from './intake-body.ts'
import type { Product } from './product.ts'

const SENDERS = 8
const PATIENCE_MS = 240_000

export type Notified = { phone: string; proposalId: string }
type Message = { state: string; body: string | null }
/** What went wrong, by phone: nothing must. */
export type ChaosReport = { lost: string[]; twice: string[]; untrue: string[] }
export const NO_HARM: ChaosReport = { lost: [], twice: [], untrue: [] }

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items]
  const run = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: SENDERS }, run))
}

/** Registers households, whose first notice is then on its way. Every one has a phone of its own, which `prepare` is told before. */
export async function registerHouseholds(
  address: string,
  count: number,
  prepare: (phone: string) => void = () => {},
): Promise<Notified[]> {
  const petugas = await signIn(address, 'petugas', 'puntadewa-demo')
  const phones = new Set<string>()
  const bodies: IntakeBody[] = []
  while (bodies.length < count) {
    const body = makeIntakeBody()
    if (phones.has(body.whatsappNumber)) continue
    phones.add(body.whatsappNumber)
    bodies.push(body)
  }
  const registered: Notified[] = []
  await inParallel(bodies, async (body) => {
    const phone = `62${body.whatsappNumber.slice(1)}`
    prepare(phone)
    const intake = await petugas.must('POST', '/api/v1/intakes', body, { 'idempotency-key': randomUUID() })
    registered.push({ phone, proposalId: intake.proposals[0].id })
  })
  return registered
}

const ENDS_ON_PHONE = ['sent', 'delivered', 'read']

/**
 * Compares what the product says with what stands on the phones, once no message is under way any more: a text that was lost without
 * a word, one that arrived twice, a state that is not true. `mayStayUnknown`: of a transport that cannot always tell what became of a text;
 * the state claims nothing. Else every outcome is found out, and each phone has its one text.
 */
export async function inspectNotices(
  reader: Session,
  registered: readonly Notified[],
  textsOn: (phone: string) => Promise<string[]>,
  { mayStayUnknown }: { mayStayUnknown: boolean },
): Promise<ChaosReport> {
  const report: ChaosReport = { lost: [], twice: [], untrue: [] }
  const end = performance.now() + PATIENCE_MS
  const openStates = mayStayUnknown ? ['queued'] : ['queued', 'unknown']
  const messagesOf = async (proposalId: string): Promise<Message[]> =>
    (await reader.must('GET', `/api/v1/proposals/${proposalId}/messages`)).items
  await inParallel(registered, async ({ phone, proposalId }) => {
    let messages = await messagesOf(proposalId)
    const isUnderWay = (): boolean => messages.length === 0 || messages.some(({ state }) => openStates.includes(state))
    while (isUnderWay() && performance.now() < end) {
      await delay(500)
      messages = await messagesOf(proposalId)
    }
    const texts = await textsOn(phone)
    const told = `${phone} ${messages.map((message) => message.state).join(' ')}`
    if (isUnderWay() || (!mayStayUnknown && texts.length === 0)) report.lost.push(told)
    if (texts.length > 1) report.twice.push(told)
    for (const { state, body } of messages) {
      const arrived = body !== null && texts.includes(body)
      if (ENDS_ON_PHONE.includes(state) && !arrived) report.untrue.push(told)
      if (['failed', 'suppressed'].includes(state) && arrived) report.untrue.push(told)
    }
  })
  return report
}

/**
 * Kills a process of the gateway again and again, each time after so many more texts have arrived, and starts another one at once.
 * With more than one of them the others wait to take over, and `findSender` tells which one to hit. Returns those that live.
 */
export async function killWhileSending(options: {
  start(): Product
  processes?: number
  findSender?(): Promise<number | undefined>
  blows: number
  total: number
  countArrived(): Promise<number>
}): Promise<Product[]> {
  const { start, blows, total, countArrived, findSender } = options
  const gateways = Array.from({ length: options.processes ?? 1 }, start)
  const findVictim = async (): Promise<Product | undefined> => {
    if (!findSender) return gateways[0]
    const sender = await findSender()
    return gateways.find(({ child }) => child.pid === sender)
  }
  for (let blow = 0; blow < blows; blow += 1) {
    const goal = Math.floor(((blow + Math.random() * 0.9) * total) / blows)
    while ((await countArrived()) < goal) {
      for (const { child, output } of gateways) expect(child.exitCode, output()).toBeNull()
      await delay(5)
    }
    // Anywhere within a send: before, during or after the hand-over.
    await delay(Math.random() * 20)
    const victim = await until(findVictim, (found) => found !== undefined, 60)
    await victim?.end('SIGKILL')
    gateways.splice(0, gateways.length, ...gateways.filter((gateway) => gateway !== victim), start())
  }
  return gateways
}

export const readSimulatedPhone = (address: string) => async (phone: string) => {
  const page = await openSession(address).must('GET', `/api/v1/simulator/messages?to=${phone}`)
  return page.items.map((item: { body: string }) => item.body)
}
