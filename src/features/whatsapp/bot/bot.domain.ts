import type { BotEffect } from './bot.ports.ts'
import type { BotQuestion, BotState } from './bot-state.ts'
import type { Answered, LookUp, OwnPurpose, Reply, Step } from './bot-steps.ts'
import { matchVillages } from './places.domain.ts'
import type { Meaning } from './recognise.domain.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** An answer after this long is a new conversation. */
const QUESTION_MS = DAY_MS
/** How long the menu counts as known: within it a text we do not understand goes to a person. */
const MENU_MS = DAY_MS
const GREETING_MS = 12 * HOUR_MS
/** A person has been called: nothing else the bot could say helps. */
const HANDED_OVER_MS = 12 * HOUR_MS
const CALLED_AGAIN_MS = HOUR_MS
const THANKS_MS = DAY_MS
const ATTACHMENT_MS = 10 * MINUTE_MS
/** So that two machines cannot talk to each other for ever. */
const REPLIES_PER_HOUR = 15
/** Look-ups with four digits by one phone; what guards one receipt is the status page's own count. */
const GUESSES_PER_DAY = 20
const VILLAGE_MISSES_MAX = 2

export type Turn = {
  meaning: Meaning
  kind: 'text' | 'attachment'
  optedOut: boolean
  /** The number was called a wrong one: no details of a household go to it. */
  disowned: boolean
  now: Date
}

const isWithin = (at: string | null, now: Date, span: number): boolean =>
  at !== null && now.getTime() - Date.parse(at) < span

const end = (state: BotState, reply: Reply | null, effects: BotEffect[] = []): Step => ({
  state,
  reply,
  effects,
  lookUp: null,
})
const need = (state: BotState, lookUp: LookUp, effects: BotEffect[] = []): Step => ({
  state,
  reply: null,
  effects,
  lookUp,
})
const own = (state: BotState, purpose: OwnPurpose, effects: BotEffect[] = []): Step =>
  need(state, { kind: 'own', purpose }, effects)

const ask = (state: BotState, now: Date, question: BotQuestion): BotState => ({
  ...state,
  question,
  askedAt: question.kind === 'none' ? null : now.toISOString(),
})

function showMenu(state: BotState, now: Date, key: 'greeting' | 'menu' | 'not_understood'): Step {
  return end({ ...state, menuAt: now.toISOString() }, { key })
}

function handOver(state: BotState, now: Date, reply: 'officer' | 'urgent' | 'passed_on'): Step {
  const called: BotState = { ...state, handedOverAt: now.toISOString() }
  return own(called, { for: 'hand_over', reply }, [{ kind: 'hand_over' }])
}

/** The menu once, then a person; while one has been called the bot is quiet and says so again to the office. */
function puzzled(state: BotState, now: Date): Step {
  if (isWithin(state.handedOverAt, now, HANDED_OVER_MS)) return end(state, null, [{ kind: 'hand_over' }])
  return isWithin(state.menuAt, now, MENU_MS)
    ? handOver(state, now, 'passed_on')
    : showMenu(state, now, 'not_understood')
}

function guess(state: BotState, now: Date, receiptNumber: string, lastFour: string): Step {
  const day = state.day && isWithin(state.day.from, now, DAY_MS) ? state.day : { from: now.toISOString(), guesses: 0 }
  if (day.guesses >= GUESSES_PER_DAY)
    return end(ask({ ...state, day }, now, { kind: 'none' }), { key: 'too_many_tries' })
  const counted = { ...state, day: { ...day, guesses: day.guesses + 1 } }
  return need(counted, { kind: 'public', receiptNumber, lastFour })
}

function thank(state: BotState, now: Date): Step {
  const isQuiet = isWithin(state.thankedAt, now, THANKS_MS) || isWithin(state.handedOverAt, now, HANDED_OVER_MS)
  return isQuiet ? end(state, null) : end({ ...state, thankedAt: now.toISOString() }, { key: 'thanks' })
}

/** An answer to the question that is open; undefined when it is none. */
function answerQuestion(state: BotState, { meaning, now }: Turn): Step | undefined {
  const { question } = state
  switch (question.kind) {
    case 'none':
    case 'receipt':
      return undefined
    case 'last_four':
      if (meaning.kind !== 'digits' && meaning.kind !== 'other') return undefined
      if (meaning.lastFour) return guess(state, now, question.receiptNumber, meaning.lastFour)
      return meaning.kind === 'digits' ? end(state, { key: 'four_digits_needed' }) : undefined
    case 'village': {
      if (meaning.kind === 'digits') {
        const chosen = question.choices[Number(meaning.digits) - 1]
        if (chosen) return need(ask(state, now, { kind: 'none' }), { kind: 'desks', villageCode: chosen })
      }
      return meaning.kind === 'other' && meaning.rest !== ''
        ? need(state, { kind: 'villages', name: meaning.rest })
        : undefined
    }
  }
}

