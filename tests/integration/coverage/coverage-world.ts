import type { LightMyRequestResponse } from 'fastify'
import { z } from 'zod'
import {
  coverageResponse,
  type EnteredRow,
  type EnterFigures,
  publicCoverageResponse,
  standingResponse,
  trendResponse,
} from '../../../src/contracts/api/coverage.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

export const NOW = new Date('2026-11-20T03:00:00.000Z')

export type Row = Partial<z.input<typeof enteredRowInput>> & { regionCode: string }
const enteredRowInput = z.object({
  regionCode: z.string(),
  segment: z.string(),
  registered: z.int().nullable(),
  active: z.int().nullable(),
  printedCoverage: z.string().nullable(),
  printedActive: z.string().nullable(),
  population: z.int().nullable(),
})
type Document = Partial<Omit<EnterFigures, 'rows'>> & { rows: Row[]; as?: string }

export const row = (given: Row): Record<string, unknown> => ({
  segment: 'all',
  registered: null,
  active: null,
  ...given,
})

/** The product with admins of provinces, a kab/kota's officers, and short ways to enter and to read figures. */
export async function createCoverageWorld() {
  const clock: FakeClock = createFakeClock()
  clock.set(NOW)
  const whole: WholeApp = await createWholeApp({}, clock)
  const province = { role: 'admin' as const, officeIds: [] }
  for (const code of ['32', '33', '61'])
    await whole.addAccount({ ...province, username: `admin.${code}`, regionCode: code })
  await whole.addAccount({ ...province, username: 'admin.32.09', regionCode: '32.09' })

  const send = (document: Document): Promise<LightMyRequestResponse> => {
    const { rows, as = `admin.${rows[0]?.regionCode.slice(0, 2)}`, ...given } = document
    const payload = {
      month: '2026-10',
      source: 'bpjs',
      detail: 'Laporan BPJS Oktober 2026',
      asOf: '2026-10-31',
      ...given,
      rows: rows.map(row),
    }
    return whole.send({ as, method: 'POST', url: '/api/v1/coverage/figures', payload })
  }

  const read = async (as: string, url: string) => {
    const reply = await whole.send({ as, url })
    if (reply.statusCode !== 200) throw new Error(`${url} answered ${reply.statusCode} ${reply.body}`)
    return reply.json()
  }

  return {
    whole,
    clock,
    send,
    async enter(document: Document): Promise<number> {
      const reply = await send(document)
      if (reply.statusCode !== 200) throw new Error(`entering answered ${reply.statusCode} ${reply.body}`)
      return z.object({ changed: z.int() }).parse(reply.json()).changed
    },
    get: async (code: string, query = '', as = `admin.${code.slice(0, 2)}`) =>
      coverageResponse.parse(await read(as, `/api/v1/coverage/${code}${query}`)),
    trend: async (code: string, query = '') =>
      trendResponse.parse(await read(`admin.${code.slice(0, 2)}`, `/api/v1/coverage/${code}/trend${query}`)),
    standing: async (code: string, query = '') =>
      standingResponse.parse(await read(`admin.${code.slice(0, 2)}`, `/api/v1/coverage/${code}/standing${query}`)),
    public: async (code: string, query = '') => {
      const reply = await whole.send({ url: `/api/public/coverage/${code}${query}` })
      return publicCoverageResponse.parse(reply.json())
    },
    close: () => whole.close(),
  }
}
export type CoverageWorld = Awaited<ReturnType<typeof createCoverageWorld>>
export type { EnteredRow }
