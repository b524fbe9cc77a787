import type { Tx } from '../../database.ts'
import { begin, conclude, isPreference, proceed, type Turn } from './bot.domain.ts'
import type { Bot, BotPorts } from './bot.ports.ts'
import { readBotState } from './bot-state.ts'
import type { Answered, LookUp } from './bot-steps.ts'
import { writeReply } from './bot-text.domain.ts'

/** A shared phone of a kader may stand on more; the newest are the ones that are asked about. */
const OWN_INTAKES_MAX = 50

export type BotDeps = {
  ports: BotPorts
  settings: {
    /** Where residents look up a status. */
    statusUrl: string
  }
}

/** Answers residents with the flows of `bot.domain.ts`: looks up what they ask for and writes what they say. */
export function createBot({ ports, settings }: BotDeps): Bot {
  async function lookUp(tx: Tx, phone: string | null, wanted: LookUp): Promise<Answered> {
    switch (wanted.kind) {
      case 'own': {
        const found = phone === null ? [] : await ports.intakes.listByPhone(tx, phone, OWN_INTAKES_MAX)
        return { kind: 'own', lookUp: wanted, found }
      }
      case 'details': {
        const found = phone === null ? undefined : await ports.intakes.show(tx, phone, wanted.intakeId)
        return { kind: 'details', lookUp: wanted, found }
      }
      case 'public': {
        const { receiptNumber, lastFour } = wanted
        const found = await ports.publicStatus.look(tx, { receiptNumber, phoneLast4: lastFour })
        return { kind: 'public', lookUp: wanted, found }
      }
      case 'villages':
        return { kind: 'villages', lookUp: wanted, found: await ports.places.listVillages(tx) }
      case 'desks': {
        const village = ports.places.findVillage(wanted.villageCode)
        const found = village && { village, desks: await ports.places.listDesks(tx, village.code) }
        return { kind: 'desks', lookUp: wanted, found }
      }
    }
  }

  return {
    async answer(tx, turn) {
      const { now, meaning, kind, optedOut, disowned, phone, language } = turn
      const heard: Turn = { meaning, kind, optedOut, disowned, now }
      let step = begin(readBotState(turn.state), heard)
      while (step.lookUp) {
        const next = proceed(step.state, heard, await lookUp(tx, phone, step.lookUp))
        step = { ...next, effects: [...step.effects, ...next.effects] }
      }
      const { state, reply, effects } = conclude(step, now)
      return {
        state,
        reply: reply && writeReply(language, reply, settings),
        kind: reply && isPreference(reply) ? 'preference' : 'reply',
        intakeId: reply?.key === 'own_status' ? reply.intake.intakeId : null,
        effects,
      }
    },
  }
}
