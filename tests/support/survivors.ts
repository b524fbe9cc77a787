import { setTimeout as delay } from 'node:timers/promises'
import type { IntakeBody } from './intake-body.ts'

type Created = { id: string; receiptNumber: string; proposals: { id: string }[] }
export type Sent = { body: IntakeBody; key: string; expected: string; created: Created | null }

type Answer = { status: number; body: never }
export type Office = {
  /** Sends as a phone with bad network would: the same key again until there is an answer. */
  sendAll(sent: readonly Sent[], refused: readonly IntakeBody[], senders: number): Promise<void>
  read(path: string): Promise<Answer>
}

/** For the whole backlog, from the moment the last intake was answered. */
const PATIENCE_MS = 240_000
const PAUSE_MS = 100
const READERS = 8

/** In order, at most `width` at a time. */
async function runAll(work: readonly (() => Promise<void>)[], width: number): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < work.length) await work[next++]?.()
  }
  await Promise.all(Array.from({ length: width }, worker))
}

/** A puskesmas that goes on working whatever happens to the server. */
export function openOffice(address: string, password: string): Office {
  let cookie = ''

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), cookie, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    })
    const set = response.headers.getSetCookie()
    if (set.length > 0) cookie = set.map((item) => item.split(';')[0]).join('; ')
    const text = await response.text()
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as never }
  }

  const signIn = () => call('POST', '/api/auth/sign-in/username', { username: 'petugas', password })

  /** Until the server has answered in a way that is not its own trouble. */
  const insist = async (work: () => Promise<Answer>): Promise<Answer> => {
    for (;;) {
      try {
        const answer = await work()
        if (answer.status < 500 && answer.status !== 429 && answer.status !== 401) return answer
        if (answer.status === 401) await signIn()
      } catch {
        // Away: being killed or starting again.
      }
      await delay(PAUSE_MS)
    }
  }

  const post = (body: IntakeBody, key: string) =>
    insist(() => call('POST', '/api/v1/intakes', body, { 'idempotency-key': key }))

  return {
    read: (path) => insist(() => call('GET', path)),
    async sendAll(sent, refused, senders) {
      const work = [
        ...sent.map((item) => async () => {
          const answer = await post(item.body, item.key)
          if (answer.status !== 201)
            throw new Error(`an intake was answered ${answer.status}: ${JSON.stringify(answer.body)}`)
          item.created = answer.body
        }),
        ...refused.map((body, index) => async () => {
          const answer = await post(body, `refused-${index}-${body.familyCardNumber}`)
          if (answer.status !== 400) throw new Error(`a wrong intake was answered ${answer.status}`)
        }),
      ]
      await runAll(work, senders)
    },
  }
}

export type SurvivorReport = {
  lost: string[]
  elsewhere: string[]
  untold: string[]
  toldTwice: string[]
  strangersTold: string[]
}

type Message = { template: string; state: string; body: string }
const referenceOf = (body: string): string => /Ref ([0-9A-Z]{10})/.exec(body)?.[1] ?? body

/** At least once, also when the time is over. */
async function eventually(isDone: () => Promise<boolean>, end: number): Promise<void> {
  while (!(await isDone()) && performance.now() < end) await delay(500)
}

/**
 * What became of every intake that was answered 201, by receipt number: not there, in another state than expected, a notice that
 * did not arrive, one that arrived twice; and phones of refused intakes that got anything at all. Waits for the backlog first.
 */
export async function describeSurvivors(
  office: Office,
  sent: readonly Sent[],
  refused: readonly IntakeBody[],
): Promise<SurvivorReport> {
  const report: SurvivorReport = { lost: [], elsewhere: [], untold: [], toldTwice: [], strangersTold: [] }
  const end = performance.now() + PATIENCE_MS
  const phoneOf = (body: IntakeBody): string => `62${body.whatsappNumber.slice(1)}`
  const arrivedAt = async (body: IntakeBody): Promise<string[]> => {
    const page: { items: { body: string }[] } = (await office.read(`/api/v1/simulator/messages?to=${phoneOf(body)}`))
      .body
    return page.items.map((message) => referenceOf(message.body))
  }

  const inspect = async ({ body, expected, created }: Sent): Promise<void> => {
    const id = created?.proposals[0]?.id
    if (!created || !id || (await office.read(`/api/v1/proposals/${id}`)).status !== 200) {
      report.lost.push(created?.receiptNumber ?? body.familyCardNumber)
      return
    }
    let state = ''
    let messages: Message[] = []
    let arrived: string[] = []
    const isTold = (): boolean =>
      messages.length === (expected === 'in_review' ? 1 : 2) &&
      messages.every(
        (message) => ['delivered', 'read'].includes(message.state) && arrived.includes(referenceOf(message.body)),
      )
    await eventually(async () => {
      const proposal: { state: string } = (await office.read(`/api/v1/proposals/${id}`)).body
      const page: { items: Message[] } = (await office.read(`/api/v1/proposals/${id}/messages`)).body
      state = proposal.state
      messages = page.items
      arrived = await arrivedAt(body)
      return state === expected && isTold()
    }, end)
    if (state !== expected) report.elsewhere.push(`${created.receiptNumber} ${state}, not ${expected}`)
    if (!isTold()) {
      report.untold.push(
        `${created.receiptNumber} ${state} ${messages.map((message) => `${message.template}:${message.state}`).join(' ')}`,
      )
    }
    const references = new Set(messages.map((message) => referenceOf(message.body)))
    if (arrived.length !== references.size || new Set(arrived).size !== arrived.length) {
      report.toldTwice.push(`${created.receiptNumber} ${arrived.length} of ${references.size}`)
    }
  }
  await runAll(
    sent.map((item) => () => inspect(item)),
    READERS,
  )
  for (const body of refused) {
    if ((await arrivedAt(body)).length > 0) report.strangersTold.push(phoneOf(body))
  }
  return report
}
