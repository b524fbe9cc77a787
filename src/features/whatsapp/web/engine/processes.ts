import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

type Process = { pid: number; group: number; isAlive: boolean; rssBytes: number }

const PAGE_BYTES = 4_096
const LOOK_EVERY_MS = 25
// Fields of /proc/<pid>/stat after the name in brackets: state, ppid, pgrp, ...; rss is the 24th of all, in pages.
const STATE = 0
const GROUP = 2
const RSS = 21

async function readProcess(pid: number): Promise<Process | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  if (!fields) return undefined
  const isAlive = fields[STATE] !== 'Z' && fields[STATE] !== 'X'
  return { pid, group: Number(fields[GROUP]), isAlive, rssBytes: Number(fields[RSS]) * PAGE_BYTES }
}

async function listPids(): Promise<number[]> {
  const entries = await readdir('/proc').catch((): string[] => [])
  return entries.filter((entry) => /^\d+$/.test(entry)).map(Number)
}

/** Browsers whose command line holds the marker as an argument of its own. */
async function findMarked(marker: string): Promise<number[]> {
  const pids = await listPids()
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return pids.filter((_, index) => commands[index]?.split('\0').includes(marker))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

/**
 * The processes of one session's browser: the one with the marker, and its process group, which puppeteer makes for every
 * browser. Remembers the groups it has seen, so that children are found after their browser has died. Where there is no /proc
 * only a noted browser is known.
 */
export function createProcessTree(marker: string) {
  const groups = new Set<number>()

  async function list(): Promise<Process[]> {
    const marked = await findMarked(marker)
    for (const { group } of (await Promise.all(marked.map(readProcess))).filter((found) => found !== undefined)) {
      groups.add(group)
    }
    const all = await Promise.all((await listPids()).map(readProcess))
    // Never our own group: a browser that was not given one of its own is ended by its mark alone.
    const own = (await readProcess(process.pid))?.group
    return all.filter(
      (found) =>
        found?.isAlive === true && (marked.includes(found.pid) || (groups.has(found.group) && found.group !== own)),
    ) as Process[]
  }

  return {
    note(browserPid: number): void {
      groups.add(browserPid)
    },

    async readRssBytes(): Promise<number | null> {
      const found = await list()
      return found.length === 0 ? null : found.reduce((sum, { rssBytes }) => sum + rssBytes, 0)
    },

    /** Kills whatever is left, again and again until nothing is and `isSettled`, for at most `timeoutMs`. Returns how many it killed. */
    async end(timeoutMs: number, isSettled: () => boolean = () => true): Promise<number> {
      const killed = new Set<number>()
      for (let left = timeoutMs; ; left -= LOOK_EVERY_MS) {
        const found = await list()
        if (process.platform !== 'linux') for (const group of groups) kill(-group)
        if ((found.length === 0 && isSettled()) || left <= 0) break
        for (const { pid } of found) {
          killed.add(pid)
          kill(pid)
        }
        await wait(LOOK_EVERY_MS)
      }
      groups.clear()
      return killed.size
    },

    /** Resolves when nothing is left, or after `timeoutMs`: gives an orderly end its time. */
    async untilGone(timeoutMs: number): Promise<void> {
      for (let left = timeoutMs; left > 0 && (await list()).length > 0; left -= LOOK_EVERY_MS) await wait(LOOK_EVERY_MS)
    },
  }
}

export type ProcessTree = ReturnType<typeof createProcessTree>
