import type { ComparedField } from '../../contracts/api/proposals.ts'
import { maskNik } from '../../contracts/primitives/nik.ts'
import type { Db } from '../database.ts'
import { maskPhone } from './compare-people.ts'
import { findLastCorrection } from './correction.repository.ts'
import type { IntakePorts } from './intake.ports.ts'
import type { ProposalRow } from './proposal.repository.ts'
import type { IntakeSealing } from './sealing.ts'

type Deps = {
  sealing: Pick<IntakeSealing, 'openCorrection'>
  regions: Pick<IntakePorts['regions'], 'villageName'>
}

/** What the last correction made of each field, as people may see it: numbers masked, and compared whole. */
export async function listCorrected(
  { sealing, regions }: Deps,
  executor: Db,
  { proposalId, snapshot }: Pick<ProposalRow, 'proposalId' | 'snapshot'>,
): Promise<ComparedField[]> {
  // The first content has been corrected by nobody.
  const last = snapshot.version > 1 ? await findLastCorrection(executor, proposalId) : undefined
  if (!last) return []
  const shown = (field: string, value: string | null): string | null => {
    if (value === null) return null
    if (field === 'nik' || field === 'familyCardNumber') return maskNik(value)
    if (field === 'whatsappNumber') return maskPhone(value)
    return field === 'address.villageCode' ? (regions.villageName(value) ?? value) : value
  }
  return sealing.openCorrection(proposalId, last.version, last.fieldsSealed).map(({ field, before, after }) => ({
    field,
    left: shown(field, before),
    right: shown(field, after),
    differs: before !== after,
  }))
}