/** The menu's lines by number, for whoever answers with one. */
const MENU_NUMBERS: Record<string, Meaning> = {
  '1': { kind: 'status' },
  '2': { kind: 'requirements' },
  '3': { kind: 'place', name: null },
  '4': { kind: 'officer' },
}

function follow(open: BotState, turn: Turn): Step {
  const { meaning, now } = turn
  const state = ask(open, now, { kind: 'none' })
  switch (meaning.kind) {
    case 'stop':
      return end(state, { key: 'stopped' }, [{ kind: 'opt_out' }])
    case 'start':
    case 'menu':
      return showMenu(state, now, 'menu')
    case 'about_stopping':
    case 'about_wrong_number':
      return end(state, { key: meaning.kind })
    case 'identity_number':
      return end(open, { key: 'identity_number' })
    case 'wrong_number':
      return end(state, turn.disowned ? null : { key: 'wrong_number' }, [{ kind: 'wrong_number' }])
    case 'urgent':
      return handOver(state, now, 'urgent')
    case 'officer':
      return isWithin(state.handedOverAt, now, CALLED_AGAIN_MS)
        ? end(state, null, [{ kind: 'hand_over' }])
        : handOver(state, now, 'officer')
    case 'receipt': {
      const { receiptNumber, lastFour } = meaning
      return own(state, { for: 'receipt', receiptNumber, lastFour })
    }
    case 'mistyped_receipt':
      return end(ask(state, now, { kind: 'receipt' }), { key: 'mistyped_receipt' })
    case 'status':
      return own(state, { for: 'status' })
    case 'requirements':
      return end(state, { key: 'requirements' })
    case 'place':
      return meaning.name
        ? need(state, { kind: 'villages', name: meaning.name })
        : own(state, { for: 'place', isUnknownName: false })
    case 'confirm':
      // Somebody who said "wrong number" and now "right": for a person to sort out.
      return turn.disowned ? handOver(state, now, 'passed_on') : own(state, { for: 'confirm' })
    case 'thanks':
      return thank(open, now)
    case 'greeting':
      return isWithin(state.menuAt, now, GREETING_MS)
        ? end(state, { key: 'short_greeting' })
        : showMenu(state, now, 'greeting')
    case 'digits': {
      const chosen = isWithin(state.menuAt, now, MENU_MS) ? MENU_NUMBERS[meaning.digits] : undefined
      return chosen ? follow(state, { ...turn, meaning: chosen }) : puzzled(state, now)
    }
    case 'deny':
    case 'other':
      return puzzled(state, now)
  }
}

/** To somebody who asked us to stop: nothing, unless it is a wish; what the office must know is told to the office. */
function followQuietly(state: BotState, { meaning, now }: Turn): Step {
  switch (meaning.kind) {
    case 'start':
      return end({ ...state, menuAt: now.toISOString() }, { key: 'started' }, [{ kind: 'opt_in' }])
    case 'wrong_number':
      return end(state, null, [{ kind: 'wrong_number' }])
    case 'officer':
    case 'urgent':
      return end({ ...state, handedOverAt: now.toISOString() }, null, [{ kind: 'hand_over' }])
    default:
      return end(state, null)
  }
}

const WISHES: ReadonlySet<Meaning['kind']> = new Set(['stop', 'start', 'wrong_number'])

/** The first step of a flow. Pure. */
export function begin(stored: BotState, turn: Turn): Step {
  const { meaning, now } = turn
  const state = isWithin(stored.askedAt, now, QUESTION_MS) ? stored : ask(stored, now, { kind: 'none' })
  if (turn.optedOut) return followQuietly(state, turn)
  if (turn.kind === 'attachment' && !WISHES.has(meaning.kind)) {
    return isWithin(state.refusedAt, now, ATTACHMENT_MS)
      ? end(state, null)
      : end({ ...state, refusedAt: now.toISOString() }, { key: 'attachment' })
  }
  return answerQuestion(state, turn) ?? follow(state, turn)
}

type OwnAnswer = Extract<Answered, { kind: 'own' }>

