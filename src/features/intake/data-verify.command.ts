import { type Language, translate } from '../../contracts/text/index.ts'
import type { DataReport } from './data-check.service.ts'

export type DataVerifyOptions = {
  verify(): Promise<DataReport>
  language: Language
  print: (line: string) => void
}

/** `data verify`: says whether the data is whole, else what is wrong with how many and the ids of the first ones. */
export async function runDataVerify({ verify, language, print }: DataVerifyOptions): Promise<boolean> {
  const { intakes, proposals, documents, faults } = await verify()
  print(translate(language, 'intake', 'verify.summary', { intakes, proposals, documents }))
  for (const { kind, count, ids } of faults) {
    print(translate(language, 'intake', `verify.fault.${kind}`, { count }))
    for (const id of ids) print(`  ${id}`)
    if (count > ids.length) print(`  ${translate(language, 'intake', 'verify.more', { count: count - ids.length })}`)
  }
  if (faults.length > 0) return false
  print(translate(language, 'intake', 'verify.whole'))
  return true
}
