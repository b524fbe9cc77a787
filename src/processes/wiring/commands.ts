import type { Pool } from 'pg'
import { runCreateAccount } from '../../features/accounts/index.ts'
import { runAuditVerify } from '../../features/audit/index.ts'
import { runMembershipImport } from '../../features/bpjs/index.ts'
import { systemClock } from '../../platform/clock.ts'
import { APP_ROLE } from '../../platform/db/app-role.ts'
import { createPool } from '../../platform/db/database.ts'
import { uuidIds } from '../../platform/ids.ts'
import type { Command, CommandContext } from '../command.ts'
import { getSecrets } from '../secrets.ts'
import { createFeatures, type Features } from './features.ts'

/** Opens the product as the app would, for as long as one command takes. */
async function withFeatures<Result>(
  context: CommandContext,
  work: (features: Features) => Promise<Result>,
): Promise<Result> {
  const { config, log } = context
  const database = await context.openDatabase()
  const secrets = await getSecrets(config)
  const pool: Pool = createPool(
    { url: database.url, role: APP_ROLE, poolSize: 4, applicationName: 'puntadewa-command' },
    (error) => log.warn({ reason: error.message }, 'idle database connection lost'),
  )
  try {
    return await work(
      await createFeatures({ config, log, clock: systemClock, ids: uuidIds, database, ...secrets }, pool),
    )
  } finally {
    await pool.end()
  }
}

const auditVerify: Command = {
  name: 'audit verify',
  parameters: '[--head <position>:<hash>]',
  summary: 'Check that no entry of the audit log was changed, removed or inserted.',
  run: (context, args) =>
    withFeatures(context, async ({ audit }) => {
      const notedHead = args[0] === '--head' ? args[1] : undefined
      return (await runAuditVerify({ audit, notedHead, language: 'id', print: context.print })) === 0
    }),
}

const membershipImport: Command = {
  name: 'membership import',
  parameters: '<file.csv> --month <yyyy-MM>',
  summary: 'Import a monthly membership list for BPJS_SOURCE=list.',
  run: (context, args) =>
    withFeatures(context, async ({ bpjs }) => {
      const code = await runMembershipImport(args, {
        importList: bpjs.importList,
        write: context.print,
        language: 'id',
      })
      return code === 0
    }),
}

const accountCreate: Command = {
  name: 'account create',
  parameters: '<username> --name <name> --region <code>',
  summary: 'Create an account, by default an admin; prints its one-time password.',
  run: (context, args) =>
    withFeatures(context, ({ accounts }) => runCreateAccount(args, { accounts, language: 'id', print: context.print })),
}

export const commands: readonly Command[] = [accountCreate, auditVerify, membershipImport]
