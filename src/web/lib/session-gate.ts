/** `ended`: nobody is signed in any more; `step_up`: the sign-in is too old for what is being done. */
export type GateReason = 'ended' | 'step_up'
type Listener = () => void

/** Calls that wait here until the person has signed in again. */
const waiting: { reason: GateReason; call: PromiseWithResolvers<void>; error: unknown }[] = []
const listeners = new Set<Listener>()
let isKnown = false

function letGo(reasons: readonly GateReason[], end: (one: (typeof waiting)[number]) => void): void {
  const going = waiting.filter(({ reason }) => reasons.includes(reason))
  waiting.splice(0, waiting.length, ...waiting.filter((one) => !going.includes(one)))
  for (const one of going) end(one)
  for (const listener of listeners) listener()
}

/**
 * From the first answer of `/api/v1/me` on, an ended session is a pause, not a way back to the sign-in page. An answer shows
 * that somebody is signed in, not that they have just done so.
 */
export function openGate(): void {
  isKnown = true
  letGo(['ended'], ({ call }) => call.resolve())
}

/** The person has just signed in. */
export function passGate(): void {
  letGo(['ended', 'step_up'], ({ call }) => call.resolve())
}

/** The person will not sign in again for this: what waits for it is refused as the server refused it. */
export function turnBack(): void {
  letGo(['step_up'], ({ call, error }) => call.reject(error))
}

/** The person signed out: whoever still waits is refused. */
export function leaveGate(error: unknown): void {
  isKnown = false
  letGo(['ended', 'step_up'], ({ call }) => call.reject(error))
}

/** Resolves when the person has signed in again; rejects with `error` when nobody was signed in here. */
export async function signInAgain(error: unknown, reason: GateReason): Promise<void> {
  if (!isKnown) throw error
  const call = Promise.withResolvers<void>()
  waiting.push({ reason, call, error })
  for (const listener of listeners) listener()
  await call.promise
}

/** Why the gate is closed; null while it is open. An ended session comes first: signing in serves both. */
export const gateReason = (): GateReason | null =>
  waiting.find(({ reason }) => reason === 'ended')?.reason ?? waiting[0]?.reason ?? null

export function onGate(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
