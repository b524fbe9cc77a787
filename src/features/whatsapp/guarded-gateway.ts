import { AppError } from '../../platform/errors.ts'
import { holdsIdentityNumber } from './identity-guard.domain.ts'
import type { WhatsAppGateway } from './whatsapp.ports.ts'

/**
 * The only way out to a gateway. Refuses a text that holds an unmasked NIK, KK or JKN card number (`message_holds_identity_number`)
 * before anything leaves; everything else passes through.
 */
export function guardGateway(gateway: WhatsAppGateway): WhatsAppGateway {
  return {
    name: gateway.name,
    start: () => gateway.start(),
    stop: () => gateway.stop(),
    health: () => gateway.health(),
    resolve: (number) => gateway.resolve(number),
    lookUpByReference: (reference) => gateway.lookUpByReference(reference),
    onReceipt: (handler) => gateway.onReceipt(handler),
    onInbound: (handler) => gateway.onInbound(handler),
    async send(message) {
      if (holdsIdentityNumber(message.text)) throw new AppError('message_holds_identity_number')
      return await gateway.send(message)
    },
  }
}
