import enBpjs from '../../../contracts/text/en/bpjs.json' with { type: 'json' }
import idBpjs from '../../../contracts/text/id/bpjs.json' with { type: 'json' }
import { createTexts } from '../../lib/text.ts'
import en from './en.json' with { type: 'json' }
import id from './id.json' with { type: 'json' }

export const useMembershipText = createTexts(id, en)
/** The words of the server for where an answer came from. */
export const useBpjsWords = createTexts(idBpjs, enBpjs)
