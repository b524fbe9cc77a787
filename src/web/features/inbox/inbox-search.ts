/** Which conversations the list shows. */
export const INBOX_VIEWS = ['waiting', 'mine', 'unread', 'all', 'closed'] as const
export type InboxView = (typeof INBOX_VIEWS)[number]

/** What the address holds; nothing: those that wait for a person. */
export type InboxSearch = { view?: InboxView }

export function readInboxSearch(raw: Record<string, unknown>): InboxSearch {
  const view = INBOX_VIEWS.find((one) => one === raw['view'])
  return view && view !== 'waiting' ? { view } : {}
}
