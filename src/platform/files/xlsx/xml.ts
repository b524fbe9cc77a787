import { TextDecoder } from 'node:util'
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { TableError } from '../table-error.ts'

/** No part of a workbook that we read is nested deeper than ten. */
const MAX_DEPTH = 64
/** Between two marks there is at most one text, and a cell's is 32,767 characters. */
const MAX_BYTES_WITHOUT_MARK = 1024 * 1024
const ENCODINGS = /^(utf-?8|utf-?16(le|be)?|us-ascii)$/i

export type XmlAttributes = Readonly<Record<string, string>>
/** Names come without their prefix: some programs write `<x:row>`. */
export type XmlHandlers = {
  open?(name: string, attributes: XmlAttributes): void
  close?(name: string): void
  text?(text: string): void
}

const localName = (name: string): string => {
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(colon + 1)
}

function decoderFor(first: Buffer): TextDecoder {
  if (first[0] === 0xff && first[1] === 0xfe) return new TextDecoder('utf-16le', { fatal: true })
  if (first[0] === 0xfe && first[1] === 0xff) return new TextDecoder('utf-16be', { fatal: true })
  return new TextDecoder('utf-8', { fatal: true })
}

/**
 * Reads XML as it comes and keeps none of it. Throws `damaged` for what is not well-formed or not Unicode, and `document_type` for a
 * document type, which a workbook never has: entities that multiply, or that fetch other files, need one.
 */
export function createXmlReader(handlers: XmlHandlers): { write(chunk: Buffer): void; end(): void } {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false })
  let decoder: TextDecoder | undefined
  let depth = 0
  let withoutMark = 0
  const text = (value: string): void => {
    withoutMark = 0
    handlers.text?.(value)
  }
  parser.on('error', (error) => {
    throw new TableError('damaged', {}, { cause: error })
  })
  parser.on('doctype', () => {
    throw new TableError('document_type')
  })
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !ENCODINGS.test(encoding)) throw new TableError('damaged')
  })
  parser.on('opentag', (tag: SaxesTagPlain) => {
    withoutMark = 0
    depth += 1
    if (depth > MAX_DEPTH) throw new TableError('damaged')
    handlers.open?.(localName(tag.name), tag.attributes)
  })
  parser.on('closetag', (tag) => {
    withoutMark = 0
    depth -= 1
    handlers.close?.(localName(tag.name))
  })
  parser.on('text', text)
  parser.on('cdata', text)

  const decode = (chunk?: Buffer): string => {
    decoder ??= decoderFor(chunk ?? Buffer.alloc(0))
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch (error) {
      throw new TableError('damaged', {}, { cause: error })
    }
  }
  return {
    write(chunk) {
      withoutMark += chunk.length
      parser.write(decode(chunk))
      if (withoutMark > MAX_BYTES_WITHOUT_MARK) throw new TableError('cell_too_long')
    },
    end() {
      parser.write(decode()).close()
    },
  }
}

/** Reads a whole part. */
export async function readXml(chunks: AsyncIterable<Buffer>, handlers: XmlHandlers): Promise<void> {
  const reader = createXmlReader(handlers)
  for await (const chunk of chunks) reader.write(chunk)
  reader.end()
}
