import { z } from 'zod'
import type { ProposalSort } from '../../contracts/api/proposal-sorts.ts'
import { STATES } from '../../contracts/lifecycle/states.ts'
import { AppError } from '../../platform/errors.ts'

const cursorContent = z.tuple([z.string().max(20), z.string().max(200), z.guid()])

/** A place in a list: its order, the sort value and id of the last row seen. */
export function encodeCursor(sort: ProposalSort, value: string, id: string): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url')
}

const isTime = (value: string): boolean => !Number.isNaN(Date.parse(value))

function isReadable(sort: ProposalSort, value: string): boolean {
  switch (sort) {
    case 'fullName':
    case '-fullName':
      return true
    case 'likeness':
      return /^[\d.e-]+$/u.test(value) && Number.isFinite(Number(value))
    case 'state':
    case '-state': {
      const [state = '', at = '', ...rest] = value.split(' ')
      return STATES.some((one) => one === state) && isTime(at) && rest.length === 0
    }
    default:
      return isTime(value)
  }
}

/** Reads a cursor back; one that was altered or belongs to another order is `invalid_input`, not a wrong page. */
export function decodeCursor(cursor: string, sort: ProposalSort): { value: string; id: string } {
  const refused = new AppError('invalid_input', { issues: [{ path: 'cursor', code: 'cursor_invalid' }] })
  try {
    const content = cursorContent.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    if (!content.success || content.data[0] !== sort) throw refused
    const [, value, id] = content.data
    if (!isReadable(sort, value)) throw refused
    return { value, id }
  } catch (cause) {
    if (cause instanceof SyntaxError) throw refused
    throw cause
  }
}
