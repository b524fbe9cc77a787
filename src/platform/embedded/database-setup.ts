import { Client } from 'pg'
import { APP_ROLE } from '../db/app-role.ts'
import type { ClusterSettings } from './cluster.ts'

export const DATABASE = 'puntadewa'
export const OWNER = 'puntadewa_owner'
export const LOGIN = 'puntadewa'

/**
 * Owner, login and database. Checked at every start, one thing after the other, so that the next start completes what
 * an interrupted one has left out. Our passwords are base64url: nothing in them needs escaping.
 */
export async function ensureDatabase(superuserUrl: string, settings: ClusterSettings): Promise<void> {
  const client = new Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    const roles = await client.query<{ name: string }>('SELECT rolname AS name FROM pg_roles')
    const hasRole = (name: string): boolean => roles.rows.some((row) => row.name === name)
    if (!hasRole(APP_ROLE)) await client.query(`CREATE ROLE ${APP_ROLE} NOLOGIN`)
    if (!hasRole(OWNER)) {
      await client.query(`CREATE ROLE ${OWNER} LOGIN CREATEROLE PASSWORD '${settings.ownerPassword}'`)
    }
    if (!hasRole(LOGIN)) await client.query(`CREATE ROLE ${LOGIN} LOGIN PASSWORD '${settings.appPassword}'`)
    await client.query(`GRANT ${APP_ROLE} TO ${OWNER} WITH ADMIN OPTION`)
    await client.query(`GRANT ${APP_ROLE} TO ${LOGIN}`)
    const databases = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER} TEMPLATE template0`)
  } finally {
    await client.end()
  }
}
