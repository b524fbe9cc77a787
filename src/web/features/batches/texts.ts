import enEnrolment from '../../../contracts/text/en/enrolment.json' with { type: 'json' }
import idEnrolment from '../../../contracts/text/id/enrolment.json' with { type: 'json' }
import { createTexts } from '../../lib/text.ts'
import en from './en.json' with { type: 'json' }
import id from './id.json' with { type: 'json' }

export const useBatchText = createTexts(id, en)
/** What the server says about rows and layouts. */
export const useEnrolmentText = createTexts(idEnrolment, enEnrolment)
