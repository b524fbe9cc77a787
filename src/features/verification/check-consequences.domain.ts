import type { AuditEvent } from '../../contracts/audit-actions.ts'
import { type Notice, noticeName } from '../../contracts/events/notices.ts'
import type { Action, Decision } from '../../contracts/lifecycle/actions.ts'
import type { CheckSubject, MoveResult } from '../intake/index.ts'
import type { CheckPlan } from './check-plan.domain.ts'

type Planned = { plan: CheckPlan; subject: CheckSubject }

/** What the rules decide without a person, in the words of a person's decision. */
const AUTOMATIC_DECISIONS: Partial<Record<Action, Decision>> = {
  auto_already_active: 'already_active',
  auto_reactivation: 'needs_reactivation',
}

/** What the household is to hear of a check: the entry of the journal that its move has made, which is the last of the proposal's. */
export function noticeOf({ plan, subject }: Planned, results: readonly MoveResult[]): Notice[] {
  if (!plan.notice) return []
  const { intakeId, proposalId, fullName } = subject
  const moved = results.findLast((result) => result.proposalId === proposalId)
  if (!moved?.moved) return []
  const { version, sequence } = moved.after
  return [{ intakeId, proposalId, version, sequence, template: plan.notice, variables: { name: noticeName(fullName) } }]
}

/** The entry for what the rules have decided by themselves; none when they left it to a person. */
export function decisionEvent({ plan, subject }: Planned): AuditEvent[] {
  const action = plan.move?.action
  const decision = action && AUTOMATIC_DECISIONS[action]
  if (!decision) return []
  return [
    {
      actorId: null,
      actorRole: 'system',
      action: 'decide',
      subjectType: 'proposal',
      subjectId: subject.proposalId,
      requestId: null,
      officeId: subject.officeId,
      regionCode: subject.regionCode,
      details: { decision, action },
    },
  ]
}
