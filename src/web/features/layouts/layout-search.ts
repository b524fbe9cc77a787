export type LayoutSearch = { layout?: string }

/** Which layout the address names; none: the list of all. */
export function readLayoutSearch({ layout }: Record<string, unknown>): LayoutSearch {
  return typeof layout === 'string' && /^[\da-f-]{36}$/.test(layout) ? { layout } : {}
}
