import type { Actor } from '../../contracts/access.ts'
import type { ConsentText } from '../../contracts/api/consent.ts'
import { CONSENT_BLANKS, CONSENT_PARAGRAPHS, CONSENT_QUESTIONS, CONSENT_VERSION } from '../../contracts/consent.ts'
import { type Language, translate } from '../../contracts/text/index.ts'
import type { IntakePorts } from './intake.ports.ts'

const KAB_KOTA_LENGTH = 5

/** The text an officer reads out before registering anybody. */
export function createConsent({ ports }: { ports: Pick<IntakePorts, 'regions' | 'offices'> }) {
  return {
    /**
     * The current text and its version, with the names of the caller's office and kab/kota where the caller has them. What the
     * product does not know stays a blank in square brackets.
     */
    async getText({ officeId, regionCode }: Actor, language: Language): Promise<ConsentText> {
      const kabKota = regionCode.length < KAB_KOTA_LENGTH ? null : regionCode.slice(0, KAB_KOTA_LENGTH)
      const known = {
        office: officeId && (await ports.offices.nameOf(officeId)),
        region: kabKota && ports.regions.nameOf(kabKota),
        retention: null,
        contact: null,
      } satisfies Record<(typeof CONSENT_BLANKS)[number], string | null>
      const filled = Object.fromEntries(
        CONSENT_BLANKS.map((blank) => [blank, known[blank] ?? translate(language, 'consent', `blank.${blank}`)]),
      )
      return {
        version: CONSENT_VERSION,
        language,
        paragraphs: CONSENT_PARAGRAPHS.map((key) => ({
          key,
          heading: translate(language, 'consent', `${key}.heading`),
          text: translate(language, 'consent', `${key}.text`, filled),
        })),
        questions: CONSENT_QUESTIONS.map((key) => ({ key, text: translate(language, 'consent', `question.${key}`) })),
      }
    },
  }
}
export type Consent = ReturnType<typeof createConsent>
