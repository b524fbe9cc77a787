import { z } from 'zod'
import { REASON_CODES, REASONS, type ReasonCode } from '../lifecycle/reasons.ts'
import { CLOSED_AS } from '../lifecycle/states.ts'

/** What a resident is told. Texts: `contracts/text/{id,en}/notices.json`, one set of keys per template. */
export const NOTICE_TEMPLATES = [
  'received',
  'needs_correction',
  'eligible',
  'already_active',
  'needs_reactivation',
  'rejected',
  'closed',
  'correction_of_notice',
  'correction_reminder',
  'proposal_returned',
  'submitted_to_bpjs',
  'membership_visit',
  'active_confirmed',
] as const
export type NoticeTemplate = (typeof NOTICE_TEMPLATES)[number]

/** Longest short name: a first name of 20 letters and two initials. */
export const NOTICE_NAME_MAX = 27
const FIRST_NAME_MAX = 20
const INITIALS_MAX = 2

/**
 * How a person is called on a phone that a family shares: "MUHAMMAD RIZKY FADILAH" is "Muhammad R. F.", "H. ABDUL AZIS" is
 * "H. Abdul A.". Initials tell siblings with one first name apart and give nobody away.
 */
export function noticeName(fullName: string): string {
  const words = fullName.split(/\s+/u).filter((word) => /\p{L}/u.test(word))
  const spokenAt = Math.max(
    words.findIndex((word) => /\p{L}.*\p{L}/u.test(word) && !word.endsWith('.')),
    0,
  )
  const spoken = words[spokenAt]?.slice(0, FIRST_NAME_MAX).toLocaleLowerCase('id') ?? ''
  const called = spoken.replace(/(^|[-.])(\p{L})/gu, (match) => match.toLocaleUpperCase('id'))
  const initial = (word: string): string => `${/\p{L}/u.exec(word)?.[0]?.toLocaleUpperCase('id') ?? ''}.`
  const before = words.slice(0, spokenAt).map(initial).slice(-1)
  const after = words.slice(spokenAt + 1).map(initial)
  return [...before, called, ...after.slice(0, INITIALS_MAX - before.length)].join(' ')
}

const name = z.string().min(1).max(NOTICE_NAME_MAX)
const reasons = z.array(z.enum(REASON_CODES)).min(1).max(REASON_CODES.length)

/** The variables of each template. Names as `noticeName` makes them; nothing here identifies a person elsewhere. */
export const NOTICE_VARIABLES = {
  received: z.strictObject({ names: z.array(name).min(1).max(30) }),
  needs_correction: z.strictObject({ name, reasons, dueOn: z.iso.date().optional() }),
  eligible: z.strictObject({ name }),
  already_active: z.strictObject({ name }),
  needs_reactivation: z.strictObject({ name }),
  rejected: z.strictObject({ name, reasons }),
  closed: z.strictObject({ name, closedAs: z.enum(CLOSED_AS) }),
  correction_of_notice: z.strictObject({ name }),
  correction_reminder: z.strictObject({ name, dueOn: z.iso.date() }),
  proposal_returned: z.strictObject({ name }),
  submitted_to_bpjs: z.strictObject({ name }),
  membership_visit: z.strictObject({ name }),
  active_confirmed: z.strictObject({ name }),
} as const satisfies Record<NoticeTemplate, z.ZodType>
export type NoticeVariables = { [Template in NoticeTemplate]: z.infer<(typeof NOTICE_VARIABLES)[Template]> }

/** A template with its variables. */
export type NoticeContent = {
  [Template in NoticeTemplate]: { template: Template; variables: NoticeVariables[Template] }
}[NoticeTemplate]

/**
 * What intake and verification record together with the change itself. `received` speaks for the household: no proposal.
 * `sequence`: the entry of the proposal's journal that it tells of. The same entry is told once, however often it is recorded; another one is
 * news, also where it comes to the same outcome of the same version. 0 at the registration, and for what is in no journal.
 * `heldUntil`: not before then, because the decision may still be undone.
 */
export type Notice = {
  intakeId: string
  proposalId: string | null
  version: number
  sequence: number
  heldUntil?: Date
} & NoticeContent

/** The reasons that may stand in a chat, in their order; sensitive ones are told at the counter. */
export function publicReasons(codes: readonly ReasonCode[]): ReasonCode[] {
  return codes.filter((code) => !REASONS[code].sensitive)
}
