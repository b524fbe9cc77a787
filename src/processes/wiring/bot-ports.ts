import type { Db } from '../../features/database.ts'
import type { Intake } from '../../features/intake/index.ts'
import type { Regions } from '../../features/regions/index.ts'
import type { BotOffice, BotPorts } from '../../features/whatsapp/index.ts'
import { AppError } from '../../platform/errors.ts'

const NO_OFFICE: BotOffice = { name: '', address: null, openingHours: {} }

/** What the bot may ask the other features. */
export function createBotPorts({
  intake,
  regions,
}: {
  intake: Pick<Intake, 'listIntakesOfPhone' | 'showToPhone' | 'lookUpPublicStatus'>
  regions: Pick<Regions, 'findOffice' | 'listOfficesByIds' | 'listServedVillages' | 'listOpenOffices' | 'findVillage'>
}): BotPorts {
  const officesOf = async (executor: Db, ids: readonly string[]): Promise<ReadonlyMap<string, BotOffice>> =>
    new Map((await regions.listOfficesByIds(executor, [...new Set(ids)])).map((office) => [office.id, office]))

  return {
    intakes: {
      async listByPhone(tx, phone, limit) {
        const intakes = await intake.listIntakesOfPhone(tx, phone, limit)
        const offices = await officesOf(
          tx,
          intakes.map(({ officeId }) => officeId),
        )
        return intakes.map((one) => ({ ...one, office: offices.get(one.officeId) ?? NO_OFFICE }))
      },
      async show(tx, phone, intakeId) {
        const shown = await intake.showToPhone(tx, phone, intakeId)
        if (!shown) return undefined
        return { ...shown, office: (await officesOf(tx, [shown.officeId])).get(shown.officeId) ?? NO_OFFICE }
      },
    },
    publicStatus: {
      async look(tx, query) {
        try {
          return { kind: 'found', ...(await intake.lookUpPublicStatus(tx, query)) }
        } catch (error) {
          if (!(error instanceof AppError)) throw error
          if (error.code === 'not_found') return { kind: 'not_found' }
          if (error.code === 'receipt_locked') return { kind: 'locked' }
          throw error
        }
      },
    },
    places: {
      async listVillages(tx) {
        const villages = await regions.listServedVillages(tx)
        return villages.map(({ code, name }) => ({
          code,
          name,
          kecamatan: regions.findVillage(code)?.kecamatan.name ?? '',
        }))
      },
      findVillage(code) {
        const village = regions.findVillage(code)
        return village && { code, name: village.name, kecamatan: village.kecamatan.name }
      },
      listDesks: (tx, villageCode) =>
        regions.listOpenOffices(tx, regions.findVillage(villageCode)?.kabkota.code ?? villageCode.slice(0, 5)),
    },
  }
}
