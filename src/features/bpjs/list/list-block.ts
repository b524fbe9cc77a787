import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { z } from 'zod'
import { LIST_ISSUE_CODES } from '../../../contracts/api/bpjs.ts'
import { LIST_COLUMNS } from '../../../contracts/api/lists.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { Participant } from '../membership.domain.ts'
import type { ImportedRow, RefusedRow } from './imported-row.domain.ts'

const blockContext = (listId: string, position: number): string => `list_block:${listId}:${position}`
const refusedContext = (listId: string, position: number): string => `list_refused_block:${listId}:${position}`

const nullable = z.string().nullable()
const personSchema = z.tuple([
  z.string(),
  nullable,
  nullable,
  z.enum(['male', 'female']).nullable(),
  nullable,
  nullable,
  nullable,
  nullable,
  nullable,
])
const blockSchema = z.array(personSchema)

/** What a list says of one person; how it stands is beside the block, in clear. */
export type ListPerson = Omit<Participant, 'status' | 'arrears'> & {
  nik: string
  statusCode: string | null
  statusText: string | null
}

export function valuesOf({ member, standing }: ImportedRow): z.input<typeof personSchema> {
  const { nik, fullName, birthDate, sex, cardNumber, status, segmentCode, segmentText } = member
  return [
    nik,
    fullName,
    birthDate,
    sex,
    cardNumber,
    standing === null ? null : status.code,
    standing === null ? null : status.text,
    segmentCode,
    segmentText,
  ]
}

/** A twentieth of the bytes to write: lists repeat their words. What is packed is small: memory taken for more costs more than the packing. */
const PACKING = { chunkSize: 4096, params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const OPENING_BRACKET = 0x5b

export function sealBlock(sealer: Sealer, listId: string, position: number, people: readonly unknown[]): Buffer {
  return sealer.seal(zstdCompressSync(JSON.stringify(people), PACKING), blockContext(listId, position))
}

/** Blocks of lists that were read before they were packed are JSON as it is. */
const unpack = (bytes: Buffer): string => (bytes[0] === OPENING_BRACKET ? bytes : zstdDecompressSync(bytes)).toString()

/** The people of a block by slot. Throws when it was altered or moved. */
export function openBlock(
  sealer: Sealer,
  listId: string,
  { position, sealed }: { position: number; sealed: Buffer },
): ListPerson[] {
  const values = blockSchema.parse(JSON.parse(unpack(sealer.openBytes(sealed, blockContext(listId, position)))))
  return values.map(
    ([nik, fullName, birthDate, sex, cardNumber, statusCode, statusText, segmentCode, segmentText]) => ({
      nik,
      fullName,
      birthDate,
      sex,
      cardNumber,
      statusCode,
      statusText,
      segmentCode,
      segmentText,
    }),
  )
}

const refusedSchema = z.array(
  z.object({
    line: z.int(),
    cells: z.array(z.string()),
    issues: z.array(z.object({ column: z.enum(LIST_COLUMNS), code: z.enum(LIST_ISSUE_CODES), isRefused: z.boolean() })),
  }),
)

export function sealRefusedBlock(
  sealer: Sealer,
  listId: string,
  position: number,
  rows: readonly RefusedRow[],
): Buffer {
  return sealer.seal(JSON.stringify(rows), refusedContext(listId, position))
}

export function openRefusedBlock(
  sealer: Sealer,
  listId: string,
  { position, sealed }: { position: number; sealed: Buffer },
): RefusedRow[] {
  return refusedSchema.parse(JSON.parse(sealer.open(sealed, refusedContext(listId, position))))
}
