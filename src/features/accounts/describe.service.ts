import type { Actor } from '../../contracts/access.ts'
import type { Me } from '../../contracts/api/accounts.ts'
import type { Language } from '../../contracts/text/index.ts'
import type { Obligation } from '../../platform/http/access-guard.ts'
import type { Db } from '../database.ts'
import type { RegionsPort } from './accounts.ports.ts'
import { hasTwoFactor } from './accounts.repository.ts'

export type Describe = (
  caller: { actor: Actor; obligation: Obligation | null; language: Language },
  permissions: string[],
) => Promise<Me>

/** What a console must know before it shows anything: who, where, in which words and zone, and what comes first. */
export function createDescribe(deps: { db: Db; regions: RegionsPort; settings: Me['settings'] }): Describe {
  const { db, regions, settings } = deps
  return async ({ actor: { scopes: _, ...actor }, obligation, language }, permissions) => {
    const known = new Map((await regions.listOfficesByIds(db, actor.officeIds)).map(({ id, name }) => [id, name]))
    return {
      ...actor,
      regionName: regions.findRegion(actor.regionCode)?.name ?? null,
      offices: actor.officeIds.map((id) => ({ id, name: known.get(id) ?? '' })),
      timeZone: regions.getTimeZone(actor.regionCode),
      language,
      settings,
      obligation,
      twoFactorEnabled: await hasTwoFactor(db, actor.userId),
      permissions,
    }
  }
}
