import { drawQr } from '../../src/features/whatsapp/qr-picture.domain.ts'
import type { OutgoingMedia } from '../../src/features/whatsapp/whatsapp.ports.ts'

/** What the code on an invented receipt says. */
export const RECEIPT_LINK = 'https://puntadewa.example/status?receiptNumber=PDW-3274-2611-000123-K'

/** The picture of it, as it is handed to a transport. */
export const RECEIPT_MEDIA: OutgoingMedia = {
  mediaType: 'image/png',
  bytes: drawQr(RECEIPT_LINK),
  says: RECEIPT_LINK,
  templateName: 'puntadewa_received_picture_v1',
}
