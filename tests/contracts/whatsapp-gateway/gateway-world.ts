import type { PhoneMode } from '../../../src/contracts/api/whatsapp.ts'
import type { WhatsAppGateway } from '../../../src/features/whatsapp/whatsapp.ports.ts'

/** How one phone, or the service on the way to it, treats us from now on. */
export type Behaviour = {
  mode: PhoneMode
  /** How often each report about this phone, receipts and what it writes, comes. */
  repeatReports?: number
  /** Whether the transport can find out what became of a text. */
  answersLookUp?: boolean
}

/** What a transport may truly be unable to do. The suite then leaves the scenario out and says why. */
export type Capability =
  /** Tells before anything is sent that a number is not on WhatsApp. */
  | 'asks_before_sending'
  /** Knows of people who have stopped us on WhatsApp's own side. */
  | 'knows_opt_outs'
  /** May write freely only to people who wrote lately, and needs templates for the others. */
  | 'needs_templates'
  /** Takes texts also while nobody listens to what it reports. */
  | 'hands_over_unheard'

/** A transport under test, and the other side of it: phones that do as they are told. */
export type GatewayWorld = {
  /** The time that the transport goes by; left out: that of the machine. */
  now?(): Date
  /** A gateway on the same phones as the one before it; the first and every later one. Not started. */
  createGateway(): WhatsAppGateway
  /** A phone of its own, well behaved until told otherwise. E.164 digits. */
  newPhone(): string
  behave(phone: string, behaviour: Behaviour): Promise<void>
  /** What stands on a phone, oldest first. A template may stand there in any form. */
  textsOn(phone: string): Promise<string[]>
  /** Of each of these texts the picture that it stands under; null: none. */
  picturesOn(phone: string): Promise<(Buffer | null)[]>
  /** The owner of a phone writes; with a mode that sends pictures, `body` is what stands under the picture. */
  write(phone: string, body: string): Promise<void>
  /** Somebody of the office types to `phone` on the paired phone itself. */
  typeOnOwnPhone(phone: string, body: string): Promise<void>
  /** Ends the test. Its last gateway is stopped, or kept running for the next world. */
  close(): Promise<void>
}
