import { type Logger, pino } from 'pino'
import type { SourceAnswer } from '../../../src/features/bpjs/membership-source.domain.ts'
import { type BpjsMock, createBpjsMock, MOCK_CREDENTIALS } from '../../../src/features/bpjs/mock/index.ts'
import { createProtocolClient, type ProtocolSettings } from '../../../src/features/bpjs/protocol/client.ts'

export const SILENT: Logger = pino({ level: 'silent' })

/** A logger at `trace` that keeps its lines. */
export function createKeptLog() {
  const lines: string[] = []
  const logger: Logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) })
  return { logger, text: () => lines.join('') }
}

export const CREDENTIALS = {
  consId: MOCK_CREDENTIALS.consId,
  secret: MOCK_CREDENTIALS.secret,
  userKey: MOCK_CREDENTIALS.userKey,
  pcareLogin: {
    username: MOCK_CREDENTIALS.username,
    password: MOCK_CREDENTIALS.password,
    applicationCode: MOCK_CREDENTIALS.applicationCode,
  },
}

type RequestCounts = { total: number; peakInFlight: number; byNumber: Record<string, number> }

export type MockControl = {
  url: string
  mock: BpjsMock
  fault(mode: string, delayMs?: number): Promise<void>
  teach(nik: string, member: Record<string, unknown>): Promise<number>
  requests(): Promise<RequestCounts>
  reset(): Promise<void>
}

/** The mock on a free port, or on the one that it had before, driven through its control interface as any test bench would. */
export async function startMock(clock: { now(): Date }, port = 0): Promise<MockControl> {
  const mock = createBpjsMock({ clock })
  const url = await mock.listen({ host: '127.0.0.1', port })
  const put = async (path: string, body: unknown): Promise<number> => {
    const response = await fetch(`${url}${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.status
  }
  return {
    url,
    mock,
    async fault(mode, delayMs) {
      const status = await put('/control/faults', delayMs === undefined ? { mode } : { mode, delayMs })
      if (status !== 200) throw new Error(`the mock refused fault ${mode}`)
    },
    teach: (nik, member) => put(`/control/participants/${nik}`, member),
    requests: async () => (await fetch(`${url}/control/requests`)).json() as Promise<RequestCounts>,
    async reset() {
      await fetch(`${url}/control/requests`, { method: 'DELETE' })
    },
  }
}

export function createClient(
  settings: Partial<ProtocolSettings> & { baseUrl: string },
  deps: { clock: { now(): Date }; logger?: Logger },
) {
  const client = createProtocolClient({
    settings: { protocol: 'pcare', credentials: CREDENTIALS, timeoutMs: 2_000, concurrency: 4, ...settings },
    clock: deps.clock,
    timeZone: 'Asia/Jakarta',
    logger: deps.logger ?? SILENT,
  })
  return {
    ...client,
    /** With plenty of time. */
    ask: (nik: string, withinMs = 60_000): Promise<SourceAnswer> =>
      client.ask(nik, new Date(deps.clock.now().getTime() + withinMs)),
  }
}
