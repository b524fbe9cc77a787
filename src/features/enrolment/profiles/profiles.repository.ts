import { sql } from 'kysely'
import { type ProfileDefinition, profileDefinitionSchema } from '../../../contracts/api/template-profiles.ts'
import type { Db, Tx } from '../../database.ts'

export type StoredProfile = {
  id: string
  /** Null: shipped with the product. */
  regionCode: string | null
  name: string
  version: number
  changedAt: Date
  definition: ProfileDefinition
}

type Row = {
  id: string
  region_code: string | null
  name: string
  version: number
  created_at: Date
  definition: unknown
}

const readProfile = (row: Row): StoredProfile => ({
  id: row.id,
  regionCode: row.region_code,
  name: row.name,
  version: row.version,
  changedAt: row.created_at,
  definition: profileDefinitionSchema.parse(row.definition),
})

const versions = (executor: Db, regionCodes: readonly string[]) =>
  executor
    .selectFrom('template_profile as p')
    .innerJoin('template_profile_version as v', 'v.profile_id', 'p.id')
    .select(['p.id', 'p.region_code', 'v.name', 'v.version', 'v.created_at', 'v.definition'])
    .where(sql<boolean>`(p.region_code IS NULL OR p.region_code = ANY(${[...regionCodes]}::text[]))`)

/** The newest version of each: shipped ones, and those of these kab/kota. */
export async function listProfiles(executor: Db, regionCodes: readonly string[]): Promise<StoredProfile[]> {
  const rows = await versions(executor, regionCodes)
    .distinctOn('p.id')
    .orderBy('p.id')
    .orderBy('v.version', 'desc')
    .limit(500)
    .execute()
  return rows.map(readProfile)
}

/** One version of a profile, the newest without a number. */
export async function findProfile(
  executor: Db,
  regionCodes: readonly string[],
  profileId: string,
  version?: number,
): Promise<StoredProfile | undefined> {
  let query = versions(executor, regionCodes).where('p.id', '=', profileId)
  if (version !== undefined) query = query.where('v.version', '=', version)
  const row = await query.orderBy('v.version', 'desc').limit(1).executeTakeFirst()
  return row && readProfile(row)
}

/** Whoever edits it waits; the version that it has now. */
export async function lockProfile(tx: Tx, profileId: string): Promise<number> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`template_profile:${profileId}`}, 0))`.execute(tx)
  const row = await tx
    .selectFrom('template_profile_version')
    .select((eb) => eb.fn.max('version').as('version'))
    .where('profile_id', '=', profileId)
    .executeTakeFirst()
  return Number(row?.version ?? 0)
}

export async function insertProfile(
  tx: Tx,
  profile: { id: string; regionCode: string; by: string; at: Date },
): Promise<void> {
  await tx
    .insertInto('template_profile')
    .values({ id: profile.id, region_code: profile.regionCode, created_by: profile.by, created_at: profile.at })
    .execute()
}

export async function insertVersion(
  tx: Tx,
  version: {
    profileId: string
    version: number
    name: string
    definition: ProfileDefinition
    by: string
    at: Date
  },
): Promise<void> {
  await tx
    .insertInto('template_profile_version')
    .values({
      profile_id: version.profileId,
      version: version.version,
      name: version.name,
      definition: JSON.stringify(version.definition),
      created_by: version.by,
      created_at: version.at,
    })
    .execute()
}
