import type { RELATIONSHIPS } from '../../../contracts/household-terms.ts'
import type { Action } from '../../../contracts/lifecycle/actions.ts'
import type { QueueKey } from '../../../contracts/lifecycle/queues.ts'
import type { ReasonCode } from '../../../contracts/lifecycle/reasons.ts'
import type { ClosedAs, Flag, MembershipOutcome, State } from '../../../contracts/lifecycle/states.ts'
import { createTexts } from '../../lib/text.ts'
import en from './en.json' with { type: 'json' }
import id from './id.json' with { type: 'json' }

/** Every code of the lifecycle has its words: one that is added without them does not compile. */
type Codes =
  | `state.${State}`
  | `closed.${ClosedAs}`
  | `flag.${Flag}`
  | `queue.${QueueKey}`
  | `membership.${MembershipOutcome}`
  | `relationship.${(typeof RELATIONSHIPS)[number]}`
  | `reason.${ReasonCode}`
  | `action.${Action}`
type Terms = Record<Codes | keyof typeof id, string>

/** Words of the field for the codes of the contracts, the same on every page. */
export const useTerms = createTexts<keyof Terms>(id satisfies Terms, en)
