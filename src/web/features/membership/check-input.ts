import type { z } from 'zod'
import type { manualCheckSchema } from '../../../contracts/api/bpjs.ts'
import { localDay } from '../../lib/local-day.ts'
import { readDate, writeDate } from '../../ui/date-text.ts'

type Body = z.input<typeof manualCheckSchema>

/** As they can be found, the most usual first. */
export const OUTCOMES = ['not_found', 'found_active', 'found_inactive', 'found_mismatch'] as const satisfies readonly [
  ...Body['outcome'][],
]
/** What is read of a member, where there is one. */
export const MEMBER_FIELDS = ['statusText', 'statusCode', 'segmentText', 'segmentCode', 'cardNumber'] as const
type MemberField = (typeof MEMBER_FIELDS)[number]

/** As it was typed. */
export type CheckEntry = Record<MemberField | 'date' | 'time' | 'evidence', string> & {
  outcome: Body['outcome'] | null
}

export const beginEntry = (now: Date): CheckEntry => ({
  outcome: null,
  date: writeDate(localDay(now)),
  time: [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':'),
  statusText: '',
  statusCode: '',
  segmentText: '',
  segmentCode: '',
  cardNumber: '',
  evidence: '',
})

export const isUntouched = ({ outcome, evidence }: CheckEntry): boolean => outcome === null && evidence === ''

/** The moment on the clock of the office. What is no moment goes as it was typed: the server says what is wrong with it. */
function momentOf({ date, time }: CheckEntry): string {
  const at = new Date(`${readDate(date)}T${time}`)
  return Number.isNaN(at.getTime()) ? `${date} ${time}` : at.toISOString()
}

/** Of somebody who was not found nothing about a membership is sent, whatever was typed before. */
export function toCheck(entry: CheckEntry, outcome: Body['outcome']): Body {
  const read = outcome === 'not_found' ? [] : MEMBER_FIELDS.filter((field) => entry[field].trim() !== '')
  return {
    outcome,
    checkedAt: momentOf(entry),
    evidence: entry.evidence,
    ...Object.fromEntries(read.map((field) => [field, entry[field].trim()])),
  }
}
