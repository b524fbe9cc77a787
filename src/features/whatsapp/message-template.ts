import { z } from 'zod'
import { LANGUAGES } from '../../contracts/text/index.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { sealContext } from './seal-context.ts'
import type { OutgoingTemplate } from './whatsapp.ports.ts'

const templateSchema = z.object({ name: z.string(), language: z.enum(LANGUAGES), parameters: z.array(z.string()) })

/** The template of a message as its row keeps it. */
export function sealTemplate(sealer: Sealer, messageId: string, template: OutgoingTemplate): Buffer {
  return sealer.seal(JSON.stringify(template), sealContext.template(messageId))
}

export function openTemplate(
  sealer: Sealer,
  message: { id: string; template: Buffer | null },
): OutgoingTemplate | null {
  if (message.template === null) return null
  return templateSchema.parse(JSON.parse(sealer.open(message.template, sealContext.template(message.id))))
}
