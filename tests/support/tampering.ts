import type { RawBuilder } from 'kysely'
import { verifyDataWithin } from '../../src/features/intake/data-check.service.ts'
import { type DataFault, runDataVerify } from '../../src/features/intake/index.ts'
import { dataChecksOf } from '../../src/processes/wiring/data-checks.ts'
import type { WholeApp } from './whole-app.ts'

/** What `data verify` finds and prints once these statements of the owner have run; afterwards all is as before. */
export async function tamper(
  { database, features }: Pick<WholeApp, 'database' | 'features'>,
  ...statements: RawBuilder<unknown>[]
): Promise<{ faults: DataFault[]; printed: string }> {
  const tx = await database.owner.startTransaction().execute()
  try {
    for (const statement of statements) await statement.execute(tx)
    const report = await verifyDataWithin(tx, { also: dataChecksOf(features), page: 2 })
    const lines: string[] = []
    await runDataVerify({
      verify: async () => ({ ...report, documents: 0 }),
      language: 'id',
      print: (line) => void lines.push(line),
    })
    return { faults: report.faults, printed: lines.join('\n') }
  } finally {
    await tx.rollback().execute()
  }
}
