import { sql } from 'kysely'
import { type BpjsHealth, bpjsHealthSchema } from '../../contracts/api/bpjs.ts'
import type { Db } from '../database.ts'

export async function storeHealth(db: Db, health: BpjsHealth, newsAt: string): Promise<void> {
  await sql`
    INSERT INTO bpjs_source_health AS known (source, news_at, health)
    VALUES (${health.source}, ${newsAt}, ${JSON.stringify(health)}::jsonb)
    ON CONFLICT (source) DO UPDATE SET news_at = EXCLUDED.news_at, health = EXCLUDED.health
      WHERE known.news_at <= EXCLUDED.news_at`.execute(db)
}

/** Undefined: nobody has asked this source yet, or another release of ours wrote it. */
export async function findHealth(db: Db, source: string): Promise<BpjsHealth | undefined> {
  const row = await db.selectFrom('bpjs_source_health').select('health').where('source', '=', source).executeTakeFirst()
  return bpjsHealthSchema.safeParse(row?.health).data
}
