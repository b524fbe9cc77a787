import type { Command } from '../command.ts'
import { migrateDatabase } from '../migrate-database.ts'

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Bring the database up to date (npm start does it by itself).',
  async run(context) {
    const ran = await migrateDatabase(await context.openDatabase(), context.log)
    context.print(ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`)
    return true
  },
}
