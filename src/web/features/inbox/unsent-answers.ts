/** `key`: goes with this very text. An answer that is tried again must not become a second one. */
type Unsent = { text: string; key: string }

/** What was typed and not sent, by conversation: going elsewhere and coming back loses nothing. Gone with the page, as sign-out is. */
const unsent = new Map<string, Unsent>()

/** `crypto.randomUUID` is missing on plain http. */
function makeKey(): string {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export const unsentText = (conversationId: string): string => unsent.get(conversationId)?.text ?? ''

export function keepUnsent(conversationId: string, text: string): void {
  if (text === '') unsent.delete(conversationId)
  else if (unsent.get(conversationId)?.text !== text) unsent.set(conversationId, { text, key: makeKey() })
}

export function unsentKey(conversationId: string): string {
  return unsent.get(conversationId)?.key ?? makeKey()
}

/** It was sent: forgotten, unless something else was typed meanwhile. */
export function forgetSent(conversationId: string, key: string): void {
  if (unsent.get(conversationId)?.key === key) unsent.delete(conversationId)
}
