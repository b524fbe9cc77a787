import { expect, test } from 'vitest'
import { createLogger, type LoggerOptions } from './logger.ts'

const capture = (format: LoggerOptions['format']) => {
  const lines: string[] = []
  const logger = createLogger({ level: 'trace', format, stream: { write: (line) => lines.push(line) } })
  return { logger, text: () => lines.join('') }
}

test('blanks identity fields at every depth a log line has', () => {
  const { logger, text } = capture('json')
  logger.info({ fullName: 'SITI AMINAH', member: { nik: '1', deeper: { phone: 'x812' } } }, 'hello')
  expect(JSON.parse(text())).toMatchObject({
    fullName: '[redacted]',
    member: { nik: '[redacted]', deeper: { phone: '[redacted]' } },
  })
})

test('blanks them in lists, in the fields of an error and in what a child logger carries', () => {
  const { logger, text } = capture('json')
  const child = logger.child({ phone: 'x812' })
  const error = Object.assign(new Error('no'), { fullName: 'SITI AMINAH' })
  child.error({ err: error, members: [{ fullName: 'SITI AMINAH', age: 36 }] })
  expect(JSON.parse(text())).toMatchObject({
    phone: '[redacted]',
    err: { type: 'Error', message: 'no', fullName: '[redacted]' },
    members: [{ fullName: '[redacted]', age: 36 }],
  })
})

test.each(['3274014505900001', '0001234567890', '6281234567890', '081234567890'])(
  'masks %s inside an error that a library threw, and the line stays JSON',
  (number) => {
    const { logger, text } = capture('json')
    logger.error({ err: new Error(`duplicate key (${number})`), bare: Number(number) }, `failed for ${number}`)
    expect(text()).not.toContain(number)
    expect(JSON.parse(text())).toMatchObject({ level: 50 })
  },
)

test('keeps ids, times and ordinary numbers readable', () => {
  const { logger, text } = capture('json')
  const id = '0199c0de-1234-7abc-8def-0123456789ab'
  logger.info({ id, ms: 12.5, count: 1_000_000, date: '2026-11-22T08:00:00.000Z' })
  expect(JSON.parse(text())).toMatchObject({ id, ms: 12.5, count: 1_000_000, date: '2026-11-22T08:00:00.000Z' })
})

test('writes one readable line per entry, and the stack of an error below it', () => {
  const { logger, text } = capture('text')
  logger.warn({ queue: 'intake', waiting: 3 }, 'queue is slow')
  expect(text()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}queue is slow queue=intake waiting=3\n$/)
  logger.error(new Error('boom'))
  expect(text()).toContain('boom\n    Error: boom\n        at ')
})
