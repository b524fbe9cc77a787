/**
 * Version of the consent text that officers read out: `text/{id,en}/consent.json`, of which docs/id/persetujuan.md is the Indonesian
 * one on paper. Stored with every consent, so whoever changes a word changes the version; consent.test.ts knows the words of each.
 */
export const CONSENT_VERSION = '2026-12'

/** The first version that speaks of photos; the one before said that none are kept, and a household that heard it is kept to it. */
export const PHOTOS_SINCE_CONSENT = '2026-12'

/** What is read out, in this order. */
export const CONSENT_PARAGRAPHS = [
  'who',
  'purpose',
  'data',
  'basis',
  'readers',
  'retention',
  'not_active',
  'rights',
  'contact',
  'free',
] as const

/** What is asked afterwards, one by one; the fields of `consent` in an intake. */
export const CONSENT_QUESTIONS = ['processing', 'whatsapp'] as const

/** What a health office fills in before it opens the service. */
export const CONSENT_BLANKS = ['office', 'region', 'retention', 'contact'] as const
