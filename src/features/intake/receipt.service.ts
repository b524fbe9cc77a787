import type { Actor } from '../../contracts/access.ts'
import type { ReceiptView } from '../../contracts/api/receipts.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'
import { findIntake } from './proposal.repository.ts'
import { composeStatusLink, composeWhatsappLink, type ReceiptSettings, renderQr } from './receipt.domain.ts'
import { scopeOf } from './scope.ts'

export type ReceiptDeps = {
  db: Db
  ports: Pick<IntakePorts, 'regions' | 'offices' | 'audit'>
  receipt: ReceiptSettings
}

/** What an officer prints or shows for a household to take home. */
export function createReceipts({ db, ports, receipt }: ReceiptDeps) {
  return {
    /**
     * Receipt number, office, day and the two links as QR codes. No name and no number of a person. Audited like a look at the
     * intake; repeatable. Outside the caller's scope: `not_found`.
     */
    async getReceipt(actor: Actor, intakeId: string, requestId: string): Promise<ReceiptView> {
      const intake = await findIntake(db, scopeOf(actor, ports.regions.kabKotaIn), intakeId)
      if (!intake) throw new AppError('not_found')
      const [officeName] = await Promise.all([
        ports.offices.nameOf(intake.officeId),
        ports.audit.write({
          actorId: actor.userId,
          actorRole: actor.role,
          action: 'read_intake',
          subjectType: 'intake',
          subjectId: intakeId,
          requestId,
          officeId: actor.officeId,
          regionCode: actor.regionCode,
          details: { part: 'receipt' },
        }),
      ])
      const { receiptNumber } = intake
      const statusUrl = composeStatusLink(receipt.statusUrl, receiptNumber)
      const whatsappUrl = receipt.whatsappNumber && composeWhatsappLink(receipt.whatsappNumber, receiptNumber)
      return {
        intakeId,
        receiptNumber,
        officeName,
        submittedOn: dayInZone(intake.submittedAt, ports.regions.timeZoneOf(intake.regionCode)),
        statusUrl,
        statusQrSvg: renderQr(statusUrl),
        whatsappUrl,
        whatsappQrSvg: whatsappUrl && renderQr(whatsappUrl),
      }
    },
  }
}
export type Receipts = ReturnType<typeof createReceipts>
