import { createTexts } from '../../lib/text.ts'
import en from './en.json' with { type: 'json' }
import id from './id.json' with { type: 'json' }

export const useResultText = createTexts(id, en)
