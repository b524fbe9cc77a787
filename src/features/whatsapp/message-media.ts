import { z } from 'zod'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { drawQr } from './qr-picture.domain.ts'
import { sealContext } from './seal-context.ts'
import type { OutgoingMedia } from './whatsapp.ports.ts'

const mediaSchema = z.object({ link: z.string(), templateName: z.string() })

/** What the picture above a text is made of. */
export type MessageMedia = z.infer<typeof mediaSchema>

/** The picture of a message as its row keeps it: what is drawn, not how. */
export function sealMedia(sealer: Sealer, messageId: string, media: MessageMedia): Buffer {
  return sealer.seal(JSON.stringify(media), sealContext.media(messageId))
}

export function drawMedia(sealer: Sealer, message: { id: string; media: Buffer | null }): OutgoingMedia | null {
  if (message.media === null) return null
  const opened = sealer.open(message.media, sealContext.media(message.id))
  const { link, templateName } = mediaSchema.parse(JSON.parse(opened))
  return { mediaType: 'image/png', bytes: drawQr(link), says: link, templateName }
}
