/** What the next send to a phone runs into. */
export type SendFailure =
  /** Fails before the text is handed over: the chat cannot be opened. */
  | 'no_chat'
  /** "No LID for user", before the text is handed over. */
  | 'no_lid'
  /** The text arrives, the hand-over is never answered. */
  | 'hang'
  /** The text stays in the page, unsent, and the hand-over is never answered. */
  | 'stall'
  /** The text does not arrive; the page forgets it and answers nothing. */
  | 'lost'
  /** The text does not arrive; the hand-over is rejected without a reason. */
  | 'reject'
  /** The text arrives, and the hand-over is rejected all the same. */
  | 'reject_delivered'
  /** The text arrives, and the hand-over is rejected with "No LID for user". */
  | 'no_lid_delivered'
  /** Accepted, then ack -1. */
  | 'ack_error'
  /** The server refuses it: the account may not write to strangers for now. */
  | 'error_463'
  /** The same, told as a result and not as an error. */
  | 'result_463'
  | 'error_like_463'

/** How one simulated phone takes part. */
export type PhoneBehaviour = {
  isRegistered: boolean
  /** User part of the phone's LID. */
  lid: string | null
  /** Writes under its LID, and nobody can learn the number. Needs `lid`. */
  isHidden: boolean
  /** Writes under its LID; the number can be learned. Needs `lid`. */
  writesAsLid: boolean
  /** The address that a look-up of the number answers is the LID. Needs `lid`. */
  answersLid: boolean
  /** For every send, until changed. */
  failure: SendFailure | null
  /** In this order: 1 server, 2 device, 3 read, 4 played, -1 error. */
  acks: readonly number[]
  ackMs: number
  /** The acks come before the hand-over is answered. */
  acksFirst: boolean
  repeatAcks: number
  /** The hand-over is answered so much later. */
  answerMs: number
  /** A look-up of the number or the LID never answers. */
  hidesFromLookUp: boolean
  /** Reading earlier messages of the chat: works, fails or never answers. */
  history: 'ok' | 'error' | 'hang'
}

export const WELL_BEHAVED: PhoneBehaviour = {
  isRegistered: true,
  lid: null,
  isHidden: false,
  writesAsLid: false,
  answersLid: false,
  failure: null,
  acks: [1, 2],
  ackMs: 5,
  acksFirst: false,
  repeatAcks: 1,
  answerMs: 0,
  hidesFromLookUp: false,
  history: 'ok',
}

const PERSON = /^(\d+)@(c\.us|lid)$/

/** The phones of the simulated WhatsApp, by E.164 digits. A phone nobody has described is well behaved. */
export function createPhones() {
  const behaviours = new Map<string, PhoneBehaviour>()
  const queued: { failure: SendFailure; phone: string | null }[] = []
  const behaviourOf = (phone: string): PhoneBehaviour => behaviours.get(phone) ?? WELL_BEHAVED
  return {
    behaviourOf,
    change(phone: string, changes: Partial<PhoneBehaviour>): void {
      behaviours.set(phone, { ...behaviourOf(phone), ...changes })
    },
    queueFailure(failure: SendFailure, phone: string | null): void {
      queued.push({ failure, phone })
    },
    /** The failure that a send meets, at the chat or at the hand-over; a queued one is used up. */
    takeFailure(phone: string, kinds: readonly SendFailure[]): SendFailure | null {
      const index = queued.findIndex((next) => (next.phone ?? phone) === phone && kinds.includes(next.failure))
      if (index >= 0) return queued.splice(index, 1)[0]?.failure ?? null
      const { failure } = behaviourOf(phone)
      return failure !== null && kinds.includes(failure) ? failure : null
    },
    /** Null for a group, a channel or the status list. */
    phoneOf(wid: string): string | null {
      const [, user, server] = PERSON.exec(wid) ?? []
      if (user === undefined) return null
      if (server === 'c.us') return user
      return [...behaviours].find(([, behaviour]) => behaviour.lid === user)?.[0] ?? null
    },
    chatOf(phone: string): string {
      const { lid, isHidden, writesAsLid } = behaviourOf(phone)
      return lid !== null && (isHidden || writesAsLid) ? `${lid}@lid` : `${phone}@c.us`
    },
  }
}

export type Phones = ReturnType<typeof createPhones>
