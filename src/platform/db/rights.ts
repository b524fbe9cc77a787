import { Client } from 'pg'
import { APP_ROLE } from './app-role.ts'

export type LoginRights = { login: string; ownsSchema: boolean; mayActAsApp: boolean }

/** What the login of `url` may do on a migrated database. */
export async function getLoginRights(url: string): Promise<LoginRights> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const { rows } = await client.query<LoginRights>(
      `SELECT current_user AS login,
              pg_has_role(current_user, c.relowner, 'MEMBER') AS "ownsSchema",
              pg_has_role(current_user, $1, 'MEMBER') AS "mayActAsApp"
       FROM pg_class c WHERE c.oid = 'schema_migration'::regclass`,
      [APP_ROLE],
    )
    const [rights] = rows
    if (!rights) throw new Error('the database is not migrated')
    return rights
  } finally {
    await client.end()
  }
}
