import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import path from 'node:path'
import { paths } from './paths.ts'

/** One figure beside its goal. `reached` null: stated for information. */
export type Figure = { what: string; value: string; goal: string; reached: boolean | null }

export type PartReport = { part: string; figures: Figure[]; details: unknown }

export const atLeast = (what: string, value: number, goal: number, unit = 'x'): Figure => ({
  what,
  value: `${value.toFixed(2)} ${unit}`,
  goal: `>= ${goal} ${unit}`,
  reached: value >= goal,
})

export const atMost = (what: string, value: number, goal: number, unit = 'x'): Figure => ({
  what,
  value: `${value.toFixed(2)} ${unit}`,
  goal: `<= ${goal} ${unit}`,
  reached: value <= goal,
})

export const stated = (what: string, value: string): Figure => ({ what, value, goal: '', reached: null })

/** Taken before the part starts: a busy machine shows. */
export function describeMachine(): Record<string, unknown> {
  const processors = cpus()
  return {
    at: new Date().toISOString(),
    processors: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    loadBefore: loadavg().map((load) => Math.round(load * 100) / 100),
    node: process.version,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: paths.root, encoding: 'utf8' }).trim(),
  }
}

function printTable(figures: readonly Figure[]): void {
  const rows = figures.map(({ what, value, goal, reached }) => [
    what,
    value,
    goal,
    reached === null ? '' : reached ? 'reached' : 'MISSED',
  ])
  const all = [['figure', 'value', 'goal', ''], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  for (const row of all) console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
}

/** Prints the table and keeps everything as JSON in bench/results. */
export function writeReport(report: PartReport, machine: Record<string, unknown>, seconds: number): void {
  console.log(`\n${report.part} (${Math.round(seconds)} s, load before ${String(machine['loadBefore'])})`)
  printTable(report.figures)
  mkdirSync(paths.results, { recursive: true })
  const stamp = String(machine['at']).replaceAll(/[:.]/g, '-')
  const file = path.join(paths.results, `${report.part}-${stamp}.json`)
  writeFileSync(file, `${JSON.stringify({ ...report, machine, seconds }, null, 2)}\n`)
  console.log(`  ${path.relative(paths.root, file)}`)
}
