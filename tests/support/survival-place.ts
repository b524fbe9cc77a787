import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFailed, onTestFinished } from 'vitest'
import { findFreePort } from '../../scripts/lib/free-port.ts'
import { createMockPopulation } from '../../src/features/bpjs/mock/index.ts'
import { findLivePostmaster, findPostmasterFile, type PostmasterFile } from '../../src/platform/embedded/postmaster.ts'
import { type IntakeBody, makeIntakeBody, makeMember } from './intake-body.ts'
import { type Product, startProduct } from './product.ts'
import { describeSurvivors, type Office, openOffice, type Sent } from './survivors.ts'
import { createTemporaryDirectory } from './temporary-directory.ts'

const PASSWORD = 'puntadewa-demo'
/** Starts, recoveries, and a lease of 20 s for what the last blow left in flight. */
export const SURVIVAL_PATIENCE_MS = 600_000
const WHOLE = { code: 0, text: expect.stringContaining('Data utuh.') }
const UNHARMED = { lost: [], elsewhere: [], untold: [], toldTwice: [], strangersTold: [] }

/** Like no member's: a person who might be somebody else goes to review, whatever BPJS says. */
const STRANGER = { fullName: 'ZULKIFLI QOMAR', sex: 'male' } as const

/** What the product makes of a member by itself, by the status code of BPJS; all else is for people. */
const STATE_BY_STATUS: Record<string, string> = {
  0: 'already_active',
  6: 'needs_reactivation',
  7: 'needs_reactivation',
  9: 'needs_reactivation',
  15: 'needs_reactivation',
}

/** One person each, and the state it must reach. The first ones BPJS knows; the checks decide most of them, with a second notice. */
export function inventHouseholds(count: number): Sent[] {
  const members = createMockPopulation().filter((member) => member.differs === 'no')
  return Array.from({ length: count }, (_, index) => {
    const member = members[index]
    const body = makeIntakeBody({ members: [makeMember(member?.applicant ?? STRANGER)] })
    const expected = (member && STATE_BY_STATUS[member.participant.status.kode]) ?? 'in_review'
    return { body, key: randomUUID(), expected, created: null }
  })
}

export const inventRefused = (count: number): IntakeBody[] =>
  Array.from({ length: count }, () => makeIntakeBody({ originalsSeen: false }))

export type Place = {
  start(): Product
  office: Office
  /** What PostgreSQL leaves behind when it is killed; undefined when there is none. */
  findPostmasterFile(): PostmasterFile | undefined
  /** Kills the running embedded database, at once when there is one. */
  killDatabase(): Promise<void>
  /** What `data verify` says about the place and ends with; the product must have ended. */
  verifyData(): Promise<{ code: number | null; text: string }>
}

export async function openPlace(extra: Record<string, string> = {}): Promise<Place> {
  const directory = path.join(createTemporaryDirectory(), 'data')
  const port = await findFreePort()
  const settings = {
    DATA_DIR: directory,
    PORT: String(port),
    BPJS_MOCK_PORT: String(await findFreePort()),
    LOG_LEVEL: 'warn',
    DEMO_PASSWORD: PASSWORD,
    // One account does here in a minute what a district's offices do in a day, and asks ten times a second while nobody answers.
    RATE_LIMIT_FACTOR: '1000',
    ...extra,
  }
  const cluster = path.join(directory, 'postgres/cluster')
  return {
    start: () => startProduct({ settings }),
    findPostmasterFile: () => findPostmasterFile(cluster),
    async killDatabase() {
      let pid = findLivePostmaster(cluster)
      for (; pid === undefined; pid = findLivePostmaster(cluster)) await delay(20)
      process.kill(pid, 'SIGKILL')
    },
    async verifyData() {
      const command = startProduct({ settings, args: ['data', 'verify'] })
      return { code: await command.exited, text: command.output() }
    },
    office: openOffice(`http://127.0.0.1:${port}`, PASSWORD),
  }
}

/** Strikes once somewhere within each equal part of the intakes, so that every blow meets requests and jobs under way. */
export async function strikeWhile(
  sent: readonly Sent[],
  blows: number,
  strike: (blow: number) => Promise<unknown>,
): Promise<void> {
  for (let blow = 0; blow < blows; blow += 1) {
    const answered = Math.floor(((blow + Math.random() * 0.9) * sent.length) / blows)
    while (sent.filter((item) => item.created).length < answered) await delay(5)
    await strike(blow)
  }
}

/** The result of the work, which insists for ever; a product that ends meanwhile fails with what it said. */
async function whileItRuns<Result>(product: Product, work: Promise<Result>): Promise<Result> {
  const ended = product.exited.then((code): never => {
    throw new Error(`the product ended with ${code}:\n${product.output()}`)
  })
  return await Promise.race([work, ended])
}

/** Everything answered is where it must be and told once, the product stops cleanly, and its data is whole. */
export async function expectUnharmed(
  { office, verifyData }: Place,
  product: Product,
  sent: readonly Sent[],
  refused: readonly IntakeBody[],
): Promise<void> {
  expect(await whileItRuns(product, describeSurvivors(office, sent, refused))).toEqual(UNHARMED)
  expect(await product.end('SIGTERM')).toBe(0)
  expect(await verifyData()).toEqual(WHOLE)
}

/** The product runs all along while its servers are struck `blows` times among 500 intakes; then everything must be as it should. */
export async function surviveBlows(
  place: Place,
  blows: number,
  strike: (blow: number) => Promise<unknown>,
): Promise<void> {
  const product = place.start()
  onTestFailed(() => console.log(product.output()))
  onTestFinished(async () => void (await product.end('SIGTERM')))
  await product.ready()
  const sent = inventHouseholds(500)
  const refused = inventRefused(50)
  const sending = place.office.sendAll(sent, refused, 8)
  await whileItRuns(product, Promise.all([sending, strikeWhile(sent, blows, strike)]))
  await expectUnharmed(place, product, sent, refused)
}
