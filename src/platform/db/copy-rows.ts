/** Of the binary format of COPY: its mark, no flags, no extension. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const TRAILER = Buffer.from([0xff, 0xff])
const LENGTH_BYTES = 4
const NULL_LENGTH = -1
/** UTF-8 takes no more for a unit of a string. */
const UNIT_BYTES = 3

/** Rows in PostgreSQL's binary format of COPY, gathered one field after the other in the order of the statement's columns. */
export type CopyRows = {
  readonly rows: number
  /** Begins a row of so many fields. */
  row(fields: number): void
  text(value: string | null): void
  /** For bytea, and for uuid as its 16 bytes. */
  bytes(value: Buffer): void
  int2(value: number | null): void
  int4(value: number): void
  /** What has gathered since, in memory of its own that can be transferred to another thread; undefined for no rows. */
  take(): Uint8Array<ArrayBuffer> | undefined
  /** Takes back what `take` gave, for rows to come: fresh memory for each batch would be most of what the garbage collector sees. */
  reuse(memory: ArrayBuffer): void
}

/** `startBytes`: what a batch is expected to take; it grows with what comes. */
export function createCopyRows(startBytes: number): CopyRows {
  const spare: ArrayBuffer[] = []
  let buffer = Buffer.from(new ArrayBuffer(startBytes))
  let offset = HEADER.copy(buffer)
  let rows = 0

  const makeRoom = (bytes: number): void => {
    if (offset + bytes + TRAILER.length <= buffer.length) return
    const larger = Buffer.from(new ArrayBuffer(Math.max(buffer.length * 2, offset + bytes + TRAILER.length)))
    buffer.copy(larger, 0, 0, offset)
    buffer = larger
  }
  const writeNull = (): void => {
    offset = buffer.writeInt32BE(NULL_LENGTH, offset)
  }

  return {
    get rows() {
      return rows
    },
    row(fields) {
      makeRoom(2)
      offset = buffer.writeInt16BE(fields, offset)
      rows += 1
    },
    text(value) {
      makeRoom(LENGTH_BYTES + (value === null ? 0 : value.length * UNIT_BYTES))
      if (value === null) return writeNull()
      const bytes = buffer.write(value, offset + LENGTH_BYTES)
      offset = buffer.writeInt32BE(bytes, offset) + bytes
    },
    bytes(value) {
      makeRoom(LENGTH_BYTES + value.length)
      offset = buffer.writeInt32BE(value.length, offset)
      offset += value.copy(buffer, offset)
    },
    int2(value) {
      makeRoom(LENGTH_BYTES + 2)
      if (value === null) return writeNull()
      offset = buffer.writeInt16BE(value, buffer.writeInt32BE(2, offset))
    },
    int4(value) {
      makeRoom(LENGTH_BYTES + 4)
      offset = buffer.writeInt32BE(value, buffer.writeInt32BE(4, offset))
    },
    take() {
      if (rows === 0) return undefined
      makeRoom(0)
      TRAILER.copy(buffer, offset)
      const taken = new Uint8Array(buffer.buffer, 0, offset + TRAILER.length)
      buffer = Buffer.from(spare.pop() ?? new ArrayBuffer(buffer.length))
      offset = HEADER.copy(buffer)
      rows = 0
      return taken
    },
    reuse(memory) {
      spare.push(memory)
    },
  }
}
