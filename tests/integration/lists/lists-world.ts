import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import type { DriftView as Drift, ListView as ListBody } from '../../../src/contracts/api/lists.ts'
import { LIST_PART_MEGABYTES } from '../../../src/contracts/list-terms.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { type IntakeBody, makeIntakeBody } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

export const HEADER = 'PSNOKA,NIK,NAMA,TGLLHR,STATUS,SEGMEN,NMKEC,NMDESA'
/** Months are looked at from here. */
const NOW = '2026-11-26T02:00:00Z'
const PART = LIST_PART_MEGABYTES * 1024 * 1024

export type ListRow = {
  nik: string
  name?: string
  status?: string
  segment?: string
  kecamatan?: string
  village?: string
}

/** A row of a list as branches write it. */
export const line = ({ nik, name, status, segment, kecamatan, village }: ListRow): string =>
  [
    '0001234567890',
    nik,
    name ?? 'SITI AMINAH',
    '05/05/1990',
    status ?? 'AKTIF',
    segment ?? 'PBI (APBD)',
    kecamatan ?? 'KEJAKSAN',
    village ?? 'KEJAKSAN',
  ].join(',')

export const csv = (...rows: ListRow[]): string => [HEADER, ...rows.map(line)].join('\r\n')

/** One of many NIKs of Kota Cirebon, each another one. */
export const nikOf = (number: number): string => {
  const day = String((number % 28) + 1).padStart(2, '0')
  const month = String((Math.floor(number / 28) % 12) + 1).padStart(2, '0')
  const year = String(60 + (Math.floor(number / 336) % 30)).padStart(2, '0')
  const serial = String((Math.floor(number / 10_080) % 8_999) + 1001).padStart(4, '0')
  return `327401${day}${month}${year}${serial}`
}

/** The product, what a supervisor does with lists, and the jobs run by hand. */
export async function createListsWorld(settings: Record<string, string> = {}) {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'puntadewa-lists-'))
  const whole: WholeApp = await createWholeApp(
    { BPJS_SOURCE: 'list', DATA_DIR: dataDirectory, ...settings },
    createFakeClock(new Date(NOW)),
  )
  const signal = new AbortController().signal

  const call = async (as: string, method: 'GET' | 'POST' | 'PUT', url: string, payload?: object | Buffer) => {
    const headers = Buffer.isBuffer(payload) ? { 'content-type': 'application/octet-stream' } : {}
    const reply = await whole.send({ as, method, url, headers, ...(payload === undefined ? {} : { payload }) })
    const isJson = String(reply.headers['content-type']).includes('json')
    return { status: reply.statusCode, body: isJson ? reply.json() : {}, text: reply.body }
  }
  const ok = async (as: string, method: 'GET' | 'POST' | 'PUT', url: string, payload?: object | Buffer) => {
    const reply = await call(as, method, url, payload)
    expect(reply.status, `${method} ${url}: ${reply.text}`).toBeLessThan(300)
    return reply.body
  }

  const upload = async (
    content: string | Buffer,
    input: {
      month?: string
      kind?: 'membership' | 'poor'
      isPartial?: boolean
      isAllActive?: boolean
      as?: string
    } = {},
  ): Promise<string> => {
    const { as = 'supervisor', ...rest } = input
    const { id } = await ok(as, 'POST', '/api/v1/lists', { kind: 'membership', month: '2026-10', ...rest })
    const bytes = Buffer.from(content)
    for (let position = 0; position * PART < Math.max(bytes.length, 1); position += 1) {
      const part = bytes.subarray(position * PART, (position + 1) * PART)
      await ok(as, 'PUT', `/api/v1/lists/${id}/parts/${position}`, part)
    }
    return id
  }

  const goOn = (id: string) => whole.features.bpjs.goOnWithList(id, signal)
  const get = (id: string): Promise<ListBody> => ok('supervisor', 'GET', `/api/v1/lists/${id}`)

  /** Uploaded, started and read. */
  const dryRun = async (content: string | Buffer, input: Parameters<typeof upload>[1] = {}): Promise<ListBody> => {
    const id = await upload(content, input)
    await ok(input.as ?? 'supervisor', 'POST', `/api/v1/lists/${id}/start`)
    await goOn(id)
    return get(id)
  }

  return {
    whole,
    signal,
    call,
    ok,
    upload,
    goOn,
    get,
    dryRun,
    async approve(id: string, acceptRefused = false): Promise<ListBody> {
      await ok('supervisor', 'POST', `/api/v1/lists/${id}/approve`, { acceptRefused })
      await goOn(id)
      return get(id)
    },
    /** All the way to applied. */
    async importList(content: string | Buffer, input: Parameters<typeof upload>[1] = {}): Promise<ListBody> {
      const list = await dryRun(content, input)
      expect(list.state, JSON.stringify(list.fault)).toBe('dry_run_ready')
      return this.approve(list.id, true)
    },
    async drifts(as = 'supervisor'): Promise<Drift[]> {
      return (await ok(as, 'GET', '/api/v1/drifts')).items
    },
    async register(changes: Partial<IntakeBody> = {}): Promise<{ intakeId: string; proposalId: string }> {
      const reply = await whole.send({
        as: 'petugas',
        method: 'POST',
        url: '/api/v1/intakes',
        headers: { 'idempotency-key': randomUUID() },
        payload: makeIntakeBody({ confirmWarnings: ['nik_region_differs'], ...changes }),
      })
      expect(reply.statusCode, reply.body).toBe(201)
      const body = reply.json()
      return { intakeId: body.id, proposalId: body.proposals[0].id }
    },
    async close() {
      await whole.close()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}
export type ListsWorld = Awaited<ReturnType<typeof createListsWorld>>
