import { hashPassword, verifyPassword } from 'better-auth/crypto'
import type { Role } from '../../contracts/access.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { syntheticEmail } from './accounts.domain.ts'
import {
  findPasswordHash,
  findUserIdByUsername,
  insertAccount,
  replaceOffices,
  updatePasswordHash,
} from './accounts.repository.ts'

/** Where the demo's people work. */
export type DemoPlaces = {
  regionCode: string
  puskesmas: string
  otherPuskesmas: string
  healthOffice: string
}

export type DemoAccount = { username: Role; displayName: string; officeIds: string[] }

const listDemoAccounts = (places: DemoPlaces): DemoAccount[] => [
  { username: 'petugas', displayName: 'Dewi Lestari (petugas)', officeIds: [places.puskesmas] },
  { username: 'kader', displayName: 'Siti Rohmah (kader)', officeIds: [places.otherPuskesmas] },
  { username: 'verifikator', displayName: 'Agus Salim (verifikator)', officeIds: [places.healthOffice] },
  { username: 'supervisor', displayName: 'Ratna Sari (supervisor)', officeIds: [places.healthOffice] },
  { username: 'penyetuju', displayName: 'Bambang Irawan (penyetuju)', officeIds: [places.healthOffice] },
  { username: 'auditor', displayName: 'Hendra Wijaya (auditor)', officeIds: [places.healthOffice] },
  { username: 'admin', displayName: 'Admin Dinas Kesehatan', officeIds: [places.healthOffice] },
]

/**
 * One account per role, its name the role's, all with the same password. May be repeated: an account that is there stays
 * as it is, only its password follows `password` when that has changed. All seven share one hash, so that a start costs one
 * scrypt (80 ms) and not seven; outside a demo every account has its own.
 */
export async function seedDemoAccounts(
  db: Db,
  { clock, ids }: { clock: Clock; ids: Ids },
  given: { password: string; places: DemoPlaces },
): Promise<DemoAccount[]> {
  const accounts = listDemoAccounts(given.places)
  const present = new Map<string, string>()
  for (const { username } of accounts) {
    const id = await findUserIdByUsername(db, username)
    if (id !== undefined) present.set(username, id)
  }
  const firstId = present.values().next().value
  const storedHash = firstId === undefined ? undefined : await findPasswordHash(db, firstId)
  const isCurrent = storedHash !== undefined && (await verifyPassword({ hash: storedHash, password: given.password }))
  if (isCurrent && present.size === accounts.length) return accounts

  const passwordHash = isCurrent ? storedHash : await hashPassword(given.password)
  await db.transaction().execute(async (tx) => {
    const at = clock.now()
    for (const account of accounts) {
      const presentId = present.get(account.username)
      if (presentId !== undefined) {
        await updatePasswordHash(tx, presentId, passwordHash, at)
        continue
      }
      const id = ids.next()
      const isNew = await insertAccount(tx, {
        id,
        credentialId: ids.next(),
        username: account.username,
        email: syntheticEmail(account.username),
        displayName: account.displayName,
        role: account.username,
        regionCode: given.places.regionCode,
        passwordHash,
        mustChangePassword: false,
        createdBy: null,
        at,
      })
      // Another process seeds at the same time: its account is as good.
      if (isNew) await replaceOffices(tx, id, account.officeIds)
    }
  })
  return accounts
}
