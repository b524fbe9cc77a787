import enBpjs from '../../../contracts/text/en/bpjs.json' with { type: 'json' }
import enNotices from '../../../contracts/text/en/notices.json' with { type: 'json' }
import idBpjs from '../../../contracts/text/id/bpjs.json' with { type: 'json' }
import idNotices from '../../../contracts/text/id/notices.json' with { type: 'json' }
import { createTexts } from '../../lib/text.ts'
import enAudit from './audit/en.json' with { type: 'json' }
import idAudit from './audit/id.json' with { type: 'json' }
import type { AuditWords } from './audit/words.ts'
import en from './en.json' with { type: 'json' }
import id from './id.json' with { type: 'json' }

export const useSettingsText = createTexts(id, en)
/** A kind of entry that is added without its word does not compile. */
export const useAuditText = createTexts<keyof AuditWords>(idAudit satisfies AuditWords, enAudit)

// What the server says about the same things.
export const useBpjsText = createTexts(idBpjs, enBpjs)
export const useNoticeText = createTexts(idNotices, enNotices)
