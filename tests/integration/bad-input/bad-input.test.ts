import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { composeReceiptNumber } from '../../../src/contracts/primitives/receipt-number.ts'
import { LANGUAGES, type Language } from '../../../src/contracts/text/index.ts'
import { problemSchema } from '../../../src/platform/http/index.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { OFFICES, SIGN_IN } from './administration.cases.ts'
import type { BadInput } from './bad-input.ts'
import { COVERAGE } from './coverage.cases.ts'
import { ENROLMENT } from './enrolment.cases.ts'
import { HOUSEHOLD } from './household.cases.ts'
import { LISTS_OF_A_MONTH } from './lists.cases.ts'
import { PUBLIC_STATUS, QUERIES } from './lookup.cases.ts'
import { NUMBERS } from './numbers.cases.ts'
import { QUOTA } from './quota.cases.ts'
import { REACTIVATION } from './reactivation.cases.ts'
import { RESULTS_OF_BPJS } from './results.cases.ts'
import { CORRECTIONS, DECISIONS } from './review.cases.ts'
import { TRANSPORT } from './transport.cases.ts'

const TABLES: Record<string, BadInput[]> = {
  'NIK, KK and phone numbers': NUMBERS,
  'names, dates, address and household': HOUSEHOLD,
  'the envelope of a request': TRANSPORT,
  corrections: CORRECTIONS,
  'decisions and notes': DECISIONS,
  'lists and single records': QUERIES,
  'batches to BPJS': ENROLMENT,
  'results of BPJS': RESULTS_OF_BPJS,
  'the way back of inactive members': REACTIVATION,
  'the public status': PUBLIC_STATUS,
  'signing in': SIGN_IN,
  'offices and the audit log': OFFICES,
  'budgets and tariffs': QUOTA,

  coverage: COVERAGE,
  'lists of a month': LISTS_OF_A_MONTH,
}

// They count the attempts themselves, by hashed names or by the receipt that was asked for, and the audit log says who tried.
const COUNTERS = ['public.audit_event', 'public.rate_limit', 'public.sign_in_guard', 'public.status_guard']

let whole: WholeApp
let placeholders: Record<string, string>
let rowsBefore: Record<string, number>
const sent = new Set<string>()

async function countRows(): Promise<Record<string, number>> {
  const rows = await whole.countRows()
  for (const table of COUNTERS) delete rows[table]
  return rows
}

beforeAll(async () => {
  whole = await createWholeApp()
  // Without NIK: held until it comes, so that it can be corrected.
  const waiting = makeMember({ nik: null, birthDate: '1990-05-05', sex: 'female' })
  const reply = await whole.send({
    as: 'petugas',
    method: 'POST',
    url: '/api/v1/intakes',
    headers: { 'idempotency-key': 'the-prepared-one' },
    payload: makeIntakeBody({
      whatsappNumber: '0812-7777-1234',
      members: [waiting],
      confirmWarnings: ['nik_missing_not_newborn'],
    }),
  })
  const created = z
    .object({ receiptNumber: z.string(), proposals: z.tuple([z.object({ id: z.string() })]) })
    .parse(reply.json())
  placeholders = {
    ':waiting': created.proposals[0].id,
    ':known': created.receiptNumber,
    ':unknown': composeReceiptNumber('32.74', '2611', 999_999),
    ':wrong': '9999',
  }
  for (const username of ['petugas', 'verifikator', 'supervisor', 'penyetuju', 'admin']) await whole.cookieOf(username)
  rowsBefore = await countRows()
})
afterAll(() => whole?.close())

const fill = (text: string): string =>
  Object.entries(placeholders).reduce((filled, [name, value]) => filled.replaceAll(name, value), text)

/** Every text of a body that is long enough to be recognised. */
function listTexts(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= 6 ? [value] : []
  if (typeof value === 'number') return listTexts(String(value))
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(listTexts)
}

/** What the caller sent and must not find repeated. */
function valuesOf({ url, body, raw }: BadInput): string[] {
  const query = [...new URLSearchParams(url.split('?')[1] ?? '').values()]
  return [...listTexts(body), ...listTexts(query), ...(raw === undefined ? [] : listTexts(raw.toString()))]
}

async function send(badInput: BadInput, language: Language): Promise<LightMyRequestResponse> {
  const { as, method, url, headers, body, raw } = badInput
  const payload = raw ?? (body === undefined ? undefined : fill(JSON.stringify(body)))
  return await whole.send({
    ...(as === undefined ? {} : { as }),
    method,
    url: fill(url),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      'accept-language': language,
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  })
}

describe.each(Object.entries(TABLES))('%s', (_table, cases) => {
  test.each(cases)('$name', async (badInput) => {
    const values = valuesOf(badInput)
    for (const value of values) sent.add(value)
    for (const language of LANGUAGES) {
      const reply = await send(badInput, language)
      const problem = problemSchema.parse(reply.json())
      expect({ status: reply.statusCode, code: problem.code }).toEqual({ status: badInput.status, code: badInput.code })
      expect(reply.headers['content-language']).toBe(language)
      const faults = badInput.faults?.map(({ path, code, [language]: message }) => ({ path, code, message }))
      expect(problem.errors).toEqual(faults)
      for (const value of values) expect(reply.body).not.toContain(value)
    }
  })
})

test('there are several hundred of them, and no name stands for two', () => {
  const names = Object.values(TABLES).flatMap((cases) => cases.map(({ name }) => name))
  expect(names.length).toBeGreaterThan(200)
  expect(new Set(names).size).toBe(names.length)
})

test('every message ends its sentence and keeps a language to itself', () => {
  const faults = Object.values(TABLES).flatMap((cases) => cases.flatMap((badInput) => badInput.faults ?? []))
  for (const { id, en } of faults) {
    expect(id).toMatch(/[.]$/)
    expect(en).toMatch(/[.]$/)
    expect(id).not.toBe(en)
  }
})

describe('after all of them', () => {
  test('nothing is stored', async () => {
    expect(await countRows()).toEqual(rowsBefore)
  })

  test('the log holds a line for each and no value of any', () => {
    const log = whole.log()
    expect(log.split('\n').length).toBeGreaterThan(400)
    expect(sent.size).toBeGreaterThan(300)
    expect([...sent].filter((value) => log.includes(value))).toEqual([])
  })

  test('the audit log holds no value of any', async () => {
    const entries = await whole.database.owner.selectFrom('audit_event').select(['action', 'details']).execute()
    expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['sign_in_failed', 'denied']))
    const details = JSON.stringify(entries.map((entry) => entry.details))
    expect([...sent].filter((value) => details.includes(value))).toEqual([])
  })
})
