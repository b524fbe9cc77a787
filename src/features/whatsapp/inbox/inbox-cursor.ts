import { z } from 'zod'
import { AppError } from '../../../platform/errors.ts'

const content = z.tuple([z.iso.datetime(), z.guid()])

export type Place = { at: Date; id: string }

/** A place in a list that runs by time: time and id of the last row seen. */
export function encodePlace({ at, id }: Place): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url')
}

/** Reads a cursor back; one that was altered is `invalid_input`, not a wrong page. */
export function decodePlace(cursor: string): Place {
  const refused = new AppError('invalid_input', { issues: [{ path: 'cursor', code: 'cursor_invalid' }] })
  try {
    const read = content.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    if (!read.success) throw refused
    return { at: new Date(read.data[0]), id: read.data[1] }
  } catch (cause) {
    if (cause instanceof SyntaxError) throw refused
    throw cause
  }
}
