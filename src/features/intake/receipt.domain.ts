import { renderSVG } from 'uqr'
import { translate } from '../../contracts/text/index.ts'

/** What stands on every receipt of an installation. */
export type ReceiptSettings = {
  /** Where residents look up a status, for example `${PUBLIC_URL}/status`. */
  statusUrl: string
  /** The number residents write to, E.164 digits; null: nobody answers there. */
  whatsappNumber: string | null
}

/**
 * Opens a chat with the office in which the resident only has to press "send". The text is Indonesian whatever the officer reads,
 * and the receipt number ends it, so that nothing sticks to it.
 */
export function composeWhatsappLink(whatsappNumber: string, receiptNumber: string): string {
  const text = translate('id', 'intake', 'receipt.first_text', { receiptNumber })
  return `https://wa.me/${whatsappNumber}?text=${encodeURIComponent(text)}`
}

/** The status page with the receipt number filled in; what only the resident knows is still asked. */
export const composeStatusLink = (statusUrl: string, receiptNumber: string): string =>
  `${statusUrl}?receiptNumber=${encodeURIComponent(receiptNumber)}`

// A receipt is folded and carried around: M bears 15 % of damage. Four modules of margin are what the standard asks for.
export const QR_OPTIONS = { ecc: 'M', border: 4 } as const

export const renderQr = (link: string): string => renderSVG(link, QR_OPTIONS)
