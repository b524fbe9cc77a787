import { z } from 'zod'

const instant = z.iso.datetime()
const receiptNumber = z.string().max(40)
const villageCode = z.string().max(13)

/** How many villages a person is asked to choose from. */
export const CHOICES_MAX = 5

/** What the bot asked last, if it waits for an answer. */
const questionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** For a receipt number. */
  z.strictObject({ kind: z.literal('receipt') }),
  /** For the last four digits of the number that the household of this receipt gave. */
  z.strictObject({ kind: z.literal('last_four'), receiptNumber }),
  /** For the name of a kelurahan; `choices`: those that were offered by number. */
  z.strictObject({
    kind: z.literal('village'),
    choices: z.array(villageCode).max(CHOICES_MAX),
    /** Names that were not found so far. */
    misses: z.int().min(0),
  }),
])

/**
 * What the bot remembers of a conversation. Holds nothing that a resident wrote apart from a receipt number that passed its check
 * character, and no number of a person.
 */
export const botStateSchema = z.strictObject({
  version: z.literal(1),
  question: questionSchema,
  askedAt: instant.nullable(),
  /** When the menu was last sent: a text we do not understand gets it once, then a person. */
  menuAt: instant.nullable(),
  /** When an attachment was last refused: three photos at once are refused once. */
  refusedAt: instant.nullable(),
  /** When thanks were last answered. */
  thankedAt: instant.nullable(),
  /** When the conversation was last given to a person. */
  handedOverAt: instant.nullable(),
  confirmedAt: instant.nullable(),
  /** Bounds how often one phone is answered, and how many endings it may try. */
  hour: z.strictObject({ from: instant, replies: z.int().min(0) }).nullable(),
  day: z.strictObject({ from: instant, guesses: z.int().min(0) }).nullable(),
})
export type BotState = z.infer<typeof botStateSchema>
export type BotQuestion = BotState['question']

export const FRESH_STATE: BotState = {
  version: 1,
  question: { kind: 'none' },
  askedAt: null,
  menuAt: null,
  refusedAt: null,
  thankedAt: null,
  handedOverAt: null,
  confirmedAt: null,
  hour: null,
  day: null,
}

/** The state of a conversation whose number an officer has confirmed. Pure. */
export function recognised(stored: unknown, now: Date): BotState {
  return { ...readBotState(stored), confirmedAt: now.toISOString() }
}

/** The state as it was stored; whatever cannot be read, because it is older or damaged, begins afresh. */
export function readBotState(stored: unknown): BotState {
  const state = botStateSchema.safeParse(stored)
  return state.success ? state.data : FRESH_STATE
}
