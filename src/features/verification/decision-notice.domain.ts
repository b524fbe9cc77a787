import type { DecisionInput } from '../../contracts/api/proposals.ts'
import { type Notice, type NoticeContent, noticeName } from '../../contracts/events/notices.ts'
import type { Decision } from '../../contracts/lifecycle/actions.ts'
import type { ClosedAs, State } from '../../contracts/lifecycle/states.ts'

/** Version and entry of the journal after the move that is told. */
type About = { intakeId: string; proposalId: string; version: number; sequence: number; fullName: string }

/** What a decision came to, as far as its notice goes by it. `dueOn`: the day by which a return must be answered. */
export type Decided = Pick<DecisionInput, 'decision' | 'reasons'> & {
  state: State
  closedAs: ClosedAs | null
  dueOn?: string
}

/**
 * What the household is told about a decision. Nothing while a rejection is only proposed, and nothing when a case closes
 * because the person has died: the family knows.
 */
export function decisionNotices(about: About, decided: Decided): Notice[] {
  const content = decided.state === 'in_review' ? null : contentOf(about, decided)
  return content === null ? [] : [withAddress(about, content)]
}

/** A decision that the resident was told about does not hold any more. */
export function withdrawnNotice(about: About): Notice {
  return withAddress(about, { template: 'correction_of_notice', variables: { name: noticeName(about.fullName) } })
}

function contentOf(about: About, { decision, reasons, closedAs, dueOn }: Decided): NoticeContent | null {
  const name = noticeName(about.fullName)
  const codes = [...new Set(reasons.map((reason) => reason.code))]
  switch (decision satisfies Decision) {
    case 'needs_correction':
      return { template: 'needs_correction', variables: { name, reasons: codes, ...(dueOn ? { dueOn } : {}) } }
    case 'rejected':
      if (closedAs === 'deceased') return null
      if (closedAs) return { template: 'closed', variables: { name, closedAs } }
      return { template: 'rejected', variables: { name, reasons: codes } }
    case 'duplicate_of':
      return { template: 'closed', variables: { name, closedAs: 'duplicate_of' } }
    case 'turn_down_rejection':
      return null
    case 'eligible':
      return { template: 'eligible', variables: { name } }
    case 'already_active':
      return { template: 'already_active', variables: { name } }
    case 'needs_reactivation':
      return { template: 'needs_reactivation', variables: { name } }
  }
}

function withAddress({ intakeId, proposalId, version, sequence }: About, content: NoticeContent): Notice {
  return { intakeId, proposalId, version, sequence, ...content }
}
