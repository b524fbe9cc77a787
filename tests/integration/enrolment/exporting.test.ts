import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import readXlsxFile from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Batch, batchSchema } from '../../../src/contracts/api/batches.ts'
import { profileSchema } from '../../../src/contracts/api/template-profiles.ts'
import { makeMember, makeNik } from '../../support/intake-body.ts'
import {
  createEnrolmentWorld,
  DINAS_LAYOUT,
  EDABU_LAYOUT,
  type EnrolmentWorld,
  nameFacility,
  type Person,
} from './enrolment-world.ts'

const FORMULA = '=HYPERLINK("http://jahat.example")'

describe('the file of a batch', () => {
  let world: EnrolmentWorld
  let head: Person
  let parent: Person
  let batch: Batch
  beforeAll(async () => {
    world = await createEnrolmentWorld()
    await nameFacility(world.whole)
    const address = {
      street: 'Jl. Siliwangi 10',
      rt: '001',
      rw: '002',
      villageCode: '32.74.01.1001',
      postalCode: '45123',
    }
    head = await world.approve(
      { fullName: 'Siti Aminah', birthDate: '1990-05-05', sex: 'female', maritalStatus: 'cerai_mati' },
      { address },
    )
    const relative = makeMember({
      relationship: 'orang_tua',
      fullName: 'KARTA CONTOH',
      sex: 'male',
      birthDate: '1960-01-02',
    })
    parent = await world.approve(
      { ...relative },
      {
        familyCardNumber: head.body.familyCardNumber,
        address: { street: 'Jl. Siliwangi 11', rt: '003', rw: '004', villageCode: '32.74.01.1001' },
        members: [relative],
      },
    )
    const batchId = await world.openBatch([head, parent])
    await world.askForSeal(batchId, 2)
    await world.goOn(batchId)
    batch = await world.batch(batchId)
  })
  afterAll(() => world?.close())

  const download = async (batchId: string, wish: object) =>
    world.whole.send({
      as: 'penyetuju',
      method: 'POST',
      url: `/api/v1/enrolment/batches/${batchId}/exports`,
      payload: wish,
    })
  const readXlsx = async (batchId: string, wish: object = {}): Promise<unknown[][]> => {
    const reply = await download(batchId, { format: 'xlsx', ...wish })
    expect(reply.statusCode, reply.body.slice(0, 300)).toBe(200)
    const sheets = await readXlsxFile(reply.rawPayload, { trim: false })
    return sheets[0]?.data ?? []
  }
  const readCsv = async (batchId: string, wish: object = {}): Promise<string[][]> => {
    const reply = await download(batchId, { format: 'csv', ...wish })
    expect(reply.statusCode, reply.body.slice(0, 300)).toBe(200)
    return parse(reply.rawPayload, { bom: true, delimiter: ';', relax_column_count: true })
  }
  const audited = async (batchId: string): Promise<unknown[]> => {
    const { rows } = await sql<{ details: Record<string, unknown> }>`
      SELECT details FROM audit_event WHERE action = 'export_batch' AND subject_id = ${batchId} ORDER BY id`.execute(
      world.whole.database.owner,
    )
    return rows.map(({ details }) => details)
  }

  it('has the 21 columns of the Dinas layout from row 7 on, every number as a text', async () => {
    const rows = await readXlsx(batch.id, { profileId: DINAS_LAYOUT })
    expect(rows).toHaveLength(8)
    expect(rows[1]?.[0]).toBe('Kota Cirebon')
    expect(String(rows[2]?.[0])).toContain(batch.seal?.number ?? '-')
    expect(rows[4]?.slice(0, 4)).toEqual(['NO', 'NOMOR KK', 'NIK/KITAS/KITAP', 'NAMA LENGKAP'])
    expect(rows[4]).toHaveLength(21)
    expect(rows[6]).toEqual([
      '1',
      head.body.familyCardNumber,
      head.member.nik,
      'SITI AMINAH',
      '1',
      'CIREBON',
      '05/05/1990',
      'P',
      '3',
      'JL. SILIWANGI 10',
      '001',
      '002',
      '45123',
      '327401',
      'KEJAKSAN',
      '3274011001',
      'KEJAKSAN',
      '09020107',
      'PUSKESMAS KEJAKSAN',
      null,
      expect.stringMatching(/^\d\d\/\d\d\/\d{4}$/),
    ])
    // Whoever is neither head, spouse nor child is an additional member until a person says otherwise.
    expect(rows[7]?.slice(2, 5)).toEqual([parent.member.nik, 'KARTA CONTOH', '5'])
  })

  it('has the 34 columns of the e-Dabu layout, with its own codes and nothing that we do not hold', async () => {
    const [header = [], first = [], second = []] = await readCsv(batch.id, { profileId: EDABU_LAYOUT })
    expect(header).toHaveLength(34)
    expect([first[7], second[7]]).toEqual(['2', '1'])
    expect(first[8]).toBe('4')
    expect(first[26]).toBe('3')
    for (const column of [19, 20, 22, 23, 24, 25, 27, 28, 29, 30, 31, 32, 33]) expect(first[column]).toBe('')
    await expect
      .poll(() => audited(batch.id))
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ outcome: 'completed', rows: 2, format: 'csv', profileId: EDABU_LAYOUT }),
        ]),
      )
  })

  it('keeps the layout and its version that it was exported with first', async () => {
    expect(await world.batch(batch.id)).toMatchObject({ seal: { profile: { id: DINAS_LAYOUT, version: 1 } } })
    const made = await world.send('penyetuju', 'POST', '/api/v1/enrolment/profiles', {
      name: 'Cabang',
      copyOf: DINAS_LAYOUT,
    })
    const copy = profileSchema.parse(made.body)
    const person = await world.approve()
    const otherId = await world.openBatch([person])
    await world.askForSeal(otherId, 1)
    await world.goOn(otherId)
    const before = await readCsv(otherId, { profileId: copy.id })
    const [, ...columns] = copy.definition.columns
    const change = { version: 1, name: 'Cabang', definition: { ...copy.definition, titles: [], columns } }
    const changed = await world.send('penyetuju', 'PUT', `/api/v1/enrolment/profiles/${copy.id}`, change)
    expect(changed).toMatchObject({ status: 200, body: { version: 2, columns: 20 } })
    expect(await world.send('penyetuju', 'PUT', `/api/v1/enrolment/profiles/${copy.id}`, change)).toMatchObject({
      status: 409,
      body: { code: 'version_conflict' },
    })
    expect(await readCsv(otherId)).toEqual(before)
    expect(await readCsv(otherId, { profileVersion: 2 })).toHaveLength(3)
    expect(await world.batch(otherId)).toMatchObject({ seal: { profile: { id: copy.id, version: 1 } } })
    const shipped = await world.send('penyetuju', 'PUT', `/api/v1/enrolment/profiles/${DINAS_LAYOUT}`, change)
    expect(shipped).toMatchObject({ status: 409, body: { code: 'action_not_allowed' } })
  })

  it('says what was sent, also after another member has changed the family', async () => {
    const newborn = makeMember({ nik: null, relationship: 'anak', birthDate: '2015-05-05', fullName: 'ADI CONTOH' })
    const first = makeMember()
    const person = await world.approve({}, { members: [first, newborn], confirmWarnings: ['nik_missing_not_newborn'] })
    const batchId = await world.openBatch([person])
    await world.askForSeal(batchId, 1)
    await world.goOn(batchId)
    const before = await readCsv(batchId, { profileId: DINAS_LAYOUT })
    const { body } = await world.send('petugas', 'GET', `/api/v1/intakes/${person.intakeId}`)
    const child = (body.proposals as { id: string; state: string }[]).find(({ state }) => state === 'needs_correction')
    const changes = {
      nik: makeNik('2015-05-05', 'female'),
      familyCardNumber: '3274010101200777',
      address: { street: 'Jl. Baru 99' },
    }
    const corrected = await world.send('petugas', 'POST', `/api/v1/proposals/${child?.id}/corrections`, {
      version: 1,
      changes,
      confirmWarnings: ['nik_region_differs'],
    })
    expect(corrected.status, JSON.stringify(corrected.body)).toBe(204)
    expect(await readCsv(batchId)).toEqual(before)
    expect(await world.stateOf(person.id)).toBe('submitted_to_bpjs')
  })

  it('is harmless and whole in a spreadsheet: no formula, an apostrophe before numbers of a CSV', async () => {
    const person = await world.approve()
    // The door takes no such name; a register that came from elsewhere may.
    await sql`UPDATE proposal SET full_name = ${FORMULA} WHERE id = ${person.id}`.execute(world.whole.database.owner)
    const batchId = await world.openBatch([person])
    await world.askForSeal(batchId, 1)
    await world.goOn(batchId)
    const csv = (await readCsv(batchId, { profileId: DINAS_LAYOUT })).at(-1)
    expect(csv?.[3]).toBe(`'${FORMULA.toUpperCase()}`)
    expect(csv?.slice(1, 3)).toEqual([`'${person.body.familyCardNumber}`, `'${person.member.nik}`])
    expect(csv?.[10]).toBe("'001")
    const xlsx = (await readXlsx(batchId)).at(-1)
    expect(xlsx?.[3]).toBe(FORMULA.toUpperCase())
    expect(xlsx?.[2]).toBe(person.member.nik)
  })

  it('is not made of a batch that is not sealed, without a layout, or of rows that were altered', async () => {
    const openId = await world.openBatch([await world.approve()])
    const early = await download(openId, { format: 'csv', profileId: DINAS_LAYOUT })
    expect([early.statusCode, early.json().code]).toEqual([409, 'batch_not_sealed'])
    await world.askForSeal(openId, 1)
    await world.goOn(openId)
    const without = await download(openId, { format: 'csv' })
    expect([without.statusCode, without.json().errors[0].path]).toEqual([400, 'profileId'])
    const { owner } = world.whole.database
    // The row of another batch, moved here.
    await sql`UPDATE enrolment_batch_row SET content = (SELECT content FROM enrolment_batch_row WHERE batch_id = ${batch.id} LIMIT 1)
      WHERE batch_id = ${openId}`.execute(owner)
    expect((await download(openId, { format: 'csv', profileId: DINAS_LAYOUT })).statusCode).toBe(500)
    await expect
      .poll(() => audited(openId))
      .toEqual([expect.objectContaining({ outcome: 'started' }), expect.objectContaining({ outcome: 'failed' })])
  })

  it('shows before it is made what a layout makes of invented people, and of a batch with its numbers masked', async () => {
    const { body } = await world.send('admin', 'GET', `/api/v1/enrolment/profiles/${DINAS_LAYOUT}`)
    const { definition } = profileSchema.parse(body)
    const url = '/api/v1/enrolment/profiles/preview'
    const shown = await world.send('admin', 'POST', url, { definition })
    expect(shown.status).toBe(200)
    expect(shown.body.rows).toHaveLength(5)
    expect(shown.body.issues).toEqual(
      expect.arrayContaining([
        { code: 'value_missing', column: 18, row: 3, word: 'facilityCode' },
        { code: 'role_unclear', column: 5, row: 5, word: 'orang_tua' },
        { code: 'value_missing', column: 13, row: 5, word: 'postalCode' },
      ]),
    )
    const broken = {
      ...definition,
      columns: definition.columns.map((column) =>
        column.source === 'sex' ? { ...column, codes: { male: '1', laki: '2' } } : column,
      ),
    }
    const odd = await world.send('admin', 'POST', url, { definition: { ...broken, columns: broken.columns.slice(3) } })
    expect(odd.body.issues).toEqual(
      expect.arrayContaining([
        { code: 'no_nik', column: null, row: null, word: null },
        { code: 'code_unknown_word', column: 5, row: null, word: 'laki' },
        { code: 'code_missing', column: 5, row: null, word: 'female' },
      ]),
    )
    const real = await world.send('penyetuju', 'POST', url, { definition, batchId: batch.id })
    expect(JSON.stringify(real.body)).not.toContain(head.member.nik)
    expect(JSON.stringify(real.body)).toContain(head.member.nik?.slice(-4))
    expect(await world.send('admin', 'POST', url, { definition, batchId: batch.id })).toMatchObject({ status: 403 })
  })

  it('takes the family role that a person chose where the KK leaves it open', async () => {
    const relative = makeMember({ relationship: 'famili_lain' })
    const person = await world.approve({ ...relative }, { members: [makeMember({ propose: false }), relative] })
    const opened = await world.send('penyetuju', 'POST', '/api/v1/enrolment/batches', { name: 'Peran' })
    const { id } = batchSchema.parse(opened.body)
    const rows = `/api/v1/enrolment/batches/${id}/rows`
    await world.send('penyetuju', 'POST', rows, { proposalIds: [person.id] })
    expect((await world.send('penyetuju', 'GET', rows)).body.items).toEqual([
      expect.objectContaining({ familyRole: 'tambahan', familyRoleClear: false }),
    ])
    expect((await world.send('penyetuju', 'PUT', `${rows}/${person.id}`, { familyRole: 'anak' })).status).toBe(204)
    await world.askForSeal(id, 1)
    await world.goOn(id)
    expect((await readCsv(id, { profileId: DINAS_LAYOUT })).at(-1)?.[4]).toBe('4')
    expect((await world.send('penyetuju', 'PUT', `${rows}/${person.id}`, { familyRole: 'istri' })).status).toBe(409)
  })
})