function withOwn(state: BotState, { now, disowned }: Turn, { lookUp, found }: OwnAnswer): Step {
  const { purpose } = lookUp
  // To a number that was called wrong the household is a stranger's.
  const intakes = disowned ? [] : found
  const [newest] = intakes
  switch (purpose.for) {
    case 'status':
      if (!newest) return end(ask(state, now, { kind: 'receipt' }), { key: 'ask_receipt' })
      return intakes.length === 1
        ? need(state, { kind: 'details', intakeId: newest.intakeId, isConfirmed: false })
        : end(ask(state, now, { kind: 'receipt' }), { key: 'own_list', intakes })
    case 'place':
      if (newest) return need(state, { kind: 'desks', villageCode: newest.villageCode })
      return purpose.isUnknownName
        ? end(ask(state, now, { kind: 'village', choices: [], misses: 1 }), { key: 'village_unknown' })
        : end(ask(state, now, { kind: 'village', choices: [], misses: 0 }), { key: 'ask_village' })
    case 'confirm': {
      if (!newest) return puzzled(state, now)
      if (state.confirmedAt !== null) return thank(state, now)
      const confirmed = { ...state, confirmedAt: now.toISOString() }
      return end(confirmed, { key: 'confirmed', office: newest.office }, [{ kind: 'confirm_number' }])
    }
    case 'receipt': {
      const { receiptNumber, lastFour } = purpose
      const named = intakes.find((intake) => intake.receiptNumber === receiptNumber)
      if (named) {
        const { intakeId } = named
        return need(
          { ...state, confirmedAt: now.toISOString() },
          { kind: 'details', intakeId, isConfirmed: state.confirmedAt === null },
          [{ kind: 'link_intake', intakeId }, { kind: 'confirm_number' }],
        )
      }
      const asking = ask(state, now, { kind: 'last_four', receiptNumber })
      return lastFour
        ? guess(asking, now, receiptNumber, lastFour)
        : end(asking, { key: 'ask_last_four', receiptNumber })
    }
    case 'hand_over':
      return end(state, { key: purpose.reply, office: newest?.office ?? null })
  }
}

/** The next step with what was found. Pure. */
export function proceed(state: BotState, turn: Turn, answered: Answered): Step {
  const { now } = turn
  switch (answered.kind) {
    case 'own':
      return withOwn(state, turn, answered)
    case 'details': {
      const { found: intake, lookUp } = answered
      return intake
        ? end(state, { key: 'own_status', intake, isConfirmed: lookUp.isConfirmed })
        : end(ask(state, now, { kind: 'receipt' }), { key: 'ask_receipt' })
    }
    case 'public': {
      const { found, lookUp } = answered
      if (found.kind === 'not_found') return end(state, { key: 'no_match' })
      const answeredState = ask(state, now, { kind: 'none' })
      return found.kind === 'locked'
        ? end(answeredState, { key: 'locked' })
        : end(answeredState, { key: 'public_status', receiptNumber: lookUp.receiptNumber, answer: found })
    }
    case 'villages': {
      const villages = matchVillages(answered.lookUp.name, answered.found)
      const [only] = villages
      if (only && villages.length === 1) {
        return need(ask(state, now, { kind: 'none' }), { kind: 'desks', villageCode: only.code })
      }
      const misses = state.question.kind === 'village' ? state.question.misses : null
      if (only) {
        const choices = villages.map(({ code }) => code)
        return end(ask(state, now, { kind: 'village', choices, misses: misses ?? 0 }), {
          key: 'village_choices',
          villages,
        })
      }
      // "Is the puskesmas open on Lebaran?": what was left of a sentence need not be a name.
      if (misses === null) return own(state, { for: 'place', isUnknownName: true })
      return misses + 1 >= VILLAGE_MISSES_MAX
        ? handOver(ask(state, now, { kind: 'none' }), now, 'passed_on')
        : end(ask(state, now, { kind: 'village', choices: [], misses: misses + 1 }), { key: 'village_unknown' })
    }
    case 'desks':
      return answered.found
        ? end(state, { key: 'desks', ...answered.found })
        : end(ask(state, now, { kind: 'village', choices: [], misses: 0 }), { key: 'ask_village' })
  }
}

/** Confirms a wish: may go to somebody who asked us to stop, and is not counted. */
export const isPreference = (reply: Reply): boolean =>
  reply.key === 'stopped' || reply.key === 'started' || reply.key === 'wrong_number'

/** What becomes of the last step: whoever has been answered too often within the hour gets a person instead. Pure. */
export function conclude(step: Step, now: Date): { state: BotState; reply: Reply | null; effects: BotEffect[] } {
  const { state, reply, effects } = step
  if (reply === null || isPreference(reply)) return { state, reply, effects }
  const hour =
    state.hour && isWithin(state.hour.from, now, HOUR_MS) ? state.hour : { from: now.toISOString(), replies: 0 }
  if (hour.replies >= REPLIES_PER_HOUR) {
    const others = effects.filter((effect) => effect.kind !== 'hand_over')
    return { state: { ...state, hour }, reply: null, effects: [...others, { kind: 'hand_over' }] }
  }
  return { state: { ...state, hour: { ...hour, replies: hour.replies + 1 } }, reply, effects }
}
