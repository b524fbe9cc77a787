import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { streamTable } from '../../../src/platform/tables/table-stream.ts'
import { makeUploadForm } from '../../support/upload-form.ts'
import { type CoverageWorld, createCoverageWorld } from './coverage-world.ts'

let world: CoverageWorld
beforeAll(async () => {
  world = await createCoverageWorld()
})
afterAll(() => world?.close())

const DOCUMENT = { source: 'bpjs', detail: 'Rekap BPJS', asOf: '2026-10-31' }

async function send(file: string | Buffer, month: string, apply: boolean, as = 'admin') {
  const fields = { ...DOCUMENT, month, apply: String(apply) }
  const { payload, headers } = await makeUploadForm(fields, Buffer.from(file))
  return world.whole.send({ as, method: 'POST', url: '/api/v1/coverage/imports', payload, headers })
}

const TABLE = [
  'REKAP PESERTA;;;;',
  'Kode Wilayah;Segmen;Penduduk;Peserta terdaftar;Peserta aktif',
  '32.74.01;;1.000;950;800',
  '32.74.02;PBPU dan BP Pemda;;300;250',
  '327403;PPU (pekerja penerima upah);;40;',
].join('\r\n')

describe('a table of figures', () => {
  test('is read first, and stored with source and date when it is applied', async () => {
    expect((await send(TABLE, '2026-10', false)).json()).toEqual({
      rows: 3,
      regions: 3,
      populations: 1,
      applied: false,
      changed: 0,
    })
    expect((await world.get('32.74.01', '', 'admin')).months).toEqual([])
    expect((await send(TABLE, '2026-10', true)).json()).toEqual({
      rows: 3,
      regions: 3,
      populations: 1,
      applied: true,
      changed: 4,
    })
    const { figure } = await world.get('32.74.01', '?month=2026-10', 'admin')
    expect(figure.registered?.used).toEqual({
      people: 950,
      origin: 'imported',
      source: 'Rekap BPJS',
      asOf: '2026-10-31',
    })
    expect(figure).toMatchObject({ coverage: { hundredths: 9500 }, activeRate: { hundredths: 8421 } })
    const local = await world.get('32.74.02', '?month=2026-10&segment=pbpu_pemda', 'admin')
    expect(local.figure.registered?.used.people).toBe(300)
    // The same file again changes nothing.
    expect((await send(TABLE, '2026-10', true)).json().changed).toBe(0)
  })

  test('as XLSX is what this program hands out, taken back', async () => {
    const out = await world.whole.send({ as: 'admin', url: '/api/v1/coverage/32.74.01/file?format=xlsx&month=2026-10' })
    expect((await send(out.rawPayload, '2026-09', false)).json().errors[0]).toMatchObject({ code: 'cell_missing' })
    async function* rows() {
      yield ['32.74.01.1001', '120', '100']
    }
    const columns = ['Kode wilayah', 'Terdaftar', 'Aktif'].map((header) => ({ header, width: 18 }))
    const chunks: Buffer[] = []
    for await (const chunk of streamTable(columns, rows(), { kind: 'xlsx', sheet: 'Cakupan' }))
      chunks.push(Buffer.from(chunk))
    expect((await send(Buffer.concat(chunks), '2026-09', true)).json()).toMatchObject({ rows: 1, changed: 1 })
  })

  test.each([
    ['a region of others', '32.09;10;5', 'rows.1.code', 'region_unknown'],
    ['a code that a spreadsheet has changed', '32.1;10;5', 'rows.1.code', 'cell_not_a_region'],
    ['half a person', '32.74;10.5;5', 'rows.1.registered', 'cell_not_a_count'],
    ['a number below zero', '32.74;-1;0', 'rows.1.registered', 'cell_not_a_count'],
    ['a power of ten', '32.74;3.4E+05;0', 'rows.1.registered', 'cell_not_a_count'],
    ['active without registered', '32.74;;5', 'rows.1.registered', 'cell_missing'],
    ['a region twice', '32.74;10;5\r\n32.74;11;5', 'rows.2.code', 'duplicate'],
  ])('with %s is refused whole, with row and column', async (_, line, path, code) => {
    const reply = await send(`Kode wilayah;Terdaftar;Aktif\r\n${line}\r\n32.74.05;7;7`, '2026-08', true)
    expect(reply.statusCode).toBe(400)
    expect(reply.json().errors[0]).toMatchObject({ path, code })
    expect((await world.get('32.74.05', '', 'admin')).months).not.toContain('2026-08')
  })

  test('without a column that is needed is none', async () => {
    const reply = await send('Kode wilayah;Nama\r\n32.74;Kota Cirebon', '2026-08', true)
    expect(reply.json()).toMatchObject({ code: 'table_refused', details: { reason: 'columns_missing' } })
  })
})
