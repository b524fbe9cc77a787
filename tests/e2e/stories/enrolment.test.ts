import readXlsxFile from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type BatchResult,
  batchResultRowPageSchema,
  batchResultSchema,
  notYetActivePageSchema,
} from '../../../src/contracts/api/batch-results.ts'
import {
  type Batch,
  type BatchRow,
  batchRowPageSchema,
  batchRowsAddedSchema,
  batchSchema,
} from '../../../src/contracts/api/batches.ts'
import { type ProposalView, proposalViewSchema } from '../../../src/contracts/api/proposals.ts'
import { quotaLineSchema } from '../../../src/contracts/api/quota.ts'
import { noticeName } from '../../../src/contracts/events/notices.ts'
import { dayInZone } from '../../../src/contracts/primitives/calendar-date.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { type Books, readBooks } from '../../support/enrolment-story/books.ts'
import {
  type Answer,
  answerFile,
  dinasRow,
  edabuRow,
  FACILITY,
  hashOf,
  inOrder,
  roleOf,
  type Sent,
} from '../../support/enrolment-story/bpjs-files.ts'
import { type Family, inventFamilies } from '../../support/enrolment-story/families.ts'
import { type Case, type HealthOffice, openHealthOffice } from '../../support/enrolment-story/health-office.ts'

const REGION = '32.74'
const DINAS_LAYOUT = '00000000-0000-4000-8000-0000000b0021'
const EDABU_LAYOUT = '00000000-0000-4000-8000-0000000b0034'
const DAY_MS = 24 * 60 * 60 * 1000
const today = dayInZone(new Date(), 'Asia/Jakarta')
const year = Number(today.slice(0, 4))
const daysAgo = (days: number): string => new Date(Date.parse(today) - days * DAY_MS).toISOString().slice(0, 10)
const nextFirst = new Date(Date.UTC(year, Number(today.slice(5, 7)), 1)).toISOString().slice(0, 10)

const QUOTA_URL = `/api/v1/quotas/${REGION}/${year}`
const BATCHES_URL = '/api/v1/enrolment/batches'
const OPENING = 120
/** So many approvals are one too many for the first budget. */
const SHORT = 18
const LATER_FREE = 7
const LATE_DAYS = 3

const ACCEPTED = 'Diterima'
const REFUSALS: readonly (Answer & { reason: string })[] = [
  { status: 'Ditolak', code: '17', text: 'NIK tidak padan', reason: 'NIK_DATA_BEDA' },
  { status: 'Ditolak', code: '23', text: 'Terdaftar sebagai PPU', reason: 'SEGMEN_PEKERJA' },
]

