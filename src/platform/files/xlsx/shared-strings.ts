import { TableError } from '../table-error.ts'
import type { TableLimits } from '../table-row.ts'
import type { Archive } from './archive.ts'
import { createTextReader } from './rich-text.ts'
import { readXml } from './xml.ts'

const SLAB = 4 * 1024 * 1024
const BYTES_PER_CHARACTER = 3
const HEAD = 4
/** Set in the head of a text that is ASCII alone: read faster, and kept in half the memory by whoever reads it. */
const ASCII = 0x8000_0000

/** The texts that the cells of a workbook name by number. */
export type SharedStrings = { find(index: number): string | undefined }

/**
 * Reads the texts that cells refer to. They are kept as bytes outside the heap: a million rows may have six million of them, as
 * strings half a gigabyte. Beyond the limit the file is refused as `too_much_text` instead of being spilled to disk: cells may name
 * texts in any order, and a CSV of the same list needs none of it.
 */
export async function readSharedStrings(archive: Archive, part: string, limits: TableLimits): Promise<SharedStrings> {
  const slabs: Buffer[] = []
  let starts = new Uint32Array(1024)
  let count = 0
  let slab = Buffer.alloc(0)
  let used = 0

  const room = (bytes: number): void => {
    if (slab.length - used >= bytes) return
    // The index counts against the limit too: a text of nothing costs eight bytes.
    if ((slabs.length + 1) * SLAB + starts.byteLength > limits.sharedTextBytes) throw new TableError('too_much_text')
    slab = Buffer.allocUnsafeSlow(SLAB)
    slabs.push(slab)
    used = 0
  }
  const keep = (text: string): void => {
    if (text.length > limits.cellCharacters) throw new TableError('cell_too_long')
    room(HEAD + text.length * BYTES_PER_CHARACTER)
    if (count === starts.length) {
      const larger = new Uint32Array(starts.length * 2)
      larger.set(starts)
      starts = larger
    }
    const bytes = slab.write(text, used + HEAD)
    slab.writeUInt32LE(bytes === text.length ? bytes + ASCII : bytes, used)
    starts[count] = (slabs.length - 1) * SLAB + used
    count += 1
    used += HEAD + bytes
  }

  const text = createTextReader('si', limits)
  await readXml(archive.read(part), {
    open: text.open,
    text: text.text,
    close(name) {
      const whole = text.close(name)
      if (whole !== undefined) keep(whole)
    },
  })

  return {
    find(index) {
      if (!(index >= 0 && index < count)) return undefined
      const start = starts[index] ?? 0
      const from = slabs[Math.floor(start / SLAB)]
      const offset = start % SLAB
      if (from === undefined) return undefined
      const head = from.readUInt32LE(offset)
      if (head >= ASCII) return from.toString('latin1', offset + HEAD, offset + HEAD + head - ASCII)
      return from.toString('utf8', offset + HEAD, offset + HEAD + head)
    },
  }
}
