import type { PhoneMode } from '../../../src/contracts/api/whatsapp.ts'
import type { PhoneBehaviour } from './phones.ts'

/** The modes of the simulated phones, as the stand-in's page shows them. `hides_number` also needs a LID. */
export const WEB_BEHAVIOURS: Record<PhoneMode, Partial<PhoneBehaviour>> = {
  delivers: {},
  reads: { acks: [1, 2, 3] },
  fails: { failure: 'ack_error' },
  silent: { acks: [] },
  receipts_first: { acks: [2, 3], acksFirst: true },
  receipts_backwards: { acks: [3, 2, 1] },
  not_on_whatsapp: { isRegistered: false },
  // Known to WhatsApp by its number and under no address: the only thing the page refuses for good.
  refuses: { failure: 'no_lid' },
  busy: { failure: 'no_chat' },
  unknown_delivered: { failure: 'hang' },
  unknown_lost: { failure: 'lost' },
  slow: { answerMs: 200 },
  answers_nothing: { failure: 'reject_delivered' },
  restricted: { failure: 'error_463' },
  opted_out: {},
  needs_template: {},
  hides_number: { isHidden: true },
  sends_pictures: {},
  // The upload names no phone: `uploads` of the stand-in.
  takes_no_pictures: {},
}

/** Whatever became of a text, the page shows nothing of it: no ack comes, and the chat cannot be read. */
export const TELLS_NOTHING: Partial<PhoneBehaviour> = { acks: [], history: 'error' }