describe('sixty families, from the counter to an active card', () => {
  let office: HealthOffice
  let families: Family[]
  let cases: Case[]
  /** Those whom the reviewer approves: everybody but the five whom BPJS knows already. */
  let toApprove: Case[]
  /** Whoever becomes a member elsewhere between approval and sealing. */
  let elsewhere: Case
  let batchId: string
  let sent: Sent[]
  let rows21: unknown[][]
  /** Of BPJS, in the order of the file. */
  let answers: { one: Sent; answer: Answer; expected: 'refused' | 'today' | 'late' | 'next month' }[]

  beforeAll(async () => {
    families = inventFamilies()
    office = await openHealthOffice()
  })
  afterAll(() => office?.close())

  const endOf = ({ person }: Case): string => person.nik.slice(-4)
  const books = (): Promise<Books> => readBooks(office, year)
  const viewOf = async ({ id }: Case): Promise<ProposalView> =>
    proposalViewSchema.parse(await office.staff.supervisor.must('GET', `/api/v1/proposals/${id}`))
  const batch = async (): Promise<Batch> =>
    batchSchema.parse(await office.staff.penyetuju.must('GET', `${BATCHES_URL}/${batchId}`))
  const batchRows = async (): Promise<Map<string, BatchRow>> => {
    const rows = new Map<string, BatchRow>()
    for (let after: string | null = ''; after !== null; ) {
      const from: string = after === '' ? '' : `&after=${after}`
      const url = `${BATCHES_URL}/${batchId}/rows?limit=100${from}`
      const page = batchRowPageSchema.parse(await office.staff.penyetuju.must('GET', url))
      for (const row of page.items) rows.set(row.proposalId, row)
      after = page.nextAfter
    }
    return rows
  }
  const setSeats = async (seats: number): Promise<void> => {
    const { version } = await office.staff.penyetuju.must('GET', QUOTA_URL)
    await office.staff.penyetuju.must('PUT', QUOTA_URL, { version, seats, note: 'Anggaran perubahan' })
  }
  const sheetOf = async (profileId: string): Promise<unknown[][]> => {
    const url = `${BATCHES_URL}/${batchId}/exports`
    const file = await office.download(office.staff.penyetuju, url, { format: 'xlsx', profileId })
    expect(file.status, file.bytes.toString('utf8', 0, 300)).toBe(200)
    const sheets = await readXlsxFile(file.bytes, { trim: false })
    expect(sheets).toHaveLength(1)
    return sheets[0]?.data ?? []
  }
  const which = (expected: (typeof answers)[number]['expected']): Sent[] =>
    answers.filter((answer) => answer.expected === expected).map(({ one }) => one)

  /** How often the family reads something about a person, in a text about one or in a line of a text about several. */
  const timesTold = (texts: readonly string[], { person }: Case, words: string): number =>
    texts
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.includes(`*${noticeName(person.fullName)}*`) && line.includes(words)).length
  const toldOf = async (one: Case, words: string): Promise<number> =>
    timesTold(await office.textsOf(one.family), one, words)

  test('the year has a budget: seats, the tariff of each half, and whom the city pays already', async () => {
    const { penyetuju, admin, verifikator } = office.staff
    const people = families.flatMap(({ body }) => body.members).filter(({ propose }) => propose !== false).length
    const known = families.filter(({ number }) => number % 12 === 1).length
    await setSeats(OPENING + people - known - SHORT)
    const opening = (source: string, count: number) => ({
      source,
      people: count,
      asOf: `${year}-01-01`,
      document: `SK Wali Kota Nomor ${count} Tahun ${year}`,
    })
    await penyetuju.must('POST', `${QUOTA_URL}/openings`, opening('jamkesda', 80))
    await admin.must('POST', `${QUOTA_URL}/openings`, opening('carried_over', OPENING - 80))
    const tariff = (rupiah: number, validTo: string | null) => ({ rupiah, validTo, document: 'Perpres Nomor 59' })
    await penyetuju.must('PUT', `/api/v1/tariffs/${REGION}/${year}-01-01`, tariff(35_000, `${year}-06-30`))
    await penyetuju.must('PUT', `/api/v1/tariffs/${REGION}/${year}-07-01`, tariff(37_800, null))
    const refused = await verifikator.request('PUT', QUOTA_URL, { version: 1, seats: 1, note: '' })
    expect(refused.status).toBe(403)

    const { quota } = await books()
    expect(quota).toMatchObject({ opening: OPENING, reserved: 0, committed: 0, waiting: 0 })
    expect(quota.free).toBe(people - known - SHORT)

    // What the letter and the files need: the rule of the region, and the code of the puskesmas.
    await admin.must('PUT', `/api/v1/enrolment/rules/${REGION}/${today}`, {
      mode: 'prioritas',
      branchName: 'Kantor Cabang Cirebon',
    })
    const desk = await admin.must('GET', `/api/v1/offices/${DEMO_OFFICES.puskesmas}`)
    await admin.must('PATCH', `/api/v1/offices/${DEMO_OFFICES.puskesmas}`, {
      version: desk.version,
      bpjsFacilityCode: FACILITY.code,
    })
  })

  test('sixty families are registered, and everybody who is proposed is asked about at BPJS once', async () => {
    const known = families.filter(({ number }) => number % 12 === 1)
    for (const { body } of known) {
      const [head] = body.members
      if (head) await office.makeMember({ person: head })
    }
    await office.forgetAsking()
    cases = (await office.each(families, (family) => office.register(family))).flat()
    expect(new Set(cases.map(({ receiptNumber }) => receiptNumber)).size).toBe(60)
    expect(cases).toHaveLength(
      families.flatMap(({ body }) => body.members.filter(({ propose }) => propose !== false)).length,
    )
    await expect
      .poll(async () => (await office.listProposals('&state=submitted&state=checking')).length, { timeout: 60_000 })
      .toBe(0)
    expect(await office.askedOfBpjs()).toEqual(new Map(cases.map((one) => [endOf(one), 1])))

    const alreadyActive = cases.filter(
      ({ person, family }) => family.number % 12 === 1 && person.relationship === 'kepala_keluarga',
    )
    toApprove = cases.filter((one) => !alreadyActive.includes(one))
    const { states, quota } = await books()
    expect(states).toEqual({ already_active: 5, in_review: toApprove.length })
    expect(quota).toMatchObject({ reserved: 0, committed: 0 })
    for (const one of alreadyActive) expect((await viewOf(one)).state).toBe('already_active')
    const flags = (await office.listProposals('&state=in_review')).flatMap((item) => item.flags)
    expect(flags).toEqual([])
  })

  test('each approval reserves a seat, and who is approved when none is left waits in line', async () => {
    const family = toApprove.filter(({ intakeId }) => intakeId === toApprove[0]?.intakeId)
    for (const [index, one] of family.entries()) {
      await office.decide(one, 'eligible')
      expect((await books()).quota).toMatchObject({ reserved: index + 1, waiting: 0 })
      expect((await viewOf(one)).quota).toEqual({ state: 'reserved', place: null })
    }
    const approved = await office.approveQueue()
    expect([...approved, ...family.map(({ id }) => id)].sort()).toEqual(toApprove.map(({ id }) => id).sort())
    const { quota, states } = await books()
    expect(states).toMatchObject({ eligible: toApprove.length })
    expect(quota).toMatchObject({ reserved: toApprove.length - SHORT, waiting: SHORT, free: 0 })
    const line = quotaLineSchema.parse(await office.staff.penyetuju.must('GET', `${QUOTA_URL}/line?limit=100`))
    expect(line.items.map(({ place }) => place)).toEqual(Array.from({ length: SHORT }, (_, index) => index + 1))
  })

  test('a batch takes in nobody who waits; seats that become free or are added go to the first in line', async () => {
    const { penyetuju, verifikator } = office.staff
    const refused = await verifikator.request('POST', BATCHES_URL, { name: 'Usulan pekan ini' })
    expect(refused.status).toBe(403)
    const opened = batchSchema.parse(await penyetuju.must('POST', BATCHES_URL, { name: 'Usulan pekan ini' }))
    batchId = opened.id
    const fill = async () =>
      batchRowsAddedSchema.parse(await penyetuju.must('POST', `${BATCHES_URL}/${batchId}/rows`, { filter: {} }))
    const added = await fill()
    expect(added).toMatchObject({ added: toApprove.length - SHORT, notAddedCount: SHORT })
    expect(new Set(added.notAdded.map(({ code }) => code))).toEqual(new Set(['waiting_for_seat']))

    // An approval that is taken back lets the first in line have its seat at once, and goes to the end itself.
    const line = async () =>
      quotaLineSchema
        .parse(await penyetuju.must('GET', `${QUOTA_URL}/line?limit=100`))
        .items.map((one) => one.proposalId)
    const [head = ''] = await line()
    const recalled = toApprove[0]
    if (!recalled) throw new Error('nobody was approved')
    await verifikator.must('POST', `/api/v1/proposals/${recalled.id}/recall`, { version: 1, note: 'Foto KK tertukar' })
    expect((await books()).quota).toMatchObject({ reserved: toApprove.length - SHORT, waiting: SHORT - 1, free: 0 })
    expect(await line()).not.toContain(head)
    await office.decide(recalled, 'eligible')
    expect((await line()).at(-1)).toBe(recalled.id)
    expect((await books()).quota).toMatchObject({ waiting: SHORT })

    await setSeats(OPENING + toApprove.length + LATER_FREE)
    const { quota } = await books()
    expect(quota).toMatchObject({ reserved: toApprove.length, waiting: 0, free: LATER_FREE })
    expect(await fill()).toMatchObject({ notAddedCount: 0 })
    expect((await batch()).counts).toMatchObject({ in: toApprove.length })
    expect((await books()).quota).toMatchObject({ reserved: toApprove.length, committed: 0 })
  })

  test('the approver seals: asked about anew, whoever became a member elsewhere stays out, the others are sent', async () => {
    const { penyetuju, verifikator } = office.staff
    const url = `${BATCHES_URL}/${batchId}`
    const [one, relative] = [toApprove.at(-1), toApprove.find(({ person }) => person.relationship === 'orang_tua')]
    if (!one || !relative) throw new Error('the families are not what they should be')
    elsewhere = one
    await penyetuju.must('PUT', `${url}/rows/${relative.id}`, { familyRole: 'tambahan' })
    await office.makeMember(elsewhere)
    await office.forgetAsking()

    const fourEyes = await verifikator.request('POST', `${url}/seal`, { rows: toApprove.length })
    expect(fourEyes.status).toBe(403)
    const other = await penyetuju.request('POST', `${url}/seal`, { rows: toApprove.length - 1 })
    expect(other).toMatchObject({ status: 409, body: { code: 'batch_changed' } })
    await penyetuju.must('POST', `${url}/seal`, { rows: toApprove.length })
    await expect.poll(async () => (await batch()).problem, { timeout: 60_000 }).toBe('rows_set_aside')
    expect(await office.askedOfBpjs()).toEqual(new Map(toApprove.map((one) => [endOf(one), 1])))
    expect((await batchRows()).get(elsewhere.id)).toMatchObject({ state: 'set_aside', code: 'member_active' })
    expect((await books()).quota).toMatchObject({ reserved: toApprove.length, committed: 0 })

    await penyetuju.must('POST', `${url}/rows/remove`, { setAside: true })
    const rows = toApprove.length - 1
    await penyetuju.must('POST', `${url}/seal`, { rows, letterNumber: '440/1234/Dinkes' })
    await expect.poll(async () => (await batch()).state, { timeout: 60_000 }).toBe('sealed')
    const { quota, states } = await books()
    expect(states).toMatchObject({ eligible: 1, submitted_to_bpjs: rows })
    expect(quota).toMatchObject({ reserved: 1, committed: rows, free: LATER_FREE })

    // Nobody pays for a member of somebody else's.
    await verifikator.must('POST', `/api/v1/proposals/${elsewhere.id}/recall`, {
      version: 1,
      note: 'Sudah aktif di BPJS',
    })
    await office.decide(elsewhere, 'already_active')
    expect((await books()).quota).toMatchObject({ reserved: 0, committed: rows, free: LATER_FREE + 1 })

    sent = inOrder(
      toApprove
        .filter((sentOne) => sentOne !== elsewhere)
        .map((sentOne) => ({
          ...sentOne,
          familyRole: roleOf(sentOne),
          familyRoleClear: sentOne === relative || sentOne.person.relationship !== 'orang_tua',
          proposedOn: today,
        })),
    )
  })

  test('the sealed batch has a number, the hash of what was typed at the counter, a letter, and is locked', async () => {
    const { seal, counts } = await batch()
    const count = (is: (one: Sent) => boolean): number => sent.filter(is).length
    expect(counts).toMatchObject({ sealed: sent.length, in: 0, setAside: 0 })
    expect(seal).toMatchObject({
      number: `3274-${year}-0001`,
      letterNumber: '440/1234/Dinkes',
      rows: sent.length,
      sha256: hashOf(sent),
      expectedActiveOn: today,
      totals: {
        people: sent.length,
        families: new Set(sent.map(({ intakeId }) => intakeId)).size,
        male: count(({ person }) => person.sex === 'male'),
        female: count(({ person }) => person.sex === 'female'),
      },
    })
    expect(seal?.totals.districts).toEqual(
      [...new Map(sent.map(({ family: { place } }) => [place.district, place])).values()]
        .map(({ district, districtName }) => ({
          code: district,
          name: districtName,
          people: count(({ family }) => family.place.district === district),
        }))
        .sort((left, right) => (left.code < right.code ? -1 : 1)),
    )
    const { status, type, bytes } = await office.download(office.staff.auditor, `${BATCHES_URL}/${batchId}/letter`)
    const letter = bytes.toString()
    expect({ status, type }).toEqual({ status: 200, type: 'text/html; charset=utf-8' })
    for (const said of [
      seal?.number,
      seal?.sha256,
      '440/1234/Dinkes',
      'Kantor Cabang Cirebon',
      `${sent.length} orang`,
    ]) {
      expect(letter).toContain(said)
    }
    expect(letter).not.toMatch(/\d{16}/u)

    const [one] = sent
    const act = (by: 'supervisor' | 'petugas', action: string) =>
      office.staff[by].request('POST', `/api/v1/proposals/${one?.id}/${action}`, { version: 1, note: 'Salah orang' })
    expect(await act('supervisor', 'recall')).toMatchObject({ status: 409, body: { code: 'action_not_allowed' } })
    expect(await act('petugas', 'withdraw')).toMatchObject({ status: 409 })
    const emptied = await office.staff.penyetuju.request('POST', `${BATCHES_URL}/${batchId}/rows/remove`, {
      proposalIds: [one?.id],
    })
    expect(emptied.status).toBe(409)
    const rows = await batchRows()
    expect(sent.map(({ id }) => rows.get(id)?.position)).toEqual(sent.map((_, index) => index + 1))
  })

  test("a stranger's library reads the 21 columns as they were typed, every cell a text with its zeros", async () => {
    rows21 = (await sheetOf(DINAS_LAYOUT)).slice(6)
    expect(rows21).toEqual(sent.map((one, index) => dinasRow(one, index + 1)))
    const typed = families.flatMap(({ body }) => body.members.map(({ nik }) => nik))
    const digits = rows21.flatMap((row) => [row[1], row[2], row[10], row[17]])
    for (const cell of digits) expect(cell).toBeTypeOf('string')
    expect(rows21.filter((row) => typed.includes(String(row[2])))).toHaveLength(sent.length)
    expect(rows21[0]?.slice(10, 12).every((cell) => /^00\d$/u.test(String(cell)))).toBe(true)
  })

  test('and the 34 columns like e-Dabu, with the codes of that form and the phone of the family', async () => {
    const [header = [], ...rows34] = await sheetOf(EDABU_LAYOUT)
    expect(header).toHaveLength(34)
    expect(rows34).toEqual(sent.map((one, index) => edabuRow(one, index + 1)))
    for (const cell of rows34.flatMap((row) => [row[1], row[2], row[17], row[21]])) expect(cell).toBeTypeOf('string')
    // The first export is the one that stays with the batch.
    expect((await batch()).seal?.profile).toEqual({ id: DINAS_LAYOUT, version: 1 })
  })

  test("BPJS's answer is looked at before anything happens, then half is accepted with its day and half comes back with its code", async () => {
    const { penyetuju } = office.staff
    answers = sent.map((one, index) => {
      if (index % 2 === 1)
        return { one, answer: REFUSALS[index % 4 === 1 ? 0 : 1] ?? { status: '?' }, expected: 'refused' }
      if (index % 10 === 0) return { one, answer: { status: ACCEPTED, effectiveOn: nextFirst }, expected: 'next month' }
      if (index % 10 === 2)
        return { one, answer: { status: ACCEPTED, effectiveOn: daysAgo(LATE_DAYS) }, expected: 'late' }
      return { one, answer: { status: ACCEPTED }, expected: 'today' }
    })
    const refused = which('refused')
    const accepted = sent.length - refused.length
    const lines = rows21.map((row, index) => ({
      nik: String(row[2]),
      name: String(row[3]),
      answer: answers[index]?.answer ?? { status: '?' },
    }))
    const file = answerFile(lines)
    const before = await books()
    const post = async () => {
      const answer = await office.upload(penyetuju, `${BATCHES_URL}/${batchId}/results`, file, 'Hasil BPJS.xlsx')
      expect(answer.status, JSON.stringify(answer.body)).toBe(201)
      return batchResultSchema.parse(answer.body).id
    }
    const id = await post()
    const result = async (): Promise<BatchResult> =>
      batchResultSchema.parse(await penyetuju.must('GET', `/api/v1/enrolment/results/${id}`))
    await expect.poll(async () => (await result()).state).toBe('dry_run_ready')
    expect((await result()).counts).toMatchObject({
      rows: sent.length,
      toApply: sent.length,
      accepted,
      refused: refused.length,
      unmatched: 0,
      contradictory: 0,
      faulty: 0,
    })
    expect(await books()).toEqual(before)

    const wrong = await penyetuju.request('POST', `/api/v1/enrolment/results/${id}/approve`, { rows: 1 })
    expect(wrong.status).toBe(409)
    await penyetuju.must('POST', `/api/v1/enrolment/results/${id}/approve`, { rows: sent.length })
    await expect.poll(async () => (await result()).state, { timeout: 60_000 }).toBe('applied')
    expect(await result()).toMatchObject({ counts: { applied: sent.length, leftOut: 0 }, unanswered: 0 })
    expect(await post()).toBe(id)

    const { quota, states } = await books()
    expect(states).toEqual({ already_active: 6, in_review: refused.length, submitted_to_bpjs: accepted })
    expect(quota).toMatchObject({ reserved: 0, committed: accepted, free: LATER_FREE + 1 + refused.length })
    expect((await batch()).counts).toMatchObject({ accepted, refused: refused.length, active: 0, sealed: 0 })
    const rows = await batchRows()
    const days = { today, late: daysAgo(LATE_DAYS), 'next month': nextFirst, refused: null }
    for (const { one, answer, expected } of answers) {
      expect(rows.get(one.id)).toMatchObject({
        state: expected === 'refused' ? 'refused' : 'accepted',
        effectiveOn: days[expected],
        answer: { code: answer.code ?? null, text: answer.text ?? null },
      })
    }
    const items = new Map((await office.listProposals()).map((item) => [item.id, item]))
    for (const one of refused) {
      expect(items.get(one.id)).toMatchObject({ queue: 'bpjs_returned', flags: ['bpjs_returned'], quota: null })
    }
    for (const { one } of answers.filter(({ expected }) => expected !== 'refused')) {
      expect(items.get(one.id)?.flags).toContain('pending_effective')
    }
    const shown = batchResultRowPageSchema.parse(
      await penyetuju.must('GET', `/api/v1/enrolment/results/${id}/rows?limit=100`),
    )
    expect(JSON.stringify(shown)).not.toMatch(/\d{16}/u)
    for (const [index, { reason }] of REFUSALS.entries()) {
      const one = answers.find(({ answer }) => answer === REFUSALS[index])?.one
      const last = one && (await viewOf(one)).history.at(-1)
      expect(last).toMatchObject({ action: 'return_from_bpjs', reasons: [expect.objectContaining({ code: reason })] })
    }
  })

  test('from the day on BPJS is asked again, and its answer alone makes somebody active; who is late shows with the days', async () => {
    const [onDay, late, later, refused] = [which('today'), which('late'), which('next month'), which('refused')]
    await office.forgetAsking()
    await office.each(onDay, (one) => office.makeMember(one))
    await office.letNightCome(today)
    await office.runRecheck()
    await expect.poll(async () => (await batch()).counts.active, { timeout: 60_000 }).toBe(onDay.length)
    await expect
      .poll(async () => (await office.listProposals('&queue=not_yet_active')).map(({ id }) => id).sort())
      .toEqual(late.map(({ id }) => id).sort())
    // Whose day has not come is not asked about.
    expect([...(await office.askedOfBpjs()).keys()].sort()).toEqual([...onDay, ...late].map(endOf).sort())

    const { quota, states } = await books()
    expect(states).toEqual({
      already_active: 6,
      in_review: refused.length,
      submitted_to_bpjs: late.length + later.length,
      active_confirmed: onDay.length,
    })
    expect(quota).toMatchObject({ committed: onDay.length + late.length + later.length })
    const url = '/api/v1/enrolment/not-yet-active?limit=100'
    const { items } = notYetActivePageSchema.parse(await office.staff.supervisor.must('GET', url))
    expect(items.map(({ proposalId }) => proposalId).sort()).toEqual(late.map(({ id }) => id).sort())
    for (const item of items) {
      expect(item).toMatchObject({
        batchId,
        daysLate: LATE_DAYS,
        effectiveOn: daysAgo(LATE_DAYS),
        membership: 'not_found',
      })
    }
    for (const one of later) expect((await viewOf(one)).flags).toEqual(['pending_effective'])
  })

  test('everybody who is active reads it once, nobody else does, and no text holds a number of a person', async () => {
    const [onDay, late, later, refused] = [which('today'), which('late'), which('next month'), which('refused')]
    const awaited: (readonly [Case, string])[] = [
      ...onDay.map((one) => [one, 'sekarang aktif'] as const),
      ...sent.map((one) => [one, 'dikirim ke BPJS'] as const),
      [elsewhere, 'sudah aktif'],
    ]
    await expect
      .poll(
        async () => {
          await office.letMinutePass()
          return (await office.each(awaited, ([one, words]) => toldOf(one, words))).filter((times) => times === 0)
            .length
        },
        { timeout: 120_000, interval: 500 },
      )
      .toBe(0)
    const numbers = families.flatMap(({ body }) => [body.familyCardNumber, ...body.members.map(({ nik }) => nik)])
    const texts = new Map<Family, string[]>()
    for (const family of families) texts.set(family, await office.textsOf(family))
    for (const all of texts.values()) {
      const plain = all.join('\n').replaceAll(/[\s.-]/gu, '')
      expect(numbers.filter((number) => plain.includes(number))).toEqual([])
    }
    const times = (one: Case, words: string): number => timesTold(texts.get(one.family) ?? [], one, words)
    for (const one of onDay) expect(times(one, 'sekarang aktif')).toBe(1)
    for (const one of sent) expect(times(one, 'dikirim ke BPJS')).toBe(1)
    for (const one of [...late, ...later, ...refused, elsewhere]) expect(times(one, 'sekarang aktif')).toBe(0)
    // Nor is anything on its way to them.
    const last = await office.each([...late, ...later, ...refused], async (one) => {
      return (await office.noticesAbout(one)).filter((template) => template !== 'received').at(-1)
    })
    expect(new Set(last)).toEqual(new Set(['submitted_to_bpjs']))
    expect(times(elsewhere, 'sudah aktif')).toBe(1)
  })

  test('whoever was late becomes active in a later night, and a returned case is decided: each hears it once', async () => {
    const [onDay, late, later, refused] = [which('today'), which('late'), which('next month'), which('refused')]
    const [returned] = refused
    if (!returned) throw new Error('nobody was refused')
    await office.each(late, (one) => office.makeMember(one))
    await office.letNightCome(today)
    await office.runRecheck()
    await office.decide(returned, 'needs_correction', [{ code: 'NIK_DATA_BEDA', field: 'nik' }])
    await expect.poll(async () => (await batch()).counts.active, { timeout: 60_000 }).toBe(onDay.length + late.length)
    // Twice more, as in the nights that follow.
    await office.runRecheck()
    await office.letNightCome(today)
    await office.runRecheck()
    await expect
      .poll(
        async () => {
          await office.letMinutePass()
          const active = await office.each(late, (one) => toldOf(one, 'sekarang aktif'))
          return [...active, await toldOf(returned, 'perlu dilengkapi')]
        },
        { timeout: 120_000, interval: 500 },
      )
      .toEqual([...late.map(() => 1), 1])
    expect(await office.each(onDay, (one) => toldOf(one, 'sekarang aktif'))).toEqual(onDay.map(() => 1))
    expect(await office.listProposals('&queue=not_yet_active')).toEqual([])
    const { quota, states } = await books()
    expect(states).toEqual({
      already_active: 6,
      in_review: refused.length - 1,
      needs_correction: 1,
      submitted_to_bpjs: later.length,
      active_confirmed: onDay.length + late.length,
    })
    expect(quota).toMatchObject({ committed: sent.length - refused.length, reserved: 0, waiting: 0 })
  })

  test('at the end the data is whole, the audit log unbroken, and nothing was given up', async () => {
    const [data, audit, dead] = await Promise.all([
      office.run('data', 'verify'),
      office.run('audit', 'verify'),
      office.run('outbox', 'dead'),
    ])
    expect(data).toEqual({ code: 0, text: expect.stringContaining('Data utuh.') })
    expect(data.text).toContain(`60 pendaftaran dan ${cases.length} usulan diperiksa`)
    expect(audit).toMatchObject({ code: 0 })
    expect(dead).toEqual({ code: 0, text: expect.not.stringMatching(/\t/u) })
  })
})
