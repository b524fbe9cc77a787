import type { ApiProblem } from '../../lib/problem.ts'
import { type Draft, photosToSend } from './draft.ts'

/** Messages by field. Members by their key instead of their position: rows move. */
export type FieldErrors = Readonly<Record<string, string>>

/** "members.0.nik" of the API as the form names it: "members.<key>.nik". */
export function toFormPath(path: string, draft: Draft): string {
  const [root, position, ...rest] = path.split('.')
  if (root === 'members' && position !== undefined)
    return ['members', draft.members[Number(position)]?.key, ...rest].join('.')
  if (root === 'documents' && position !== undefined) return `photos.${photosToSend(draft)[Number(position)]?.id}`
  return path
}

export function fieldErrorsOf(problem: ApiProblem, draft: Draft): FieldErrors {
  return Object.fromEntries((problem.body.errors ?? []).map(({ path, message }) => [toFormPath(path, draft), message]))
}

/** Of the first field that is wrong. */
export function focusFirstWrong(): void {
  document.querySelector<HTMLElement>('[data-wrong]')?.focus()
}
