import { readCpuSeconds } from './cpu.ts'
import { median, spread } from './figures.ts'
import type { LoadResult } from './load.ts'

/** One side of a comparison. `check` compares what was answered with what is stored, and throws when they differ. */
export type Contender = {
  name: string
  /** Its own process and the database server, to tell what a request costs each of them. */
  pids: { program: number; database: number }
  run(seconds: number): Promise<LoadResult>
  check?(answered: number): Promise<void>
}

/** Processor milliseconds per answered request: says more than requests per second when the machine is not ours alone. */
export type Measured = LoadResult & { programCpuMs: number; databaseCpuMs: number }

export type Round = Record<string, Measured>

export type Comparison = { rounds: Round[]; repeated: number; referenceSpread: number }

/** `settleSeconds`: once for each side before the first round, until everything hot is compiled; a server runs for weeks. */
export type Timing = { rounds: number; settleSeconds: number; warmUpSeconds: number; seconds: number }
export const TIMING: Timing = { rounds: 3, settleSeconds: 10, warmUpSeconds: 2, seconds: 5 }
/** Beyond it the machine was disturbed, and the round that strays most is run again. */
const SPREAD_MAX = 0.4
const REPEATS_MAX = 3

async function runOnce(contender: Contender, timing: Timing): Promise<Measured> {
  const { program, database } = contender.pids
  const warmUp = timing.warmUpSeconds > 0 ? await contender.run(timing.warmUpSeconds) : undefined
  const before = [readCpuSeconds([program]), readCpuSeconds([database])] as const
  const result = await contender.run(timing.seconds)
  const perRequest = (seconds: number): number => (seconds * 1000) / Math.max(1, result.answered)
  const measured: Measured = {
    ...result,
    programCpuMs: perRequest(readCpuSeconds([program]) - before[0]),
    databaseCpuMs: perRequest(readCpuSeconds([database]) - before[1]),
  }
  await contender.check?.(result.answered + (warmUp?.answered ?? 0))
  return measured
}

async function runRound(contenders: readonly Contender[], number: number, timing: Timing): Promise<Round> {
  const round: Round = {}
  // The order turns every round: whoever runs second finds another cache, another checkpoint.
  const ordered = number % 2 === 0 ? contenders : contenders.toReversed()
  for (const contender of ordered) {
    const measured = await runOnce(contender, timing)
    round[contender.name] = measured
    const { perSecond, p50, p99, other, programCpuMs, databaseCpuMs } = measured
    console.log(
      `  round ${number + 1} ${contender.name}: ${Math.round(perSecond)}/s, p50 ${p50}, p99 ${p99} ms, CPU ${programCpuMs.toFixed(3)} + ${databaseCpuMs.toFixed(3)} ms${other ? `, ${other} NOT 2xx` : ''}`,
    )
  }
  return round
}

/** Alternates the contenders; the first is the reference. */
export async function compare(contenders: readonly Contender[], timing = TIMING): Promise<Comparison> {
  const reference = contenders[0]?.name ?? ''
  const rounds: Round[] = []
  if (timing.settleSeconds > 0) {
    for (const contender of contenders) await contender.check?.((await contender.run(timing.settleSeconds)).answered)
  }
  for (let number = 0; number < timing.rounds; number += 1) rounds.push(await runRound(contenders, number, timing))
  const speeds = (): number[] => rounds.map((round) => round[reference]?.perSecond ?? 0)
  let repeated = 0
  while (timing.rounds > 1 && spread(speeds()) > SPREAD_MAX && repeated < REPEATS_MAX) {
    const middle = median(speeds())
    const distances = speeds().map((speed) => Math.abs(speed - middle))
    const worst = distances.indexOf(Math.max(...distances))
    console.log(`  the reference strays by ${Math.round(spread(speeds()) * 100)} %: round ${worst + 1} again`)
    rounds[worst] = await runRound(contenders, worst, timing)
    repeated += 1
  }
  return { rounds, repeated, referenceSpread: spread(speeds()) }
}

/** Median over the rounds of a figure of one contender. */
export function medianOf(comparison: Comparison, name: string, figure: (result: Measured) => number): number {
  return median(comparison.rounds.map((round) => figure(round[name] as Measured)))
}

/** Median over the rounds of the ratio between two contenders of the same round. */
export function medianRatio(
  comparison: Comparison,
  name: string,
  reference: string,
  figure: (result: Measured) => number,
): number {
  return median(
    comparison.rounds.map((round) => figure(round[name] as Measured) / figure(round[reference] as Measured)),
  )
}
