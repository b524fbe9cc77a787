import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { DatabaseAccess } from './database-access.ts'

export type CommandContext = {
  config: Config
  log: Logger
  /** One line to standard output: the command's result. */
  print(line: string): void
  /** The running database or, for as long as the command takes, the embedded one. The same one when asked again. */
  openDatabase(): Promise<DatabaseAccess>
}

/** One word or several of the command line, such as `audit verify`. */
export type Command = {
  name: string
  /** What stands behind the name, for `--help`: `<file.csv>`. */
  parameters?: string
  summary: string
  /** Resolves with false when what was asked is not so (exit code 1, without an error). */
  run(context: CommandContext, args: string[]): Promise<boolean>
}

/** The command whose words the arguments start with (the longest one), and what is left of them. */
export function findCommand(
  commands: readonly Command[],
  args: readonly string[],
): { command: Command; rest: string[] } | undefined {
  const byLength = commands.toSorted((a, b) => b.name.length - a.name.length)
  for (const command of byLength) {
    const words = command.name.split(' ')
    if (words.every((word, index) => args[index] === word)) return { command, rest: args.slice(words.length) }
  }
  return undefined
}

export function describeCommands(commands: readonly Command[]): string[] {
  const title = (command: Command): string => [command.name, command.parameters].filter(Boolean).join(' ')
  const width = Math.max(...commands.map((command) => title(command).length))
  const rows = commands.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return [
    'Usage: npm run puntadewa -- <command>',
    '',
    ...rows.map((row) => `  ${title(row).padEnd(width)}  ${row.summary}`),
  ]
}
