/** Element types that can be sent as an array, with their object ids (fixed in PostgreSQL for ever). */
const TYPES = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int4: 23,
  text: 25,
  date: 1082,
  timestamptz: 1184,
  uuid: 2950,
  jsonb: 3802,
} as const
export type ElementType = keyof typeof TYPES

export type ElementOf = {
  bool: boolean
  bytea: Uint8Array
  int8: number
  int4: number
  text: string
  /** "yyyy-MM-dd". */
  date: string
  timestamptz: Date
  uuid: string
  /** JSON text. */
  jsonb: string
}

const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const NULL_LENGTH = -1
/** PostgreSQL counts time from the first day of 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1)
const DAY_MS = 86_400_000
const JSONB_VERSION = 1
const UUID_BYTES = 16

type Writer<Value> = { size(value: Value): number; write(buffer: Buffer, offset: number, value: Value): void }

const fixed = (bytes: number) => (): number => bytes

/** A date that is none is NaN, which a Buffer would write as 0. */
function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number`)
  return value
}

function writeUuid(buffer: Buffer, offset: number, value: string): void {
  // Buffers stop at the first character that is no digit, and what lay in memory would follow.
  if (buffer.write(value.replaceAll('-', ''), offset, 'hex') !== UUID_BYTES) throw new RangeError('not a UUID')
}

const WRITERS: { [Type in ElementType]: Writer<ElementOf[Type]> } = {
  bool: { size: fixed(1), write: (buffer, offset, value) => void buffer.writeUInt8(value ? 1 : 0, offset) },
  bytea: { size: (value) => value.byteLength, write: (buffer, offset, value) => buffer.set(value, offset) },
  int4: { size: fixed(4), write: (buffer, offset, value) => void buffer.writeInt32BE(whole(value), offset) },
  int8: { size: fixed(8), write: (buffer, offset, value) => void buffer.writeBigInt64BE(BigInt(whole(value)), offset) },
  text: {
    size: (value) => Buffer.byteLength(value),
    write: (buffer, offset, value) => void buffer.write(value, offset, 'utf8'),
  },
  date: {
    size: fixed(4),
    write: (buffer, offset, value) => void buffer.writeInt32BE(whole((Date.parse(value) - EPOCH_MS) / DAY_MS), offset),
  },
  timestamptz: {
    size: fixed(8),
    write: (buffer, offset, value) =>
      void buffer.writeBigInt64BE(BigInt(whole(value.getTime() - EPOCH_MS)) * 1000n, offset),
  },
  uuid: { size: fixed(UUID_BYTES), write: writeUuid },
  jsonb: {
    size: (value) => 1 + Buffer.byteLength(value),
    write: (buffer, offset, value) => void buffer.write(value, buffer.writeUInt8(JSONB_VERSION, offset), 'utf8'),
  },
}

/**
 * An array parameter in PostgreSQL's binary format: half the bytes of its text form for bytea and uuid, and neither side has
 * to escape and parse it. pg sends a Buffer as binary; the statement must cast the placeholder (`$1::uuid[]`).
 */
export function binaryArray<Type extends ElementType>(type: Type, values: readonly (ElementOf[Type] | null)[]): Buffer {
  const writer: Writer<ElementOf[Type]> = WRITERS[type]
  let bytes = HEADER_BYTES
  let hasNull = 0
  for (const value of values) {
    bytes += LENGTH_BYTES
    if (value === null) hasNull = 1
    else bytes += writer.size(value)
  }
  const buffer = Buffer.allocUnsafe(values.length === 0 ? HEADER_BYTES - 2 * LENGTH_BYTES : bytes)
  // Dimensions, whether there are nulls, the element's type; then length and lower bound of the one dimension.
  buffer.writeInt32BE(values.length === 0 ? 0 : 1, 0)
  buffer.writeInt32BE(hasNull, 4)
  buffer.writeInt32BE(TYPES[type], 8)
  if (values.length === 0) return buffer
  buffer.writeInt32BE(values.length, 12)
  buffer.writeInt32BE(1, 16)
  let offset = HEADER_BYTES
  for (const value of values) {
    if (value === null) {
      offset = buffer.writeInt32BE(NULL_LENGTH, offset)
      continue
    }
    const size = writer.size(value)
    offset = buffer.writeInt32BE(size, offset)
    writer.write(buffer, offset, value)
    offset += size
  }
  return buffer
}

/** Reads one array parameter per column off the rows of a batch. */
export const columnsOf =
  <Row>(rows: readonly Row[]) =>
  <Type extends ElementType>(type: Type, read: (row: Row) => ElementOf[Type] | null): Buffer =>
    binaryArray(type, rows.map(read))

/** A `text[]` as text, to be cast in the statement (an array of arrays cannot differ in lengths). Words of code only. */
export function wordArray(words: readonly string[]): string {
  for (const word of words) if (!/^\w+$/.test(word)) throw new RangeError('not a plain word')
  return `{${words.join(',')}}`
}
