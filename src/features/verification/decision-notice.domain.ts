import type { DecisionInput } from '../../contracts/api/proposals.ts'
import { type Notice, type NoticeContent, noticeName } from '../../contracts/events/notices.ts'
import type { Decision } from '../../contracts/lifecycle/actions.ts'

type About = { intakeId: string; proposalId: string; version: number; fullName: string }

/** What the resident is told about a decision. `dueOn`: the day by which a return must be answered. */
export function decisionNotice(
  about: About,
  input: Pick<DecisionInput, 'decision' | 'reasons'>,
  dueOn: string | undefined,
): Notice {
  return withAddress(about, contentOf(about, input, dueOn))
}

/** A decision that the resident was told about does not hold any more. */
export function withdrawnNotice(about: About): Notice {
  return withAddress(about, { template: 'correction_of_notice', variables: { name: noticeName(about.fullName) } })
}

function contentOf(
  about: About,
  { decision, reasons }: Pick<DecisionInput, 'decision' | 'reasons'>,
  dueOn: string | undefined,
): NoticeContent {
  const name = noticeName(about.fullName)
  const codes = [...new Set(reasons.map((reason) => reason.code))]
  switch (decision satisfies Decision) {
    case 'needs_correction':
      return { template: 'needs_correction', variables: { name, reasons: codes, ...(dueOn ? { dueOn } : {}) } }
    case 'rejected':
      return { template: 'rejected', variables: { name, reasons: codes } }
    case 'duplicate_of':
      return { template: 'closed', variables: { name, closedAs: 'duplicate_of' } }
    case 'eligible':
      return { template: 'eligible', variables: { name } }
    case 'already_active':
      return { template: 'already_active', variables: { name } }
    case 'needs_reactivation':
      return { template: 'needs_reactivation', variables: { name } }
  }
}

function withAddress({ intakeId, proposalId, version }: About, content: NoticeContent): Notice {
  return { intakeId, proposalId, version, ...content }
}
