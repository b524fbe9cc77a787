import type {
  BotDesk,
  BotEffect,
  BotOffice,
  BotVillage,
  OwnIntake,
  OwnIntakeDetails,
  PublicAnswer,
} from './bot.ports.ts'
import type { BotState } from './bot-state.ts'

/** What the bot says, before it is written in a language. One text each; all of them stand in the snapshot of `bot-text.domain.test.ts`. */
export type Reply =
  | { key: 'greeting' | 'menu' | 'not_understood' | 'short_greeting' }
  | { key: 'stopped' | 'started' | 'wrong_number' | 'about_stopping' | 'about_wrong_number' }
  | { key: 'identity_number' | 'attachment' | 'thanks' | 'requirements' }
  | { key: 'ask_receipt' | 'mistyped_receipt' | 'no_match' | 'locked' | 'too_many_tries' | 'four_digits_needed' }
  | { key: 'ask_last_four'; receiptNumber: string }
  | { key: 'officer' | 'urgent' | 'passed_on' | 'confirmed'; office: BotOffice | null }
  | { key: 'own_status'; intake: OwnIntakeDetails; isConfirmed: boolean }
  | { key: 'own_list'; intakes: readonly OwnIntake[] }
  | { key: 'public_status'; receiptNumber: string; answer: Extract<PublicAnswer, { kind: 'found' }> }
  | { key: 'ask_village' | 'village_unknown' }
  | { key: 'village_choices'; villages: readonly BotVillage[] }
  | { key: 'desks'; village: BotVillage; desks: readonly BotDesk[] }

/** Why the households of the writing number are asked for. */
export type OwnPurpose =
  | { for: 'status' | 'confirm' }
  /** `isUnknownName`: a name was given, and no village has it. */
  | { for: 'place'; isUnknownName: boolean }
  | { for: 'receipt'; receiptNumber: string; lastFour: string | null }
  | { for: 'hand_over'; reply: 'officer' | 'urgent' | 'passed_on' }

/** What a flow needs to know before it can go on. */
export type LookUp =
  | { kind: 'own'; purpose: OwnPurpose }
  | { kind: 'details'; intakeId: string; isConfirmed: boolean }
  | { kind: 'public'; receiptNumber: string; lastFour: string }
  | { kind: 'villages'; name: string }
  | { kind: 'desks'; villageCode: string }

type Found = {
  own: readonly OwnIntake[]
  details: OwnIntakeDetails | undefined
  public: PublicAnswer
  villages: readonly BotVillage[]
  desks: { village: BotVillage; desks: readonly BotDesk[] } | undefined
}

/** A look-up with what was found. */
export type Answered = {
  [Kind in LookUp['kind']]: { kind: Kind; lookUp: Extract<LookUp, { kind: Kind }>; found: Found[Kind] }
}[LookUp['kind']]

/** Where a flow stands: either it has ended (`lookUp` null), or it goes on with what is found. */
export type Step = { state: BotState; reply: Reply | null; effects: BotEffect[]; lookUp: LookUp | null }
