import { ApiProblem } from './problem.ts'

/** What the server says about one field, for the place where it is filled in; the field itself or one part of it. */
export function fieldError(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined
  return error.body.errors?.find((one) => one.path === path || one.path.startsWith(`${path}.`))?.message
}
