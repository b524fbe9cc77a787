import type { MessageTemplateItem, TemplateFault } from '../../contracts/api/message-templates.ts'
import { NOTICE_TEMPLATES, type NoticeContent, type NoticeTemplate } from '../../contracts/events/notices.ts'
import { LANGUAGES, type Language, type TextKey, translate } from '../../contracts/text/index.ts'
import { holdsIdentityNumber } from './identity-guard.domain.ts'
import {
  CLOUD_TEMPLATE_KEYS,
  type CloudTemplateKey,
  listTemplatesToSubmit,
  templateName,
  variablesOf,
  writeNoticeTemplate,
} from './notice-template.domain.ts'
import { MESSAGE_MAX_LENGTH, type MessageFrame, writeNoticeMessage } from './notice-text.domain.ts'

const SAMPLE_DUE = '2026-11-30'
const SAMPLE_REASONS = ['KK_TIDAK_TERBACA', 'WA_TIDAK_AKTIF'] as const

/** What a template is written with and where its variables stand. */
export type Rendered = { text: string; body: string; parameters: readonly string[]; filled: string }

const PLACE = /\{\{(\d+)\}\}/g

/** Puts the parameters into their places; a place without one stays as it is. */
const fill = (body: string, parameters: readonly string[]): string =>
  body.replace(PLACE, (place, position: string) => parameters[Number(position) - 1] ?? place)

/** What would keep a message from going out, or show a resident the inside of a template. Pure. */
export function findTemplateFaults({ text, body, parameters, filled }: Rendered): TemplateFault[] {
  const places = new Set([...body.matchAll(PLACE)].map(([, position]) => Number(position)))
  const faults: [TemplateFault, boolean][] = [
    ['too_long', Math.max(text.length, filled.length) > MESSAGE_MAX_LENGTH],
    ['identity_number', holdsIdentityNumber(text) || holdsIdentityNumber(filled)],
    ['place_unfilled', /[{}]/.test(text) || /[{}]/.test(filled)],
    ['variable_unused', parameters.some((_, index) => !places.has(index + 1))],
  ]
  return faults.filter(([, isThere]) => isThere).map(([fault]) => fault)
}

function contentOf(template: NoticeTemplate, [name, other]: readonly [string, string]): NoticeContent {
  switch (template) {
    case 'received':
      return { template, variables: { names: [name, other] } }
    case 'needs_correction':
      return { template, variables: { name, reasons: [...SAMPLE_REASONS], dueOn: SAMPLE_DUE } }
    case 'rejected':
      return { template, variables: { name, reasons: ['BUKAN_PENDUDUK_SINI'] } }
    case 'closed':
      return { template, variables: { name, closedAs: 'withdrawn' } }
    case 'correction_reminder':
      return { template, variables: { name, dueOn: SAMPLE_DUE } }
    case 'eligible':
    case 'already_active':
    case 'needs_reactivation':
    case 'correction_of_notice':
    case 'proposal_returned':
    case 'submitted_to_bpjs':
    case 'membership_visit':
    case 'active_confirmed':
      return { template, variables: { name } }
  }
}

const isNotice = (key: CloudTemplateKey): key is NoticeTemplate => (NOTICE_TEMPLATES as readonly string[]).includes(key)

function preview(key: CloudTemplateKey, language: Language, body: string): MessageTemplateItem {
  const sample = (name: TextKey<'templates'>): string => translate(language, 'templates', name)
  const frame: MessageFrame = {
    language,
    headName: sample('example.head'),
    receiptNumber: sample('example.receipt'),
    officeName: sample('example.office'),
    officeAddress: sample('sample.address'),
    statusUrl: sample('example.statusUrl'),
    reference: sample('example.reference'),
  }
  const names = [sample('example.name'), sample('sample.other-name')] as const
  const contents = isNotice(key)
    ? [contentOf(key, names)]
    : [contentOf('eligible', names), contentOf('already_active', [names[1], names[0]])]
  const text = writeNoticeMessage(frame, contents)
  const { parameters } = writeNoticeTemplate(frame, contents)
  const rendered = { text, body, parameters, filled: fill(body, parameters) }
  const variables = variablesOf(key).map((name, index) => ({
    position: index + 1,
    name,
    value: parameters[index] ?? '',
  }))
  return {
    key,
    language,
    text,
    cloud: { name: templateName(key), body, variables, filled: rendered.filled },
    faults: findTemplateFaults(rendered),
  }
}

/** Every message to residents as it would be written to an invented household, by the code that writes them. Pure. */
export function listTemplatePreviews(): MessageTemplateItem[] {
  const bodies = new Map(listTemplatesToSubmit().map(({ name, language, body }) => [`${name} ${language}`, body]))
  return CLOUD_TEMPLATE_KEYS.flatMap((key) =>
    LANGUAGES.map((language) => preview(key, language, bodies.get(`${templateName(key)} ${language}`) ?? '')),
  )
}
