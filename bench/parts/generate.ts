import { ensureCases, keptSizes } from '../harness/kept-cases.ts'
import type { Part } from '../harness/part.ts'
import { type Figure, stated } from '../harness/report.ts'

/** Makes what the parts `queue` and `size` keep, so that their own time is measuring only. Does nothing the second time. */
export const generate: Part = async ({ quick }) => {
  const figures: Figure[] = []
  for (const count of Object.values(keptSizes(quick))) {
    const { seconds } = await ensureCases(count)
    figures.push(stated(`${count} cases`, seconds === null ? 'there already' : `${Math.round(seconds)} s`))
  }
  return { part: 'generate', figures, details: {} }
}
