import type { Kysely, Transaction } from 'kysely'
import type { DB } from './database.generated.ts'

export type { DB }

/** What a repository runs on: the pool or one transaction. Always the first argument, so that none is forgotten. */
export type Db = Kysely<DB>
export type Tx = Transaction<DB>
