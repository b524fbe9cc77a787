import type { Comparison, LikenessCode } from '../../contracts/api/proposals.ts'
import type { Db } from '../database.ts'
import type { Intake, ProposalRow } from '../intake/index.ts'
import { caseEvent } from './case-access.ts'
import { explainPart, scoreLikeness } from './duplicates.domain.ts'
import { findPair, pairOf } from './duplicates.repository.ts'
import { comparableName } from './name-similarity.domain.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type CompareDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal' | 'comparePeople'>
  ports: Pick<VerificationPorts, 'audit'>
}

const traitsOf = ({ fullName, birthDate, sex }: ProposalRow) => ({ name: comparableName(fullName), birthDate, sex })

export function createComparison({ db, intake, ports }: CompareDeps) {
  return {
    /**
     * Two proposals beside each other: what each says, what differs, and how alike they are and why, whether the search had found
     * them or not. Audited before it is shown. Both must lie in the caller's scope, else `not_found`.
     */
    async compare(caller: Caller, proposalId: string, otherId: string): Promise<Comparison> {
      const [left, right] = await Promise.all([
        intake.getProposal(db, caller.actor, proposalId),
        intake.getProposal(db, caller.actor, otherId),
      ])
      const [pair] = await Promise.all([
        findPair(db, pairOf(proposalId, otherId)),
        ports.audit.write(caseEvent(caller, 'compare_duplicate', proposalId, { otherId })),
      ])
      const hasBothNiks = left.nikIndex !== null && right.nikIndex !== null
      const sameNik = left.nikIndex !== null && right.nikIndex !== null && left.nikIndex.equals(right.nikIndex)
      const sameFamilyCard = left.familyCardIndex.equals(right.familyCardIndex)
      const { score, parts } = scoreLikeness(traitsOf(left), traitsOf(right), { sameNik, sameFamilyCard })
      return {
        left: toSide(left),
        right: toSide(right),
        fields: intake.comparePeople(left, right),
        score,
        parts: parts.map((part) => ({ ...part, code: explainPart(part, hasBothNiks) satisfies LikenessCode })),
        judgement: pair?.state ?? null,
      }
    },
  }
}
export type Comparer = ReturnType<typeof createComparison>

function toSide({ proposalId, receiptNumber, snapshot, submittedAt }: ProposalRow): Comparison['left'] {
  return { id: proposalId, receiptNumber, state: snapshot.state, submittedAt: submittedAt.toISOString() }
}
