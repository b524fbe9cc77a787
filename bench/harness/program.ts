import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { ownEnvironment } from '../../scripts/lib/own-environment.ts'
import { paths } from './paths.ts'

export type Program = {
  address: string
  pid: number
  /** SIGTERM, and the whole end awaited. */
  stop(): Promise<void>
}

const READY_PATIENCE_MS = 60_000
const READY = /(?:ready at|siap di) (http:\/\/[\w.]+:\d+)/

export type ProgramOptions = {
  name: string
  args: readonly string[]
  settings: Record<string, string>
  /** How it tells its address. Default: "ready at" or its Indonesian. */
  ready?: RegExp
  /** Of a program that tells none: what it answers once it is ready. */
  probe?: string
  /** A module that is loaded before it. */
  preload?: string
  /** Write a CPU profile of it there when it ends. */
  profile?: boolean
}

/**
 * Runs a program of this repository as a process of its own, on these settings and no others. Its output goes to a file, as a service's would: a pipe would make the load generator read its log.
 */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  mkdirSync(paths.results, { recursive: true })
  const logFile = path.join(paths.results, `${options.name}.log`)
  const log = openSync(logFile, 'w')
  const flags = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${path.join(paths.results, 'profiles')}`] : []
  if (options.preload !== undefined) flags.push(`--import=${pathToFileURL(options.preload).href}`)
  const child = spawn(process.execPath, [...flags, ...options.args], {
    cwd: paths.root,
    env: ownEnvironment(options.settings),
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = once(child, 'exit')
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await exited
  }
  const address = await (options.probe === undefined
    ? readAddress(child, logFile, options.ready ?? READY)
    : awaitAnswer(child, options.probe))
  if (address === undefined || child.pid === undefined) {
    await stop()
    throw new Error(`${options.name} did not become ready:\n${readFileSync(logFile, 'utf8').slice(-4000)}`)
  }
  return { address, pid: child.pid, stop }
}

async function readAddress(child: ChildProcess, logFile: string, ready: RegExp): Promise<string | undefined> {
  for (const end = performance.now() + READY_PATIENCE_MS; performance.now() < end; await delay(50)) {
    const address = ready.exec(readFileSync(logFile, 'utf8'))?.[1]
    if (address !== undefined) return address
    if (child.exitCode !== null || child.signalCode !== null) break
  }
  return undefined
}

async function awaitAnswer(child: ChildProcess, url: string): Promise<string | undefined> {
  for (const end = performance.now() + READY_PATIENCE_MS; performance.now() < end; await delay(50)) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return new URL(url).origin
    if (child.exitCode !== null || child.signalCode !== null) break
  }
  return undefined
}
