import { AppError } from '../../platform/errors.ts'
import { holdsIdentityNumber } from './identity-guard.domain.ts'
import type { WhatsAppGateway } from './whatsapp.ports.ts'

/**
 * The only way out to a gateway. Refuses a text, a parameter of its template or a code in its picture that holds an unmasked NIK, KK or JKN
 * card number (`message_holds_identity_number`) before anything leaves; everything else passes through.
 */
export function guardGateway(gateway: WhatsAppGateway): WhatsAppGateway {
  const { findNumber } = gateway
  return {
    name: gateway.name,
    start: () => gateway.start(),
    stop: () => gateway.stop(),
    health: () => gateway.health(),
    resolve: (number) => gateway.resolve(number),
    ...(findNumber && { findNumber: (alias) => findNumber.call(gateway, alias) }),
    lookUpByReference: (reference, to) => gateway.lookUpByReference(reference, to),
    onReceipt: (handler) => gateway.onReceipt(handler),
    onInbound: (handler) => gateway.onInbound(handler),
    onOwnText: (handler) => gateway.onOwnText(handler),
    onTrouble: (handler) => gateway.onTrouble(handler),
    async send(message) {
      const parameters = message.template?.parameters ?? []
      const drawn = message.media ? [message.media.says] : []
      if ([message.text, ...parameters, ...drawn].some(holdsIdentityNumber))
        throw new AppError('message_holds_identity_number')
      return await gateway.send(message)
    },
  }
}
