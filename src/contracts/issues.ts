import type { TextKey } from './text/index.ts'

type Suffix<K extends string, Prefix extends string> = K extends `${Prefix}${infer Rest}` ? Rest : never

/** What can be wrong with one field. Its text is `issue.<code>` in `contracts/text/{id,en}/fields.json`. */
export type IssueCode = Suffix<TextKey<'fields'>, 'issue.'>

/**
 * Names the code of a zod check of ours: `z.string().refine(isNik, issue('nik_impossible'))`.
 * `values` fill the variables of its text; they reach the caller, so never put the refused value in them.
 */
export const issue = (
  code: IssueCode,
  values: Record<string, string | number> = {},
): { params: { code: IssueCode; values: Record<string, string | number> } } => ({ params: { code, values } })
