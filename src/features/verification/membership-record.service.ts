import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Ids } from '../../platform/ids.ts'
import type { MembershipResult } from '../bpjs/index.ts'
import type { Tx } from '../database.ts'
import { type Intake, SYSTEM } from '../intake/index.ts'
import { checkMembership, flagsAfter } from './check-plan.domain.ts'
import { lockCases, writeFindings } from './checks.repository.ts'
import { listWithOpenPair } from './duplicates.repository.ts'
import { toMembershipRow } from './membership-row.ts'

type RecordDeps = { intake: Pick<Intake, 'moveMany'>; sealer: Sealer; clock: Clock; ids: Ids }

export type AnswerToRecord = { proposalId: string; version: number; answer: MembershipResult }
type Definite = AnswerToRecord & { answer: Exclude<MembershipResult, { outcome: 'unavailable' }> }

const isDefinite = (one: AnswerToRecord): one is Definite => one.answer.outcome !== 'unavailable'

/** Answers that the product got for cases that people have decided already. */
export function createMembershipRecord({ intake, sealer, clock, ids }: RecordDeps) {
  return {
    /**
     * Records definite answers with their proposals: journal, flags, case page. Silence is left out, and so is a proposal that has
     * other content by now or stands where nothing is recorded. Decides nothing. In the caller's transaction, in few statements.
     */
    async recordAnswers(tx: Tx, answers: readonly AnswerToRecord[]): Promise<void> {
      const definite = answers.filter(isDefinite)
      if (definite.length === 0) return
      const proposalIds = definite.map(({ proposalId }) => proposalId)
      const locked = new Map((await lockCases(tx, proposalIds)).map((one) => [one.proposalId, one]))
      const open = await listWithOpenPair(tx, proposalIds)
      const results = await intake.moveMany(
        tx,
        definite.map(({ proposalId, version, answer }) => ({
          proposalId,
          action: 'record_membership',
          mover: SYSTEM,
          version,
          data: {
            flags: flagsAfter(locked.get(proposalId)?.snapshot.flags ?? [], {
              hasOpenDuplicate: open.has(proposalId),
              membership: answer,
            }),
            membership: answer.outcome,
            membershipAt: answer.checkedAt.toISOString(),
          },
        })),
      )
      const moved = new Set(results.flatMap((result) => (result.moved ? [result.proposalId] : [])))
      const recorded = definite.filter(({ proposalId }) => moved.has(proposalId))
      if (recorded.length === 0) return
      const now = clock.now()
      await writeFindings(tx, {
        checks: recorded.map(({ proposalId, version, answer }) => ({
          ...checkMembership(answer),
          proposalId,
          version,
          checkedAt: now,
        })),
        memberships: recorded.map(({ proposalId, version, answer }) =>
          toMembershipRow({ sealer, ids }, answer, { proposalId, version, recordedAt: now, recordedBy: null }),
        ),
      })
    },
  }
}
export type MembershipRecord = ReturnType<typeof createMembershipRecord>
