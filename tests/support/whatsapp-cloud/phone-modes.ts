import type { PhoneMode } from '../../../src/contracts/api/whatsapp.ts'
import type { PhoneScript } from './graph-stand-in.ts'

/** The modes of the simulated phones, as Meta's service would show them. */
export const CLOUD_SCRIPTS: Record<PhoneMode, Partial<PhoneScript>> = {
  delivers: {},
  reads: { statuses: [{ status: 'sent' }, { status: 'delivered' }, { status: 'read' }] },
  fails: { arrives: false, statuses: [{ status: 'failed', code: 131053 }] },
  silent: { statuses: [] },
  receipts_first: { statuses: [{ status: 'delivered' }, { status: 'read' }], statusesFirst: true },
  receipts_backwards: { statuses: [{ status: 'read' }, { status: 'delivered' }, { status: 'sent' }] },
  not_on_whatsapp: { answer: { code: 131026 } },
  refuses: { answer: { code: 131009 } },
  busy: { answer: { code: 130429, httpStatus: 429 } },
  unknown_delivered: { answer: 'hang_up' },
  unknown_lost: { answer: 'hang_up', arrives: false, statuses: [] },
  slow: { delayMs: 200 },
  answers_nothing: { answer: 'empty' },
  restricted: { answer: { code: 131048, httpStatus: 429 } },
  opted_out: { answer: { code: 131050 } },
  needs_template: { windowClosed: true },
  hides_number: { hidesNumber: true },
  sends_pictures: {},
  // The upload names no phone: the world tells the service about all uploads.
  takes_no_pictures: {},
}
