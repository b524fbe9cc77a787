import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchResultSchema } from '../../../src/contracts/api/batch-results.ts'
import { inline, makeWorkbook, rowsOf, sheetXml } from '../../support/workbook.ts'
import { createEnrolmentWorld, type EnrolmentWorld, type Person } from './enrolment-world.ts'
import { accepted, createResultSteps, csvOf, type Line, type ResultSteps, refused, written } from './results-world.ts'

const NAMES = ['SITI AMINAH', 'BUDI SANTOSO', 'KARTINI DEWI', 'JOKO SUSILO']

describe('results of BPJS', () => {
  let world: EnrolmentWorld
  let steps: ResultSteps
  beforeAll(async () => {
    world = await createEnrolmentWorld()
    steps = createResultSteps(world)
  })
  afterAll(() => world?.close())

  const people = (count: number): Promise<Person[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => world.approve({ fullName: NAMES[index] ?? 'ANI' })))

  const pair = async (): Promise<[Person, Person, string]> => {
    const [one, other] = await people(2)
    if (!one || !other) throw new Error('nobody was made')
    return [one, other, await steps.seal([one, other])]
  }

  const localDay = (later: number): string => {
    const at = new Date(world.clock.now().getTime() + later * 24 * 60 * 60 * 1000)
    return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta' }).format(at)
  }

  const keptOf = (id: string): Promise<number> =>
    steps.count('enrolment_result_row', sql`result_id = ${id} AND (nik_index IS NOT NULL OR full_name IS NOT NULL)`)

  it('are looked at first and change nothing; then half is accepted and half goes back to review with its reason', async () => {
    const [taken, left, batchId] = await pair()
    const day = localDay(30)
    const file = csvOf([accepted(taken, { tmt: written(day) }), refused(left)])
    const ready = await steps.dryRun(batchId, file)
    expect(ready).toMatchObject({
      state: 'dry_run_ready',
      progress: 1,
      unanswered: 2,
      counts: { rows: 2, toApply: 2, accepted: 1, refused: 1, applied: 0, faulty: 0 },
    })
    for (const { id } of [taken, left]) expect(await world.stateOf(id)).toBe('submitted_to_bpjs')
    expect((await steps.approve(ready.id, 1)).body).toMatchObject({ code: 'batch_changed', details: { rows: 2 } })
    expect((await steps.approve(ready.id, 2)).status).toBe(202)
    await steps.goOn(ready.id)
    expect(await steps.get(ready.id)).toMatchObject({
      state: 'applied',
      counts: { applied: 2, leftOut: 0 },
      unanswered: 0,
    })

    expect(await world.stateOf(taken.id)).toBe('submitted_to_bpjs')
    expect(await steps.flagsOf(taken.id)).toEqual(['pending_effective'])
    expect(await world.stateOf(left.id)).toBe('in_review')
    expect(await steps.flagsOf(left.id)).toEqual(['bpjs_returned'])
    expect([await steps.seatOf(taken.id), await steps.seatOf(left.id)]).toEqual(['committed', 'freed'])
    expect(await world.batch(batchId)).toMatchObject({ counts: { accepted: 1, refused: 1, sealed: 0 } })

    const shown = await world.send('penyetuju', 'GET', `/api/v1/enrolment/batches/${batchId}/rows`)
    expect(shown.body.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ proposalId: taken.id, state: 'accepted', effectiveOn: day }),
        expect.objectContaining({
          proposalId: left.id,
          state: 'refused',
          answer: expect.objectContaining({ code: '17', text: 'NIK tidak padan' }),
        }),
      ]),
    )
    const queue = await world.send('verifikator', 'GET', '/api/v1/proposals?queue=bpjs_returned&limit=100')
    expect((queue.body.items as { id: string }[]).map(({ id }) => id)).toContain(left.id)
    const history = await world.whole.features.intake.listHistory(world.whole.database.db, left.id)
    expect(history.at(-1)).toMatchObject({
      action: 'return_from_bpjs',
      reasons: [{ code: 'NIK_DATA_BEDA', note: 'BPJS: 17: NIK tidak padan' }],
    })
    for (const { id } of [taken, left]) {
      const { told, stored } = await steps.replayed(id)
      expect(told).toEqual(stored)
      expect(await steps.count('audit_event', sql`subject_id = ${id} AND action = 'record_bpjs_answer'`)).toBe(1)
    }

    // The same file again is the import that was made, and does nothing more.
    const again = await steps.post(batchId, file)
    expect(again).toMatchObject({ status: 201, body: { id: ready.id, state: 'applied' } })
    await steps.goOn(ready.id)
    expect(await steps.count('journal', sql`proposal_id = ${left.id} AND action = 'return_from_bpjs'`)).toBe(1)
    // Another file that says the same finds it known; one that says otherwise contradicts it.
    const other = await steps.dryRun(batchId, csvOf([accepted(taken), accepted(left)]))
    expect(other.counts).toMatchObject({ toApply: 0, known: 1, contradictory: 1 })
  })

  it('keep a code that nobody knows as it came, without the numbers of people in it', async () => {
    const [, left, batchId] = await pair()
    const text = `Ditolak sistem ${left.member.nik ?? ''} hubungi KC`
    await steps.apply(batchId, [refused(left, { code: 'X-99', text })])
    const history = await world.whole.features.intake.listHistory(world.whole.database.db, left.id)
    expect(history.at(-1)).toMatchObject({
      reasons: [{ code: 'LAINNYA', note: 'BPJS: X-99: Ditolak sistem … hubungi KC' }],
    })
  })

  it('about somebody else, twice with another outcome, or of an unknown status are named with their row and never applied', async () => {
    const [first, second, third, fourth] = await people(4)
    if (!first || !second || !third || !fourth) throw new Error('nobody was made')
    const stranger = await world.approve({ fullName: 'ORANG LAIN' })
    const batchId = await steps.seal([first, second, third, fourth])
    const ready = await steps.dryRun(
      batchId,
      csvOf([
        accepted(first, { name: 'BAMBANG PAMUNGKAS' }),
        accepted(second),
        refused(second),
        accepted(third, { status: 'Menunggu' }),
        accepted(stranger),
        accepted(fourth),
        accepted(fourth),
      ]),
    )
    const rows = await steps.rows(ready.id)
    expect(rows.map(({ row, verdict, code, column }) => [row, verdict, code, column])).toEqual([
      [2, 'contradictory', 'name_differs', null],
      [3, 'contradictory', 'outcomes_differ', null],
      [4, 'contradictory', 'outcomes_differ', null],
      [5, 'faulty', 'status_unclear', 'C'],
      [6, 'unmatched', 'not_in_batch', null],
      [7, 'to_apply', null, null],
      [8, 'repeated', 'repeated', null],
    ])
    expect(rows[3]?.message).toBe(
      'Status di kolom C tidak dikenal. Perbaiki isinya, atau tambahkan katanya di profil hasil.',
    )
    expect(rows[0]?.proposal).toMatchObject({ id: first.id, fullName: 'SITI AMINAH' })
    await steps.approve(ready.id, 1)
    await steps.goOn(ready.id)
    expect(await world.batch(batchId)).toMatchObject({ counts: { accepted: 1, sealed: 3 } })
    // Numbers and names of the file are kept no longer than they are needed.
    expect(await keptOf(ready.id)).toBe(0)
    const sent = await steps.post(batchId, csvOf([accepted(second, { tmt: written(localDay(30)) })]))
    const { id } = batchResultSchema.parse(sent.body)
    expect(await keptOf(id)).toBe(1)
    const ended = await world.send('penyetuju', 'POST', `/api/v1/enrolment/results/${id}/abort`)
    expect(ended.body).toMatchObject({ state: 'aborted' })
    expect(await keptOf(id)).toBe(0)
  })

  it('with a NIK that a spreadsheet has made a number are refused with row and column, and too many of them end the import', async () => {
    const [one, other, batchId] = await pair()
    const nik = one.member.nik ?? ''
    const header = ['No NIK', 'Nama Peserta', 'Status'].map((text) => inline(text)).join('')
    const rowOf = (number: number, nikCell: string, name: string) =>
      `<row r="${number}">${nikCell}${inline(name)}${inline('Berhasil')}</row>`
    const sheet = (...rows: string[]) =>
      makeWorkbook({ sheets: [{ xml: sheetXml(`<row r="1">${header}</row>${rows.join('')}`) }] })
    const ready = await steps.dryRun(
      batchId,
      sheet(
        rowOf(2, '<c><v>3.2740145059E+15</v></c>', one.member.fullName),
        rowOf(3, inline(other.member.nik ?? ''), other.member.fullName),
        rowOf(4, inline('9990001112223334'), 'ORANG LUAR'),
      ),
    )
    expect(ready).toMatchObject({ state: 'dry_run_ready', file: { kind: 'xlsx' }, counts: { faulty: 1, toApply: 1 } })
    expect(await steps.rows(ready.id, '&verdict=faulty')).toMatchObject([
      { row: 2, column: 'A', field: 'nik', code: 'cell_scientific', proposal: null },
    ])
    const lost = await steps.dryRun(
      batchId,
      sheet(rowOf(2, `<c><v>${nik}</v></c>`, one.member.fullName), rowOf(3, inline(nik.slice(1)), one.member.fullName)),
    )
    expect(lost).toMatchObject({ state: 'aborted', problem: 'too_many_faults', counts: { faulty: 2 } })
    expect((await steps.rows(lost.id)).map(({ row, code }) => [row, code])).toEqual([
      [2, 'cell_number'],
      [3, 'cell_too_few_digits'],
    ])
    expect((await steps.approve(lost.id, 1)).body).toMatchObject({ code: 'action_not_allowed' })
    expect(await keptOf(lost.id)).toBe(0)
    const none = await steps.post(batchId, Buffer.from('NIK;NAMA\r\n1;A\r\n'))
    expect(none).toMatchObject({ status: 422, body: { code: 'table_refused' } })
  })

  it('with a day that cannot be meant are refused with row and column: far from today, or decided tomorrow', async () => {
    const [one, other, third, fourth] = await people(4)
    if (!one || !other || !third || !fourth) throw new Error('nobody was made')
    const batchId = await steps.seal([one, other, third, fourth])
    const far = written(localDay(401))
    const rows = [
      [accepted(one), far, ''],
      [accepted(one), written(localDay(-401)), ''],
      [accepted(one), '', written(localDay(1))],
      [accepted(one), '', written(localDay(-401))],
      [accepted(one), written(localDay(400)), written(localDay(0))],
      [accepted(other), written(localDay(-400)), ''],
      [accepted(third), '', written(localDay(-400))],
      // Nobody reads from which day somebody is active who is not.
      [refused(fourth), '31/12/9999', ''],
    ] as const
    const table = rows.map(([{ nik, name, status }, tmt, processed]) => [nik, name, status, tmt, processed].join(';'))
    const ready = await steps.dryRun(
      batchId,
      Buffer.from(['NIK;NAMA;STATUS;TMT;TANGGAL PROSES', ...table].join('\r\n')),
    )
    expect(ready).toMatchObject({ state: 'aborted', problem: 'too_many_faults', counts: { faulty: 4 } })
    const faulty = await steps.rows(ready.id, '&verdict=faulty')
    expect(faulty.map(({ row, column, field, code }) => [row, column, field, code])).toEqual([
      [2, 'D', 'effectiveOn', 'date_implausible'],
      [3, 'D', 'effectiveOn', 'date_implausible'],
      [4, 'E', 'answeredOn', 'date_implausible'],
      [5, 'E', 'answeredOn', 'date_implausible'],
    ])
    expect(faulty[0]?.message).toMatch(/^Tanggal aktif \(kolom D\) tidak masuk akal: lebih dari 400 hari/)
    const good = await steps.dryRun(
      batchId,
      Buffer.from(['NIK;NAMA;STATUS;TMT;TANGGAL PROSES', ...table.slice(4)].join('\r\n')),
    )
    expect(good).toMatchObject({ state: 'dry_run_ready', counts: { toApply: 4, faulty: 0 } })
  })

  it('on two sheets of one workbook are two files: each is applied, and each again is the import that it made', async () => {
    const [taken, left, batchId] = await pair()
    const sheetOf = (name: string, { nik, name: fullName, status }: Line) => ({
      name,
      xml: sheetXml(
        rowsOf([
          ['NIK', 'NAMA', 'STATUS'],
          [nik, fullName, status],
        ]),
      ),
    })
    const book = makeWorkbook({ sheets: [sheetOf('Diterima', accepted(taken)), sheetOf('Ditolak', refused(left))] })
    const applied = async (sheet: string) => {
      const ready = await steps.dryRun(batchId, book, sheet)
      expect(ready).toMatchObject({ state: 'dry_run_ready', file: { kind: 'xlsx', sheet }, counts: { toApply: 1 } })
      await steps.approve(ready.id, 1)
      await steps.goOn(ready.id)
      return ready.id
    }
    const first = await applied('Diterima')
    const second = await applied('Ditolak')
    expect(second).not.toBe(first)
    expect(await world.stateOf(taken.id)).toBe('submitted_to_bpjs')
    expect(await world.stateOf(left.id)).toBe('in_review')
    expect(await world.batch(batchId)).toMatchObject({ counts: { accepted: 1, refused: 1, sealed: 0 } })
    expect(await steps.post(batchId, book, 'penyetuju', 'Ditolak')).toMatchObject({
      status: 201,
      body: { id: second, state: 'applied', file: { sheet: 'Ditolak' } },
    })
    // A CSV has none.
    expect((await steps.dryRun(batchId, csvOf([accepted(taken)]))).file.sheet).toBeNull()
  })

  it('can be taken back as a whole while nothing has moved on, and sent again', async () => {
    const [taken, left, batchId] = await pair()
    const lines = [accepted(taken), refused(left)]
    const done = await steps.apply(batchId, lines)
    expect((await steps.undo(done.id)).body).toMatchObject({ state: 'undone' })
    for (const { id } of [taken, left]) {
      expect(await world.stateOf(id)).toBe('submitted_to_bpjs')
      expect(await steps.flagsOf(id)).toEqual([])
      expect(await steps.seatOf(id)).toBe('committed')
      const { told, stored } = await steps.replayed(id)
      expect(told).toEqual(stored)
    }
    expect(await world.batch(batchId)).toMatchObject({ counts: { sealed: 2, accepted: 0, refused: 0 } })
    expect((await steps.undo(done.id)).body).toMatchObject({ code: 'action_not_allowed' })

    const again = await steps.apply(batchId, lines)
    expect(again.id).not.toBe(done.id)
    expect((await steps.get(done.id)).undoneBy).toEqual(again.approvedBy)
    expect(again).toMatchObject({ createdBy: again.approvedBy, undoneBy: null })
    expect(again.createdBy.name).not.toBe('')
    expect(again.state).toBe('applied')
    const claimed = await world.send('verifikator', 'POST', `/api/v1/proposals/${left.id}/claim`)
    expect(claimed.status).toBe(200)
    expect(await steps.undo(again.id)).toMatchObject({
      status: 409,
      body: { code: 'results_moved_on', details: { rows: 1 } },
    })
    expect(await world.stateOf(left.id)).toBe('in_review')
    expect(await steps.flagsOf(taken.id)).toEqual(['pending_effective'])
  })

  it('leave out a row that has moved on between the dry run and its applying', async () => {
    const [one, other, batchId] = await pair()
    const first = await steps.dryRun(batchId, csvOf([accepted(one), accepted(other)]))
    const second = await steps.dryRun(batchId, csvOf([refused(one)]))
    await steps.approve(second.id, 1)
    await steps.goOn(second.id)
    await steps.approve(first.id, 2)
    await steps.goOn(first.id)
    expect(await steps.get(first.id)).toMatchObject({ state: 'partly_applied', counts: { applied: 1, leftOut: 1 } })
    expect(await steps.rows(first.id, '&leftOut=true')).toMatchObject([
      { code: 'moved_on', applied: false, proposal: { id: one.id } },
    ])
    expect(await world.stateOf(one.id)).toBe('in_review')
  })

  it('are read by the words of the region, which it may change', async () => {
    const [one, , batchId] = await pair()
    const url = '/api/v1/enrolment/result-profiles/32.74'
    const shipped = await world.send('penyetuju', 'GET', url)
    expect(shipped.body).toMatchObject({ isOwn: false, version: 0 })
    const definition = shipped.body.definition as Record<string, unknown>
    const put = (version: number, changes: object) =>
      world.send('penyetuju', 'PUT', url, { version, definition: { ...definition, ...changes } })
    // What leads to two things is named with its place.
    const { columns } = definition as { columns: Record<string, string[]> }
    const reasons = [
      { answer: '17', reason: 'NIK_GANDA' },
      { answer: '1-7', reason: 'MENINGGAL' },
    ]
    for (const [changes, path] of [
      [{ accepted: ['Ditolak'] }, 'definition.refused.0'],
      [{ columns: { ...columns, status: ['Hasil', 'nama.lengkap'] } }, 'definition.columns.status.1'],
      [{ reasons }, 'definition.reasons.1.answer'],
    ] as const) {
      const { code, errors } = (await put(0, changes)).body
      expect({ code, errors }).toMatchObject({ code: 'invalid_input', errors: [{ path, code: 'meaning_taken' }] })
    }
    expect((await put(0, { accepted: ['Lolos Verif'] })).body).toMatchObject({ isOwn: true, version: 1 })
    expect((await put(0, { accepted: ['Lolos Verif'] })).body).toMatchObject({ code: 'version_conflict' })
    const ready = await steps.dryRun(batchId, csvOf([accepted(one, { status: 'LOLOS-VERIF' })]))
    expect(ready.counts).toMatchObject({ toApply: 1, accepted: 1 })
    expect((await put(1, {})).body).toMatchObject({ version: 2 })
  })

  it('are approved and undone only after a fresh sign-in, by a penyetuju of the region', async () => {
    const [one, , batchId] = await pair()
    const ready = await steps.dryRun(batchId, csvOf([accepted(one)]))
    await world.whole.addAccount({ username: 'lain', role: 'penyetuju', regionCode: '32.73', officeIds: [] })
    expect((await world.send('lain', 'GET', `/api/v1/enrolment/results/${ready.id}`)).status).toBe(404)
    expect((await steps.post(batchId, csvOf([accepted(one)]), 'supervisor')).status).toBe(403)
    expect((await world.send('auditor', 'GET', `/api/v1/enrolment/results/${ready.id}`)).status).toBe(200)
    const cookie = await world.whole.signIn('penyetuju')
    const late = new Date(world.clock.now().getTime() - 16 * 60_000)
    await sql`update auth_session set created_at = ${late}`.execute(world.whole.database.owner)
    for (const [act, payload] of [
      ['approve', { rows: 1 }],
      ['undo', undefined],
    ] as const) {
      const url = `/api/v1/enrolment/results/${ready.id}/${act}`
      const reply = await world.whole.app.inject({
        method: 'POST',
        url,
        headers: { cookie },
        ...(payload && { payload }),
      })
      expect(reply.json()).toMatchObject({ code: 'step_up_required' })
    }
  })
})
