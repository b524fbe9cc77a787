import type { ResultProfileDefinition } from '../../../contracts/api/result-profiles.ts'
import type { ReasonCode } from '../../../contracts/lifecycle/reasons.ts'
import { RESULT_COLUMNS, type ResultColumn } from '../../../contracts/result-terms.ts'

export type ReasonDraft = { key: number; answer: string; reason: ReasonCode }

/** A profile as it stands in its form: lists are lines of text. */
export type ProfileDraft = {
  columns: Record<ResultColumn, string>
  accepted: string
  refused: string
  reasons: readonly ReasonDraft[]
}

const toLines = (words: readonly string[]): string => words.join('\n')
const fromLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const forColumns = <Value>(of: (name: ResultColumn) => Value): Record<ResultColumn, Value> =>
  Object.fromEntries(RESULT_COLUMNS.map((name) => [name, of(name)])) as Record<ResultColumn, Value>

export const toDraft = ({ columns, accepted, refused, reasons }: ResultProfileDefinition): ProfileDraft => ({
  columns: forColumns((name) => toLines(columns[name])),
  accepted: toLines(accepted),
  refused: toLines(refused),
  reasons: reasons.map((one, key) => ({ ...one, key })),
})

/** What is sent, without empty lines. A code that was added and not filled in is the server's to refuse, in its place. */
export const toDefinition = ({ columns, accepted, refused, reasons }: ProfileDraft): ResultProfileDefinition => ({
  columns: forColumns((name) => fromLines(columns[name])),
  accepted: fromLines(accepted),
  refused: fromLines(refused),
  reasons: reasons.map(({ answer, reason }) => ({ answer: answer.trim(), reason })),
})
