import { type Session, signIn } from '../../../scripts/lib/session.ts'
import { DEMO_PASSWORD } from './console.ts'

const sessions = new Map<string, Promise<Session>>()

/** The API as the demo's person of that name uses it; signed in once per product, because checking a password takes its time. */
export function sessionOf(address: string, username: string): Promise<Session> {
  const key = `${address} ${username}`
  const session = sessions.get(key) ?? signIn(address, username, DEMO_PASSWORD)
  sessions.set(key, session)
  return session
}
