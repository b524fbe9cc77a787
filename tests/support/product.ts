import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { ownEnvironment } from '../../scripts/lib/own-environment.ts'

export type Product = {
  /** The process: node itself, or npm when asked for. */
  child: ChildProcess
  /** Both streams so far. */
  output(): string
  /** Resolves with the address once it answers ready; rejects with the output when the process ends instead. */
  ready(): Promise<string>
  /** Sends the signal and resolves with the exit code (null after SIGKILL) once the process is gone. */
  end(signal: NodeJS.Signals): Promise<number | null>
  exited: Promise<number | null>
}

const READY_PATIENCE_MS = 180_000

/** Runs the real program on these settings and no others. */
export function startProduct(options: {
  settings: Record<string, string>
  args?: string[]
  throughNpm?: boolean
  /** A program with its arguments that runs ours, for example one that takes rights away. */
  under?: readonly string[]
}): Product {
  const program = options.throughNpm
    ? ['npm', 'start']
    : [process.execPath, 'src/main.ts', ...(options.args ?? ['start'])]
  const [file = '', ...args] = [...(options.under ?? []), ...program]
  const child = spawn(file, args, {
    env: ownEnvironment({ LOG_LEVEL: 'info', ...options.settings }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const collect = (chunk: Buffer): void => {
    text += chunk.toString()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const exited = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)
  return {
    child,
    output: () => text,
    exited,
    async ready() {
      for (const end = performance.now() + READY_PATIENCE_MS; performance.now() < end; await delay(50)) {
        const address = /PuntaDewa siap di (http\S+)\n/.exec(text)?.[1]
        if (address) return address
        if (child.exitCode !== null || child.signalCode !== null) break
      }
      throw new Error(`the product did not become ready:\n${text}`)
    },
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return await exited
    },
  }
}
