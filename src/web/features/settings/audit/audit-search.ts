/** What the address of the audit log holds: which entries are shown. Days as somebody picks them. */
export type AuditSearch = {
  actor?: string
  action?: string
  subjectType?: string
  subjectId?: string
  from?: string
  until?: string
}

const FORMS = {
  actor: /^[\w-]{1,64}$/,
  action: /^[a-z_]{1,64}$/,
  subjectType: /^[a-z_]{1,64}$/,
  subjectId: /^[\w.-]{1,128}$/,
  from: /^\d{4}-\d{2}-\d{2}$/,
  until: /^\d{4}-\d{2}-\d{2}$/,
} as const satisfies Record<keyof AuditSearch, RegExp>

/** What the address says that is a filter of ours; the rest is left out. */
export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  const given = Object.entries(FORMS).flatMap(([name, form]) => {
    const value = raw[name]
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
    return form.test(text) ? [[name, text]] : []
  })
  return Object.fromEntries(given)
}
