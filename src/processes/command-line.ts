import { type Environment, readEnvironment } from '../platform/config/environment.ts'
import { isSettingError } from '../platform/config/setting-error.ts'
import { createLogger } from '../platform/log/logger.ts'
import { type Command, type CommandContext, describeCommands, findCommand } from './command.ts'
import { migrateCommand } from './commands/migrate.command.ts'
import { type Config, listUnknownSettings, loadConfig } from './config.ts'
import { type DatabaseAccess, joinDatabase } from './database-access.ts'
import type { ProcessParts } from './process-parts.ts'
import { runUntilStopped } from './run-until-stopped.ts'
import { startProcess } from './start.ts'

export type CommandLine = {
  /** The features, loaded once the settings have been found right: that takes a second. `commands` come besides `start` and `migrate`. */
  loadProduct(): Promise<{ parts: ProcessParts; commands: readonly Command[] }>
  print(line: string): void
  printError(line: string): void
}

const FAILURE = 1

/**
 * Runs `start` or one command to its end. Resolves with the exit code; an operator's mistake has been told in one line by then,
 * anything else with its stack.
 */
export async function runCommandLine(args: readonly string[], line: CommandLine): Promise<number> {
  try {
    const environment = readEnvironment()
    if (args[0] === 'start' && args.length === 1) return await runStart(environment, line)
    const wantsHelp = args.length === 0 || args.includes('--help') || args[0] === 'help'
    const commands = [migrateCommand, ...(await line.loadProduct()).commands]
    if (wantsHelp) {
      for (const text of describeCommands(commands)) line.print(text)
      return 0
    }
    const found = findCommand(commands, args)
    if (found) return await runCommand(found.command, found.rest, environment, line)
    line.printError(`puntadewa: there is no command "${args.join(' ')}"; --help lists them`)
    return FAILURE
  } catch (error) {
    if (isSettingError(error)) line.printError(`puntadewa: ${error.message}`)
    else line.printError(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return FAILURE
  }
}

async function runStart(environment: Environment, line: CommandLine): Promise<number> {
  const config = loadConfig(environment)
  const log = createLogger(config.log)
  for (const name of listUnknownSettings(environment)) log.warn({ setting: name }, 'this setting is not known')
  return await runUntilStopped({
    log,
    stopTimeoutMs: config.shutdownTimeoutMs,
    endsWithWrapper: 'npm_lifecycle_event' in environment,
    async run(stack, onFatal) {
      const { parts } = await line.loadProduct()
      const announcements = await startProcess({ config, log, stack, parts, onFatal })
      for (const text of announcements) line.print(text)
      return 'stay'
    },
  })
}

/** A command's output is its result: of the log it shows only warnings, unless LOG_LEVEL asks for more. */
async function runCommand(
  command: Command,
  rest: string[],
  environment: Environment,
  line: CommandLine,
): Promise<number> {
  const config: Config = loadConfig(environment)
  const log = createLogger({ ...config.log, level: 'LOG_LEVEL' in environment ? config.log.level : 'warn' })
  let isTrue = true
  const code = await runUntilStopped({
    log,
    stopTimeoutMs: config.shutdownTimeoutMs,
    endsWithWrapper: false,
    async run(stack, onFatal) {
      let database: Promise<DatabaseAccess> | undefined
      const context: CommandContext = {
        config,
        log,
        print: line.print,
        openDatabase() {
          database ??= stack.start('database', () => joinDatabase(config, log, onFatal))
          return database
        },
      }
      isTrue = await command.run(context, rest)
      return 'done'
    },
  })
  return code === 0 && !isTrue ? FAILURE : code
}
