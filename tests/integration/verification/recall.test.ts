import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Mover, SYSTEM } from '../../../src/features/intake/index.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { createJobDriver, type JobDriver } from '../whatsapp/job-driver.ts'

const createdSchema = z.object({ proposals: z.tuple([z.object({ id: z.string() })]) })
const messagesSchema = z.object({
  items: z.array(z.object({ template: z.string(), state: z.string(), body: z.string().nullable() })),
})

describe('an approval that is recalled and given again', () => {
  let whole: WholeApp
  let driver: JobDriver
  beforeAll(async () => {
    whole = await createWholeApp()
    const { jobs } = whole.features.whatsapp.connect(whole.features.simulator.gateway)
    const { pool } = whole.database
    driver = createJobDriver({ pool, clock: systemClock, logger: pino({ level: 'silent' }), jobs })
  })
  afterAll(() => whole.close())

  const post = async (as: string, url: string, payload: object, headers: Record<string, string> = {}) => {
    const reply = await whole.send({ as, method: 'POST', url, payload, headers })
    if (reply.statusCode >= 300) throw new Error(`${url} answered ${reply.statusCode} ${reply.body}`)
    return reply.json()
  }

  /** Registered, and checked with the answer that BPJS does not know the person. */
  const inReview = async (): Promise<string> => {
    const body = makeIntakeBody({ members: [makeMember()] })
    const headers = { 'idempotency-key': uuidIds.next() }
    const { proposals } = createdSchema.parse(await post('petugas', '/api/v1/intakes', body, headers))
    const proposalId = proposals[0].id
    const membershipAt = new Date().toISOString()
    const mover: Mover = SYSTEM
    const results = await whole.database.db.transaction().execute((tx) =>
      whole.features.intake.moveMany(tx, [
        { proposalId, action: 'start_checks', mover },
        { proposalId, action: 'complete_checks', mover, data: { membership: 'not_found', membershipAt } },
      ]),
    )
    expect(results.every((result) => result.moved)).toBe(true)
    return proposalId
  }

  it('tells the household each time what holds, in order, and which message holds no longer', async () => {
    const id = await inReview()
    const on = `/api/v1/proposals/${id}`
    const approve = async (): Promise<void> => {
      await post('verifikator', `${on}/claim`, {})
      await post('verifikator', `${on}/decisions`, { version: 1, decision: 'eligible' })
      await driver.drain()
    }
    await approve()
    await post('verifikator', `${on}/recall`, { version: 1, note: 'salah tekan tombol' })
    await driver.drain()
    await approve()

    const reply = await whole.send({ as: 'verifikator', method: 'GET', url: `${on}/messages` })
    const { items } = messagesSchema.parse(reply.json())
    expect(items.map((item) => item.template)).toEqual(['eligible', 'correction_of_notice', 'eligible'])
    expect(items.map((item) => item.state)).toEqual(['sent', 'sent', 'sent'])
    const [first, ...later] = items.map((item) => item.body ?? '')
    expect(first).toContain('memenuhi syarat')
    // Within a minute the last two are one message, which takes back first and then says what holds.
    expect(new Set(later).size).toBe(1)
    expect(later[0]).toMatch(/tidak berlaku lagi[\s\S]*memenuhi syarat/u)
    expect((await whole.send({ as: 'verifikator', method: 'GET', url: on })).json()).toMatchObject({
      state: 'eligible',
    })
  })
})
