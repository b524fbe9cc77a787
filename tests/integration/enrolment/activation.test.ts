import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { notYetActivePageSchema } from '../../../src/contracts/api/batch-results.ts'
import { proposalViewSchema } from '../../../src/contracts/api/proposals.ts'
import { createJobDriver } from '../whatsapp/job-driver.ts'
import { createEnrolmentWorld, type EnrolmentWorld, type Person } from './enrolment-world.ts'
import { accepted, createResultSteps, type ResultSteps, refused, written } from './results-world.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const ZONE = 'Asia/Jakarta'

describe('who was accepted by BPJS', () => {
  let world: EnrolmentWorld
  let steps: ResultSteps
  beforeAll(async () => {
    world = await createEnrolmentWorld()
    steps = createResultSteps(world)
  })
  beforeEach(() => world.mock.fault('none'))
  afterAll(() => world?.close())

  const localDay = (later = 0): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(new Date(world.clock.now().getTime() + later * DAY_MS))

  /** Accepted with this day in the file; without one the rule of the region says it. */
  const accept = async (day?: string): Promise<{ person: Person; batchId: string }> => {
    const person = await world.approve({ fullName: 'SITI AMINAH' })
    const batchId = await steps.seal([person])
    const result = await steps.apply(batchId, [accepted(person, day === undefined ? {} : { tmt: written(day) })])
    expect(result.state).toBe('applied')
    return { person, batchId }
  }
  const rowOf = async (batchId: string) => {
    const { rows } = await sql<{ state: string; effective_on: string | null; recheck_at: Date | null }>`
      SELECT state, effective_on, recheck_at FROM enrolment_batch_row WHERE batch_id = ${batchId}`.execute(
      world.whole.database.owner,
    )
    return rows[0]
  }
  const confirmed = (id: string): Promise<number> =>
    steps.count('journal', sql`proposal_id = ${id} AND action = 'confirm_active'`)

  const phoneOf = ({ body }: Person): string => `62${body.whatsappNumber.slice(1)}`
  const textsOn = async (phone: string): Promise<string[]> => {
    const { body } = await world.send('admin', 'GET', `/api/v1/simulator/messages?to=${phone}`)
    return (body.items as { body: string }[]).map((item) => item.body)
  }

  it('is asked about from the day on, confirmed by the answer alone, and told on the phone exactly once', async () => {
    const { person, batchId } = await accept(localDay())
    const { id } = person
    const { whole, clock } = world
    const { jobs } = whole.features.whatsapp.connect(whole.features.simulator.gateway)
    const { pool } = whole.database
    const driver = createJobDriver({ pool, clock, logger: pino({ level: 'silent' }), jobs })
    const send = async (): Promise<void> => {
      // Past what a household's notices wait for each other, and the pauses between texts.
      for (let hour = 0; hour < 6; hour += 1) {
        await driver.drain()
        clock.advance(60 * 60 * 1000)
      }
    }
    // What the family was told before.
    await send()
    expect(await textsOn(phoneOf(person))).not.toEqual([])
    await world.mock.reset()
    await steps.recheck()
    expect((await world.mock.requests()).total).toBe(1)
    // BPJS knows nobody yet: the day is there, and decides nothing.
    expect(await world.stateOf(id)).toBe('submitted_to_bpjs')
    expect(await confirmed(id)).toBe(0)
    // Not asked again before the next night.
    await steps.recheck()
    expect((await world.mock.requests()).total).toBe(1)
    const next = (await rowOf(batchId))?.recheck_at
    expect(next?.toLocaleString('sv-SE', { timeZone: ZONE })).toBe(`${localDay(1)} 02:00:00`)

    await world.teach(person)
    // Between midnight and that night's time a whole day would end before it.
    clock.advance((next?.getTime() ?? Number.NaN) - clock.now().getTime())
    await steps.recheck()
    expect(await world.stateOf(id)).toBe('active_confirmed')
    expect(await rowOf(batchId)).toMatchObject({ state: 'active', recheck_at: null })
    expect(await steps.flagsOf(id)).toEqual([])
    expect(await steps.seatOf(id)).toBe('committed')
    expect(await world.batch(batchId)).toMatchObject({ counts: { active: 1, accepted: 0 } })
    const { told, stored } = await steps.replayed(id)
    expect(told).toEqual(stored)
    expect(await steps.count('audit_event', sql`subject_id = ${id} AND action = 'confirm_active'`)).toBe(1)

    // Twice more, and once more as if the row were due again.
    await steps.recheck()
    await Promise.all([steps.recheck(), steps.recheck()])
    expect(await confirmed(id)).toBe(1)
    const notices = sql`proposal_id = ${id} AND template = 'active_confirmed'`
    expect(await steps.count('notice', notices)).toBe(1)

    await send()
    const isNews = (text: string): boolean => text.includes('*sekarang aktif*') && text.includes('Siti A.')
    expect((await textsOn(phoneOf(person))).filter(isNews)).toHaveLength(1)
    await steps.recheck()
    await send()
    expect((await textsOn(phoneOf(person))).filter(isNews)).toHaveLength(1)
  })

  it('waits for the day that the rule of the region gives: the first of a month after the cut-off, the same day under UHC Prioritas', async () => {
    const rule = (day: string, body: object) => world.send('admin', 'PUT', `/api/v1/enrolment/rules/32.74/${day}`, body)
    expect((await rule(localDay(), { mode: 'cut_off', cutOffDay: 28, effectiveMonths: 1 })).status).toBe(200)
    const later = await accept()
    const { effective_on: day = '', recheck_at: next } = (await rowOf(later.batchId)) ?? {}
    expect(day?.slice(8)).toBe('01')
    expect(day && day > localDay()).toBe(true)
    expect(next?.toLocaleString('sv-SE', { timeZone: ZONE })).toBe(`${day} 02:00:00`)
    await world.mock.reset()
    await world.teach(later.person)
    await steps.recheck()
    // Before its day nobody asks.
    expect((await world.mock.requests()).total).toBe(0)
    expect(await world.stateOf(later.person.id)).toBe('submitted_to_bpjs')

    expect((await rule(localDay(), { mode: 'prioritas' })).status).toBe(200)
    const now = await accept()
    expect((await rowOf(now.batchId))?.effective_on).toBe(localDay())
    await world.teach(now.person)
    await steps.recheck()
    expect(await world.stateOf(now.person.id)).toBe('active_confirmed')
  })

  it('keeps waiting while BPJS is silent or answers about somebody else, and shows in the queue with the days once the day has passed', async () => {
    const { person, batchId } = await accept(localDay(-3))
    const { id } = person
    await world.mock.fault('500')
    await steps.recheck()
    expect(await world.stateOf(id)).toBe('submitted_to_bpjs')
    const next = (await rowOf(batchId))?.recheck_at
    expect(next && next.getTime() - world.clock.now().getTime()).toBeLessThanOrEqual(60 * 60 * 1000)
    expect(await steps.flagsOf(id)).toEqual(['not_yet_active', 'pending_effective'])

    const queue = await world.send('penyetuju', 'GET', '/api/v1/proposals?queue=not_yet_active&limit=100')
    expect((queue.body.items as { id: string }[]).map((item) => item.id)).toContain(id)
    const late = async () => {
      const { body } = await world.send('supervisor', 'GET', '/api/v1/enrolment/not-yet-active')
      return notYetActivePageSchema.parse(body).items.find((item) => item.proposalId === id)
    }
    expect(await late()).toMatchObject({
      batchId,
      daysLate: 3,
      effectiveOn: localDay(-3),
      receiptNumber: person.receiptNumber,
    })

    await world.mock.fault('none')
    await world.mock.teach(person.member.nik ?? '', {
      nama: 'ORANG YANG LAIN',
      tglLahir: '1970-01-01',
      sex: 'L',
      noKartu: '0001234567890',
      status: { kode: '0', keterangan: 'AKTIF' },
      jenis: { kode: '22', keterangan: 'PBI (APBD)' },
    })
    world.clock.advance(61 * 60 * 1000)
    await steps.recheck()
    expect(await world.stateOf(id)).toBe('submitted_to_bpjs')
    expect(await late()).toMatchObject({ membership: 'found_mismatch' })

    await world.teach(person)
    world.clock.advance(2 * DAY_MS)
    await steps.recheck()
    expect(await world.stateOf(id)).toBe('active_confirmed')
    expect(await late()).toBeUndefined()
    const { told, stored } = await steps.replayed(id)
    expect(told).toEqual(stored)
  })

  it('without a day, because BPJS decided before the first rule of the region, is late a week after the answer', async () => {
    const person = await world.approve({ fullName: 'KARTINI DEWI' })
    const batchId = await steps.seal([person])
    const { nik, name, status } = accepted(person)
    const table = ['NIK;NAMA;STATUS;TANGGAL PROSES', [nik, name, status, written(localDay(-300))].join(';')]
    const ready = await steps.dryRun(batchId, Buffer.from(table.join('\r\n')))
    await steps.approve(ready.id, 1)
    await steps.goOn(ready.id)
    expect(await rowOf(batchId)).toMatchObject({ state: 'accepted', effective_on: null })
    const listed = async (query = `batchId=${batchId}`) => {
      const { body } = await world.send('supervisor', 'GET', `/api/v1/enrolment/not-yet-active?${query}`)
      return notYetActivePageSchema.parse(body)
    }
    world.clock.advance(7 * DAY_MS)
    await steps.recheck()
    expect((await listed()).items).toEqual([])
    expect(await steps.flagsOf(person.id)).toEqual(['pending_effective'])
    world.clock.advance(DAY_MS)
    await steps.recheck()
    expect((await listed()).items).toMatchObject([{ proposalId: person.id, effectiveOn: null, daysLate: 1 }])
    expect(await steps.flagsOf(person.id)).toEqual(['not_yet_active', 'pending_effective'])
    // Among those with a day it has its place, and is met once page by page.
    const late = await accept(localDay(-5))
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await listed(`limit=1${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.items.map(({ proposalId }) => proposalId))
      cursor = page.nextCursor
    }
    expect(seen).toEqual([...new Set(seen)])
    expect(seen.indexOf(late.person.id)).toBeLessThan(seen.indexOf(person.id))
    expect(seen.indexOf(late.person.id)).toBeGreaterThan(-1)
  })

  it('cannot be undone any more once somebody of the file is active', async () => {
    const person = await world.approve()
    const other = await world.approve({ fullName: 'BUDI SANTOSO' })
    const batchId = await steps.seal([person, other])
    const day = { tmt: written(localDay()) }
    const result = await steps.apply(batchId, [accepted(person, day), accepted(other, day)])
    await world.teach(person)
    await steps.recheck()
    const undone = await steps.undo(result.id)
    expect(undone.body).toMatchObject({ code: 'results_moved_on', details: { rows: 1 } })
    expect(await steps.flagsOf(other.id)).toEqual(['pending_effective'])
  })

  it('is found by place and batch among those who are late, with what the branch knows the batch by', async () => {
    const one = await accept(localDay(-4))
    const other = await accept(localDay(-2))
    const list = async (query: string) => {
      const { status, body } = await world.send('penyetuju', 'GET', `/api/v1/enrolment/not-yet-active?${query}`)
      expect(status).toBe(200)
      return notYetActivePageSchema.parse(body)
    }
    const { items } = await list(`batchId=${other.batchId}`)
    expect(items.map(({ proposalId }) => proposalId)).toEqual([other.person.id])
    expect((await list('regionCode=32.74&limit=100')).items.map(({ proposalId }) => proposalId)).toEqual(
      expect.arrayContaining([one.person.id, other.person.id]),
    )
    // Of a place that is not the caller's: nobody.
    expect((await list('regionCode=32.09')).items).toEqual([])
    // Page by page nobody is shown twice, the longest late first.
    const first = await list('limit=1')
    expect(first.nextCursor).not.toBeNull()
    const next = await list(`limit=1&cursor=${first.nextCursor}`)
    expect(next.items[0]?.proposalId).not.toBe(first.items[0]?.proposalId)
    expect(next.items[0]?.daysLate).toBeLessThanOrEqual(first.items[0]?.daysLate ?? 0)
  })

  it('is shown in the case with its batch, its day and what BPJS has answered, to whoever sees the case', async () => {
    const sentOf = async (id: string) => {
      const { body } = await world.send('petugas', 'GET', `/api/v1/proposals/${id}`)
      return proposalViewSchema.parse(body).sent
    }
    const going = await world.approve()
    const returned = await world.approve({ fullName: 'BUDI SANTOSO' })
    expect(await sentOf(going.id)).toBeNull()
    const batchId = await world.openBatch([going, returned])
    // In an open batch it was not sent yet.
    expect(await sentOf(going.id)).toBeNull()
    await world.askForSeal(batchId, 2, { letterNumber: '440/77/Dinkes' })
    await world.goOn(batchId)
    const { seal } = await world.batch(batchId)
    const sent = { batchId, batchNumber: seal?.number, letterNumber: '440/77/Dinkes', sealedAt: seal?.sealedAt }
    const nothing = { effectiveOn: null, answer: null, askedAgainAt: null }
    expect(await sentOf(going.id)).toEqual({ ...sent, ...nothing, state: 'sealed' })

    await steps.apply(batchId, [accepted(going, { tmt: written(localDay(2)) }), refused(returned)])
    expect(await sentOf(going.id)).toMatchObject({
      ...sent,
      state: 'accepted',
      effectiveOn: localDay(2),
      askedAgainAt: expect.any(String),
    })
    expect(await sentOf(returned.id)).toEqual({
      ...sent,
      ...nothing,
      state: 'refused',
      answer: { code: '17', text: 'NIK tidak padan', at: expect.any(String) },
    })
    await world.teach(going)
    world.clock.advance(3 * DAY_MS)
    await steps.recheck()
    expect(await sentOf(going.id)).toMatchObject({ state: 'active', effectiveOn: localDay(-1), askedAgainAt: null })
  })

  describe('when somebody asks about them before it is due', () => {
    const ask = (id: string, as = 'penyetuju') => world.send(as, 'POST', `/api/v1/enrolment/not-yet-active/${id}/ask`)
    const asked = (id: string): Promise<number> =>
      steps.count('audit_event', sql`subject_id = ${id} AND action = 'ask_whether_active'`)

    it('are asked about at once, and confirmed and told once by an answer that says so', async () => {
      const { person, batchId } = await accept(localDay(-2))
      const { id } = person
      await steps.recheck()
      const { status, body } = await ask(id)
      expect(status).toBe(200)
      expect(body.item).toMatchObject({ proposalId: id, membership: 'not_found', daysLate: 2 })
      // Nobody became active by asking, and the night goes on asking.
      expect(await world.stateOf(id)).toBe('submitted_to_bpjs')
      expect((await rowOf(batchId))?.recheck_at?.toLocaleString('sv-SE', { timeZone: ZONE })).toBe(
        `${localDay(1)} 02:00:00`,
      )
      await world.teach(person)
      const answers = await Promise.all([ask(id), ask(id, 'supervisor')])
      expect(answers.map((answer) => [200, 404].includes(answer.status))).toEqual([true, true])
      expect(answers.flatMap((answer) => (answer.status === 200 ? [answer.body.item] : []))).toContain(null)
      expect(await world.stateOf(id)).toBe('active_confirmed')
      expect(await confirmed(id)).toBe(1)
      expect(await steps.count('notice', sql`proposal_id = ${id} AND template = 'active_confirmed'`)).toBe(1)
      expect(await rowOf(batchId)).toMatchObject({ state: 'active', recheck_at: null })
      expect(await asked(id)).toBeGreaterThanOrEqual(2)
      const { told, stored } = await steps.replayed(id)
      expect(told).toEqual(stored)
      expect((await ask(id)).status).toBe(404)
    })

    it('are not called active when they have left the list otherwise meanwhile', async () => {
      const { person, batchId } = await accept(localDay(-2))
      await steps.recheck()
      const { owner } = world.whole.database
      // As an undo does, at the moment in which the answer is to be recorded.
      const asking = await owner.transaction().execute(async (tx) => {
        await sql`UPDATE enrolment_batch_row SET state = 'sealed', effective_on = NULL, recheck_at = NULL
          WHERE batch_id = ${batchId}`.execute(tx)
        const answer = ask(person.id)
        const isWaiting = async (): Promise<boolean> => {
          const { rows } = await sql`
            SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(owner)
          return rows.length > 0
        }
        await expect.poll(isWaiting, { timeout: 10_000 }).toBe(true)
        return { answer }
      })
      expect(await asking.answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
      expect(await confirmed(person.id)).toBe(0)
    })

    it('stay as they are while BPJS is silent', async () => {
      const { person, batchId } = await accept(localDay(-2))
      await steps.recheck()
      const before = await rowOf(batchId)
      await world.mock.fault('500')
      expect(await ask(person.id)).toMatchObject({ status: 503, body: { code: 'bpjs_unavailable' } })
      expect(await rowOf(batchId)).toEqual(before)
      expect(await world.stateOf(person.id)).toBe('submitted_to_bpjs')
      expect(await asked(person.id)).toBe(0)
    })

    it('are only those whose day has passed', async () => {
      const { person } = await accept(localDay(2))
      await world.mock.reset()
      expect((await ask(person.id)).status).toBe(404)
      expect((await world.mock.requests()).total).toBe(0)
    })
  })
})
