import type { Pool } from 'pg'
import { translate } from '../../contracts/text/index.ts'
import { runCreateAccount } from '../../features/accounts/index.ts'
import { runAuditVerify } from '../../features/audit/index.ts'
import { runMembershipImport } from '../../features/bpjs/index.ts'
import { runDataVerify } from '../../features/intake/index.ts'
import { runTemplatesCommand } from '../../features/whatsapp/index.ts'
import { systemClock } from '../../platform/clock.ts'
import { APP_ROLE } from '../../platform/db/app-role.ts'
import { createPool } from '../../platform/db/database.ts'
import { AppError } from '../../platform/errors.ts'
import { uuidIds } from '../../platform/ids.ts'
import type { Command, CommandContext } from '../command.ts'
import { migrateDatabase } from '../migrate-database.ts'
import { getSecrets } from '../secrets.ts'
import { dataChecksOf } from './data-checks.ts'
import { createFeatures, type Features } from './features.ts'
import { prepare } from './prepare.ts'

/** More than this is looked at in the database. */
const DEAD_SHOWN = 200

/** Opens the product as the app would, for as long as one command takes. */
async function withFeatures<Result>(
  context: CommandContext,
  work: (features: Features) => Promise<Result>,
): Promise<Result> {
  const { config, log } = context
  const database = await context.openDatabase()
  const secrets = await getSecrets(config)
  const deps = { config, log, clock: systemClock, ids: uuidIds, database, ...secrets }
  // A command may well be the first thing that is run on a new installation.
  await migrateDatabase(database, log)
  await prepare(deps)
  const pool: Pool = createPool(
    { url: database.url, role: APP_ROLE, poolSize: 4, applicationName: 'puntadewa-command' },
    (error) => log.warn({ reason: error.message }, 'idle database connection lost'),
  )
  try {
    return await work(await createFeatures(deps, pool))
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

const dataVerify: Command = {
  name: 'data verify',
  summary:
    'Check that no row lacks its counterpart, statuses, batches, lists and sums are what a recount gives, and every document opens.',
  run: (context) =>
    withFeatures(context, (features) =>
      runDataVerify({
        verify: () => features.intake.verifyData(dataChecksOf(features)),
        language: 'id',
        print: context.print,
      }),
    ),
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

const outboxDead: Command = {
  name: 'outbox dead',
  summary: 'List work that was given up, newest first.',
  run: (context) =>
    withFeatures(context, async ({ db, outbox }) => {
      const dead = await outbox.listDead(db, DEAD_SHOWN)
      for (const { id, topic, key, attempts, lastErrorCode } of dead) {
        context.print([id, topic, key, attempts, lastErrorCode ?? ''].join('\t'))
      }
      context.print(translate('id', 'common', 'outbox.dead', { count: dead.length }))
      return true
    }),
}

const outboxRetry: Command = {
  name: 'outbox retry',
  parameters: '<id>',
  summary: 'Put one piece of given-up work back.',
  run: (context, args) =>
    withFeatures(context, async ({ db, outbox }) => {
      const id = Number(args[0])
      try {
        await outbox.retryDead(db, Number.isSafeInteger(id) ? id : 0)
        return true
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'not_found') throw error
        context.print(translate('id', 'common', 'outbox.not_dead', { id: args[0] ?? '' }))
        return false
      }
    }),
}

const whatsappTemplates: Command = {
  name: 'whatsapp templates',
  parameters: '[--json]',
  summary:
    'Print the message templates to submit to Meta for WHATSAPP_GATEWAY=cloud; WHATSAPP_MEDIA adds the one with a picture.',
  run: async (context, args) => {
    runTemplatesCommand(args, { withPicture: context.config.whatsapp.receiptPicture, print: context.print })
    return true
  },
}

export const commands: readonly Command[] = [
  accountCreate,
  auditVerify,
  dataVerify,
  membershipImport,
  outboxDead,
  outboxRetry,
  whatsappTemplates,
]
