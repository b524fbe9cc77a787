import { z } from 'zod'
import { NOTICE_TEMPLATES } from '../events/notices.ts'
import { LANGUAGES } from '../text/message-format.ts'

/** What can be wrong with a template: `place_unfilled`: something of it is shown raw; `variable_unused`: what it is filled with has no place in it. */
export const TEMPLATE_FAULTS = ['too_long', 'identity_number', 'place_unfilled', 'variable_unused'] as const
export type TemplateFault = (typeof TEMPLATE_FAULTS)[number]

/** A message as it is written to an invented household, and the approved template that says the same. */
export const messageTemplateItem = z.object({
  /** `household`: the news of several people in one message. */
  key: z.enum([...NOTICE_TEMPLATES, 'household']),
  language: z.enum(LANGUAGES),
  text: z.string().max(4096),
  cloud: z.object({
    /** As it is submitted to Meta; its number counts its versions. */
    name: z.string().max(100),
    /** With {{1}}, {{2}} ... in the places of the variables. */
    body: z.string().max(4096),
    variables: z.array(z.object({ position: z.int(), name: z.string().max(40), value: z.string().max(1024) })).max(20),
    filled: z.string().max(4096),
  }),
  faults: z.array(z.enum(TEMPLATE_FAULTS)).max(TEMPLATE_FAULTS.length),
})
export type MessageTemplateItem = z.infer<typeof messageTemplateItem>

export const messageTemplatesResponse = z.object({
  /** Longer texts cannot be sent. */
  maxLength: z.int(),
  items: z.array(messageTemplateItem).max(100),
})
export type MessageTemplates = z.infer<typeof messageTemplatesResponse>
