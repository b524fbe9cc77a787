import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createMockPopulation } from '../../src/features/bpjs/mock/index.ts'
import { findFreePort } from './free-port.ts'
import { type IntakeBody, makeIntakeBody, makeMember } from './intake-body.ts'
import { type Product, startProduct } from './product.ts'
import { type Office, openOffice, type Sent } from './survivors.ts'
import { createTemporaryDirectory } from './temporary-directory.ts'

const PASSWORD = 'puntadewa-demo'
/** Starts, recoveries, and a lease of 20 s for what the last blow left in flight. */
export const SURVIVAL_PATIENCE_MS = 600_000
export const UNHARMED = { lost: [], unsettled: [], untold: [], toldTwice: [], strangersTold: [] }

/** Of the first ones BPJS knows a member, so that the checks decide them and a second notice goes out. */
export function inventHouseholds(count: number): Sent[] {
  const members = createMockPopulation().filter((member) => member.differs === 'no')
  return Array.from({ length: count }, (_, index) => {
    const body = makeIntakeBody({ members: [makeMember(members[index]?.applicant ?? {})] })
    return { body, key: randomUUID(), created: null }
  })
}

export const inventRefused = (count: number): IntakeBody[] =>
  Array.from({ length: count }, () => makeIntakeBody({ originalsSeen: false }))

export type Place = { directory: string; start(): Product; office: Office }

export async function openPlace(extra: Record<string, string> = {}): Promise<Place> {
  const directory = path.join(createTemporaryDirectory(), 'data')
  const port = await findFreePort()
  const settings = {
    DATA_DIR: directory,
    PORT: String(port),
    BPJS_MOCK_PORT: String(await findFreePort()),
    LOG_LEVEL: 'warn',
    DEMO_PASSWORD: PASSWORD,
    ...extra,
  }
  return {
    directory,
    start: () => startProduct({ settings }),
    office: openOffice(`http://127.0.0.1:${port}`, PASSWORD),
  }
}

/** Strikes once somewhere within each equal part of the intakes, so that every blow meets requests and jobs under way. */
export async function strikeWhile(
  sent: readonly Sent[],
  blows: number,
  strike: (blow: number) => Promise<void>,
): Promise<void> {
  for (let blow = 0; blow < blows; blow += 1) {
    const answered = Math.floor(((blow + Math.random() * 0.9) * sent.length) / blows)
    while (sent.filter((item) => item.created).length < answered) await delay(5)
    await strike(blow)
  }
}
