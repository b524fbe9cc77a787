import { type DestinationStream, destination, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino'
import { toReadableLine } from './readable-line.ts'
import { blankNested, blankObject, CENSOR, maskIdentityNumbers, REDACTED_PATHS } from './redaction.ts'

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export type LoggerOptions = {
  level: (typeof LOG_LEVELS)[number]
  /** `json` for machines, one object per line; `text` for a developer's terminal. */
  format: 'json' | 'text'
  /** Where lines go; standard output when left out. */
  stream?: DestinationStream & { isTTY?: boolean }
}

/**
 * Writes at once, so that a process that dies has said why. Identity fields are blanked and identity numbers masked as a
 * second line of defence: the first is that no code passes them to a logger.
 */
export function createLogger(options: LoggerOptions): Logger {
  const stream = options.stream ?? destination({ fd: 1, sync: true })
  const target: DestinationStream =
    options.format === 'json'
      ? stream
      : { write: (line) => stream.write(toReadableLine(line, options.stream?.isTTY ?? process.stdout.isTTY)) }
  return pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      redact: { paths: [...REDACTED_PATHS], censor: CENSOR },
      formatters: { log: blankNested },
      serializers: { err: (error: Error) => blankObject({ ...stdSerializers.err(error) }) },
      hooks: { streamWrite: maskIdentityNumbers },
    },
    target,
  )
}
