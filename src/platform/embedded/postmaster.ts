import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 10

/** What PostgreSQL writes about itself into its data directory. */
export type PostmasterFile = { pid: number; status: string }

const FILE_NAME = 'postmaster.pid'
const STATUS_LINE = 7

export function findPostmasterFile(dataDirectory: string): PostmasterFile | undefined {
  let lines: string[]
  try {
    lines = readFileSync(path.join(dataDirectory, FILE_NAME), 'utf8').split('\n')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const pid = Number(lines[0])
  return Number.isInteger(pid) && pid > 0 ? { pid, status: lines[STATUS_LINE]?.trim() ?? '' } : undefined
}

/** The live postmaster of this directory: its number is in the file and the process with that number says so itself. */
export function findLivePostmaster(dataDirectory: string): number | undefined {
  const pid = findPostmasterFile(dataDirectory)?.pid
  if (pid === undefined || !isAlive(pid)) return undefined
  const command = readCommand(pid)
  return /postgres/.test(command) && command.includes(dataDirectory) ? pid : undefined
}

/**
 * After a crash the number in postmaster.pid may belong to a stranger (in a container it nearly always does), and PostgreSQL
 * would then refuse to start. PostgreSQL takes a file that holds its parent's number for stale, and still makes sure
 * that no process of the old server is attached to the shared memory: so the number is replaced, the file is kept. A file
 * without a number is what a power cut leaves of one that was being written; PostgreSQL refuses to start beside it for ever.
 */
export function disownStalePostmasterFile(dataDirectory: string): void {
  const file = path.join(dataDirectory, FILE_NAME)
  const stale = findPostmasterFile(dataDirectory)
  if (!stale) return rmSync(file, { force: true })
  if (!isAlive(stale.pid)) return
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(process.pid)))
}

/**
 * Fast shutdown: sessions are cut, a checkpoint is written. After `patienceMs` the immediate one, which leaves recovery to
 * the next start. Resolves when the process is gone.
 */
export async function stopPostmaster(pid: number, patienceMs: number): Promise<void> {
  sendSignal(pid, 'SIGINT')
  if (await hasExited(pid, patienceMs)) return
  sendSignal(pid, 'SIGQUIT')
  if (await hasExited(pid, 5_000)) return
  sendSignal(pid, 'SIGKILL')
  if (!(await hasExited(pid, 5_000))) throw new Error(`the PostgreSQL process ${pid} does not end`)
}

/**
 * Ends what a killed postmaster has left behind on this directory. A session notices the death when it next waits, which one that
 * computes does not do for as long as its statement takes; PostgreSQL does not start beside it, and nobody waits for its answer.
 * Linux only: elsewhere they end by themselves.
 */
export function endLeftBehind(dataDirectory: string): void {
  if (process.platform !== 'linux' || findLivePostmaster(dataDirectory) !== undefined) return
  const directory = realpathSync(dataDirectory)
  for (const pid of readdirSync('/proc').map(Number)) {
    if (Number.isInteger(pid) && findWorkingDirectory(pid) === directory && /postgres/.test(readCommand(pid))) {
      sendSignal(pid, 'SIGKILL')
    }
  }
}

function findWorkingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    // Gone meanwhile, or another user's.
    return undefined
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function hasExited(pid: number, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; performance.now() < end; await delay(POLL_MS)) {
    if (!isAlive(pid)) return true
  }
  return !isAlive(pid)
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

// An orphan in a container whose first process does not collect its children stays in the table as a zombie for ever.
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function readCommand(pid: number): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    } catch {
      return ''
    }
  }
  return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
}
