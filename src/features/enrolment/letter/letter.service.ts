import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db } from '../../database.ts'
import { type BatchAccess, batchEvent } from '../batches/batch-access.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import type { Letter } from './letter-page.ts'

type LettersDeps = { db: Db; access: BatchAccess; ports: Pick<EnrolmentPorts, 'regions' | 'audit'> }

export function createLetters({ db, access, ports }: LettersDeps) {
  return {
    /** What the letter of a sealed batch says. Audited as a print. Throws `batch_not_sealed` before. */
    async get(caller: Caller, batchId: string): Promise<Letter> {
      const batch = await access.require(db, caller, batchId)
      const { seal, regionCode } = batch
      if (!seal) throw new AppError('batch_not_sealed')
      await ports.audit.write(batchEvent(caller, 'print_letter', batch, { number: seal.number }))
      return {
        regionName: ports.regions.nameOf(regionCode) ?? regionCode,
        number: seal.number,
        letterNumber: batch.letterNumber,
        sealedOn: dayInZone(seal.sealedAt, ports.regions.timeZoneOf(regionCode)),
        sealedByName: seal.sealedByName,
        totals: seal.totals,
        rule: seal.rule,
        expectedActiveOn: seal.expectedActiveOn,
        sha256: seal.hash.toString('hex'),
      }
    },
  }
}
export type Letters = ReturnType<typeof createLetters>
