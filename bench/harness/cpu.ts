import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second of /proc, the same on every Linux we run on. */
const TICKS_PER_SECOND = 100

type ProcessStat = { pid: number; parent: number; ticks: number }

function readStat(pid: string): ProcessStat | undefined {
  try {
    // The name, in parentheses, may hold spaces.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [, parent = 0] = fields
    // utime, stime, and those of children that have ended: a closed connection's server process.
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + (fields[index] ?? 0), 0)
    return { pid: Number(pid), parent, ticks }
  } catch {
    return undefined
  }
}

/** Processor seconds used so far by the processes and everything they started. */
export function readCpuSeconds(pids: readonly number[]): number {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(name) ?? [])
  const wanted = new Set(pids)
  for (let found = 0; found !== wanted.size; ) {
    found = wanted.size
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid)
  }
  const ticks = all.filter(({ pid }) => wanted.has(pid)).reduce((sum, stat) => sum + stat.ticks, 0)
  return ticks / TICKS_PER_SECOND
}
