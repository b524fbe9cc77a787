import type { InjectOptions } from 'fastify'
import type { ErrorCode } from '../../../src/contracts/errors.ts'
import { type IntakeBody, makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'

/** What must be said about one field: where, which rule, and the sentence in both languages. */
export type FieldFault = { path: string; code: string; id: string; en: string }

export type BadInput = {
  name: string
  /** Username; left out: signed out. */
  as?: string
  method: NonNullable<InjectOptions['method']>
  url: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is. */
  raw?: string | Buffer
  status: number
  code: ErrorCode
  /** All of them, in order; left out: the answer names no field. */
  faults?: FieldFault[]
}

type Request = Pick<BadInput, 'as' | 'method' | 'url' | 'headers' | 'body' | 'raw'>
type Refusal = Pick<BadInput, 'status' | 'code' | 'faults'>

/** A copy with the values at dotted paths replaced; `undefined` takes the field out. */
export function withChanges(body: unknown, changes: Record<string, unknown>): unknown {
  const copy: unknown = structuredClone(body)
  for (const [path, value] of Object.entries(changes)) {
    const segments = path.split('.')
    const last = segments.pop() ?? ''
    const holder = segments.reduce<unknown>((at, segment) => Reflect.get(Object(at), segment), copy)
    if (value === undefined) Reflect.deleteProperty(Object(holder), last)
    else Reflect.set(Object(holder), last, value)
  }
  return copy
}

/** A household that would be accepted: SITI, born 5 May 1990, proposed alone. */
export function goodBody(): IntakeBody {
  const birthDate = '1990-05-05'
  return makeIntakeBody({ members: [makeMember({ birthDate, sex: 'female', nik: makeNik(birthDate, 'female') })] })
}

/** SITI with her husband as the head. */
export function goodCouple(): IntakeBody {
  const [wife] = goodBody().members
  return makeIntakeBody({
    members: [
      makeMember({ fullName: 'AHMAD FAUZI', sex: 'male' }),
      { ...(wife ?? makeMember()), relationship: 'istri' },
    ],
  })
}

let keys = 0
const newKey = (): string => `bad-input-${process.pid}-${++keys}`

/** A registration by the petugas, good but for the changes. */
export const intake = (changes: Record<string, unknown>, body: IntakeBody = goodBody()): Request => ({
  as: 'petugas',
  method: 'POST',
  url: '/api/v1/intakes',
  headers: { 'idempotency-key': newKey() },
  body: withChanges(body, changes),
})

/** A registration whose body is not even an object of JSON. */
export const rawIntake = (raw: string | Buffer, headers: Record<string, string> = {}): Request => ({
  as: 'petugas',
  method: 'POST',
  url: '/api/v1/intakes',
  headers: { 'idempotency-key': newKey(), 'content-type': 'application/json', ...headers },
  raw,
})

export const get = (url: string, as = 'petugas'): Request => ({ as, method: 'GET', url })
export const post = (url: string, body: unknown, as = 'petugas'): Request => ({ as, method: 'POST', url, body })

/** 400 with exactly one field named. */
export const invalid = (path: string, code: string, id: string, en: string): Refusal => ({
  status: 400,
  code: 'invalid_input',
  faults: [{ path, code, id, en }],
})

/** 422: nothing wrong for sure, but the officer must look again. */
export const unconfirmed = (path: string, code: string, id: string, en: string): Refusal => ({
  status: 422,
  code: 'warnings_unconfirmed',
  faults: [{ path, code, id, en }],
})

/** A refusal that is about no field. */
export const refused = (status: number, code: ErrorCode): Refusal => ({ status, code })
