import { type Session, signIn } from '../../../scripts/lib/session.ts'

export const DEMO_PASSWORD = 'puntadewa-demo'

const sessions = new Map<string, Promise<Session>>()

/** The API as the demo's person of that name uses it; signed in once per product, because checking a password takes its time. */
export function sessionOf(address: string, username: string): Promise<Session> {
  const key = `${address} ${username}`
  const session = sessions.get(key) ?? signIn(address, username, DEMO_PASSWORD)
  sessions.set(key, session)
  return session
}

/** A product that comes later may listen at the same address. */
export function forgetSessions(address: string): void {
  for (const key of sessions.keys()) if (key.startsWith(`${address} `)) sessions.delete(key)
}
