import type { Logger } from 'pino'
import { z } from 'zod'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { createMicroBatch } from '../../platform/db/micro-batch.ts'
import type { Db } from '../database.ts'
import { type AnswerRow, deleteAnswersBefore, listAnswers, recordAnswers } from './answer-cache.repository.ts'
import type { SourceAnswer } from './membership-source.domain.ts'
import { storedParticipantSchema } from './stored-participant.ts'

export type DefiniteAnswer = Exclude<SourceAnswer, { kind: 'unavailable' }>
export type CachedAnswer = { answer: DefiniteAnswer; checkedAt: Date }

export type AnswerCache = {
  /** The answer given earlier on the day of `now` in the installation's time zone. */
  find(nik: string, now: Date): Promise<CachedAnswer | undefined>
  /** Keeps a definite answer until that day ends. Losing it costs one more question, so a failure is only logged. */
  put(nik: string, answer: DefiniteAnswer, checkedAt: Date): Promise<void>
}

type AnswerCacheDeps = { db: Db; sealer: Sealer; logger: Logger; timeZone: string; source: string }

const MAX_BATCH = 200

const storedAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), participant: storedParticipantSchema, asOf: z.string().nullable() }),
  z.object({ kind: z.literal('not_found'), asOf: z.string().nullable() }),
])

/** Same-day cache per NIK, sealed and found by blind index. Concurrent calls share round trips. */
export function createAnswerCache({ db, sealer, logger, timeZone, source }: AnswerCacheDeps): AnswerCache {
  let purgedOn = ''

  const contextOf = (nikIndex: Buffer): string => `membership_answer:${source}:${nikIndex.toString('hex')}`

  const reads = createMicroBatch<Buffer, AnswerRow | undefined>({
    maxItems: MAX_BATCH,
    maxInFlight: 2,
    async run(nikIndexes) {
      const rows = await listAnswers(db, source, nikIndexes)
      const byIndex = new Map(rows.map((row) => [row.nikIndex.toString('hex'), row]))
      return nikIndexes.map((nikIndex) => byIndex.get(nikIndex.toString('hex')))
    },
  })

  // One go at a time, so that two never hold each other's rows.
  const writes = createMicroBatch<AnswerRow, void>({
    maxItems: MAX_BATCH,
    maxInFlight: 1,
    async run(rows) {
      const newest = new Map(rows.map((row) => [row.nikIndex.toString('hex'), row]))
      const ordered = [...newest.values()].sort((left, right) => Buffer.compare(left.nikIndex, right.nikIndex))
      await recordAnswers(db, source, ordered)
      const today = rows.at(-1)?.localDay ?? ''
      if (today > purgedOn) {
        await deleteAnswersBefore(db, today)
        purgedOn = today
      }
      return rows.map(() => undefined)
    },
  })

  return {
    async find(nik, now) {
      const row = await reads.add(sealer.blindIndex('nik', nik))
      if (!row || row.localDay !== dayInZone(now, timeZone)) return undefined
      try {
        const answer = storedAnswerSchema.parse(JSON.parse(sealer.open(row.sealedAnswer, contextOf(row.nikIndex))))
        return { answer, checkedAt: row.checkedAt }
      } catch {
        // Sealed with a key that has gone, or written by another version: ask again.
        logger.warn('a cached membership answer could not be read')
        return undefined
      }
    },
    async put(nik, answer, checkedAt) {
      const nikIndex = sealer.blindIndex('nik', nik)
      const sealedAnswer = sealer.seal(JSON.stringify(answer), contextOf(nikIndex))
      try {
        await writes.add({ nikIndex, localDay: dayInZone(checkedAt, timeZone), checkedAt, sealedAnswer })
      } catch (err) {
        logger.warn({ err }, 'a membership answer could not be cached')
      }
    },
  }
}
