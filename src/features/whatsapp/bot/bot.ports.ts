import type { OfficeKind } from '../../../contracts/api/office-kinds.ts'
import type { OpeningHours } from '../../../contracts/api/regions.ts'
import type { PublicLabel } from '../../../contracts/lifecycle/labels.ts'
import type { ReasonCode } from '../../../contracts/lifecycle/reasons.ts'
import type { ClosedAs } from '../../../contracts/lifecycle/states.ts'
import type { Language } from '../../../contracts/text/index.ts'
import type { Tx } from '../../database.ts'
import type { BotState } from './bot-state.ts'
import type { Meaning } from './recognise.domain.ts'

/** One message of a resident, as the bot is asked about it: never for a group, our own text, or one found long after. */
export type BotTurn = {
  contactId: string
  /** E.164 digits; null while only an alias is known. Whoever has no number is told nothing about a household without its last four digits. */
  phone: string | null
  /** Asked us to stop: nothing but the confirmation of a wish goes to them. */
  optedOut: boolean
  /** The number was called a wrong one: it is told nothing about a household. */
  disowned: boolean
  /** As the last answer left it. Whatever cannot be read begins afresh. */
  state: unknown
  /** Of the text: `recognise`. */
  meaning: Meaning
  kind: 'text' | 'attachment'
  now: Date
  language: Language
}

/** What the caller does, in the same transaction, besides sending the reply. Every one may be repeated without harm. */
export type BotEffect =
  | { kind: 'opt_out' }
  | { kind: 'opt_in' }
  /** A person of the office should answer. */
  | { kind: 'hand_over' }
  /** The number belongs to a household that gave it. */
  | { kind: 'confirm_number' }
  /** The owner of the number does not know the household: nothing more goes there. */
  | { kind: 'wrong_number' }
  | { kind: 'link_intake'; intakeId: string }

export type BotAnswer = {
  /** To be stored for the next turn. */
  state: BotState
  /** At most one text, of at most 1,000 characters so that a reference fits behind it; null: silence. */
  reply: string | null
  /** `preference`: confirms a wish, and may go to somebody who asked us to stop. */
  kind: 'reply' | 'preference'
  /** The household whose members the reply names: who reads along may be of another office. Null: it names nobody. */
  intakeId: string | null
  effects: BotEffect[]
}

export type Bot = {
  /**
   * Answers one message. Reads in the caller's transaction and writes nothing there but wrong guesses of four digits and the
   * audit log's entries of what was shown. Never throws because of what somebody wrote.
   */
  answer(tx: Tx, turn: BotTurn): Promise<BotAnswer>
}

/** What may be said about one person on a phone that a family shares. */
export type OwnMember = {
  /** As `noticeName` makes it. */
  name: string
  label: PublicLabel
  /** Without the sensitive ones. Only while it waits for the household or was rejected. */
  reasons: ReasonCode[]
  /** yyyy-MM-dd in the zone of the region: until when the household may answer. */
  dueOn: string | null
  closedAs: ClosedAs | null
}

export type BotOffice = { name: string; address: string | null; openingHours: OpeningHours }

/** A household that gave the number: where it belongs, nothing about anybody. */
export type OwnIntake = { intakeId: string; receiptNumber: string; villageCode: string; office: BotOffice }

export type OwnIntakeDetails = {
  intakeId: string
  receiptNumber: string
  /** yyyy-MM-dd in the zone of the region. */
  submittedOn: string
  office: BotOffice
  members: OwnMember[]
}

export type BotIntakes = {
  /** Households that gave this number, the newest first, at most `limit`. */
  listByPhone(tx: Tx, phone: string, limit: number): Promise<OwnIntake[]>
  /** What may be told to this number about one of them; undefined when it is not (or no longer) its number. Told to the audit log. */
  show(tx: Tx, phone: string, intakeId: string): Promise<OwnIntakeDetails | undefined>
}

export type PublicAnswer =
  | { kind: 'found'; submittedOn: string; labels: PublicLabel[] }
  /** No such receipt, or other digits: nobody can tell which. */
  | { kind: 'not_found' }
  | { kind: 'locked' }

/** The public status page's own answer, with its own count of wrong endings. */
export type BotPublicStatus = {
  look(tx: Tx, query: { receiptNumber: string; phoneLast4: string }): Promise<PublicAnswer>
}

export type BotVillage = { code: string; name: string; kecamatan: string }
export type BotDesk = BotOffice & { kind: OfficeKind; villageCode: string | null }

export type BotPlaces = {
  /** Every village of the kabupaten and kota in which this installation has an open office. */
  listVillages(tx: Tx): Promise<readonly BotVillage[]>
  findVillage(code: string): BotVillage | undefined
  /** Open offices in the kab/kota of the village. */
  listDesks(tx: Tx, villageCode: string): Promise<readonly BotDesk[]>
}

export type BotPorts = { intakes: BotIntakes; publicStatus: BotPublicStatus; places: BotPlaces }
