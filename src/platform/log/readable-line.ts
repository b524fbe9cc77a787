import { styleText } from 'node:util'
import { z } from 'zod'

const LEVELS: Record<number, { label: string; style: Parameters<typeof styleText>[0] }> = {
  10: { label: 'trace', style: 'gray' },
  20: { label: 'debug', style: 'gray' },
  30: { label: 'info', style: 'green' },
  40: { label: 'warn', style: 'yellow' },
  50: { label: 'error', style: 'red' },
  60: { label: 'fatal', style: ['red', 'bold'] },
}

const entrySchema = z.looseObject({
  level: z.number(),
  time: z.string(),
  msg: z.string().optional(),
  err: z.looseObject({ message: z.string().optional(), stack: z.string().optional() }).optional(),
})

/** Turns a JSON log line into one that people read: time, level, text, then the other fields; a stack on lines of its own. */
export function toReadableLine(line: string, hasColours: boolean): string {
  const { level, time, msg, err, pid, hostname, ...fields } = entrySchema.parse(JSON.parse(line))
  const { label, style } = LEVELS[level] ?? { label: String(level), style: 'gray' }
  const paint = (as: Parameters<typeof styleText>[0], value: string): string =>
    hasColours ? styleText(as, value, { validateStream: false }) : value
  const extras = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const parts = [paint('gray', time.slice(11, 23)), paint(style, label.padEnd(5)), msg ?? err?.message ?? '']
  if (extras.length > 0) parts.push(paint('gray', extras.join(' ')))
  const stack = err?.stack ?? err?.message
  return `${parts.join(' ')}\n${stack ? `${stack.replace(/^/gm, '    ')}\n` : ''}`
}
