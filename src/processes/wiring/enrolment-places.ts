import type { EnrolmentPorts } from '../../features/enrolment/index.ts'
import type { Regions } from '../../features/regions/index.ts'

/** Where people live and where they registered, as enrolment asks for it. */
export function enrolmentPlaces(regions: Regions): Pick<EnrolmentPorts, 'regions' | 'offices'> {
  return {
    regions: {
      kabKotaIn: regions.listKabkotaCodes,
      nameOf: (code) => regions.findRegion(code)?.name ?? null,
      timeZoneOf: regions.getTimeZone,
      findPlace(code) {
        const village = regions.findVillage(code)
        return village && { name: village.name, district: village.kecamatan, postalCode: village.postalCode }
      },
    },
    offices: {
      async listByIds(executor, ids) {
        const offices = await regions.listOfficesByIds(executor, ids)
        return offices.map(({ id, kind, name, bpjsFacilityCode }) => ({
          id,
          kind,
          name,
          facilityCode: bpjsFacilityCode,
        }))
      },
    },
  }
}
