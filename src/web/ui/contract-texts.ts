import enFields from '../../contracts/text/en/fields.json' with { type: 'json' }
import enVerification from '../../contracts/text/en/verification.json' with { type: 'json' }
import enWhatsapp from '../../contracts/text/en/whatsapp.json' with { type: 'json' }
import idFields from '../../contracts/text/id/fields.json' with { type: 'json' }
import idVerification from '../../contracts/text/id/verification.json' with { type: 'json' }
import idWhatsapp from '../../contracts/text/id/whatsapp.json' with { type: 'json' }
import { createTexts } from '../lib/text.ts'

// The words that the server uses for the same things: fields in its error messages, results of checks, states of messages.
export const useFieldText = createTexts(idFields, enFields)
export const useCheckText = createTexts(idVerification, enVerification)
export const useMessageText = createTexts(idWhatsapp, enWhatsapp)
