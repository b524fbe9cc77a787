import enErrors from '../../contracts/text/en/errors.json' with { type: 'json' }
import idErrors from '../../contracts/text/id/errors.json' with { type: 'json' }
import { createTexts } from '../lib/text.ts'

/** The server's words for its error codes, where a code comes without them. Of some size: for pages that are loaded on demand. */
export const useErrorText = createTexts(idErrors, enErrors)
