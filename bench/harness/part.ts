import type { PartReport } from './report.ts'

export type PartOptions = {
  /** Shorter rounds and smaller numbers, to see that everything works. Not for figures. */
  quick: boolean
  /** Write a CPU profile of the product. */
  profile: boolean
}

export type Part = (options: PartOptions) => Promise<PartReport>
