import { sql } from 'kysely'
import type { Db, Tx } from '../database.ts'
import type { ChainHead, SealableEvent } from './audit.domain.ts'

/** Only one sealer at a time; the others leave at once instead of waiting. Held to the end of the transaction. */
export async function tryLockChain(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('puntadewa.audit_chain')) as locked
  `.execute(tx)
  return rows[0]?.locked === true
}

export async function findHead(executor: Db): Promise<(ChainHead & { mac: Buffer }) | undefined> {
  const row = await executor.selectFrom('audit_chain_head').selectAll().executeTakeFirst()
  return (
    row && {
      position: row.position,
      hash: row.hash,
      sealedBelow: row.sealed_below,
      sealedAt: row.sealed_at,
      mac: row.mac,
    }
  )
}

export type Horizon = {
  /** Every transaction below has ended: nothing can appear below it any more. */
  settled: string
  /** No transaction of this server has this number or a higher one yet. */
  next: string
}

export async function readHorizon(executor: Db): Promise<Horizon> {
  const { rows } = await sql<Horizon>`
    select pg_snapshot_xmin(snapshot)::text as settled, pg_snapshot_xmax(snapshot)::text as next
    from pg_current_snapshot() snapshot
  `.execute(executor)
  const [horizon] = rows
  if (!horizon) throw new Error('the database gave no snapshot')
  return horizon
}

// jsonb's and uuid's text and the microseconds of a timestamp are the same in every release and time zone.
const SEALABLE = sql.raw(`
  e.id::text as id, e.tx::text as tx, (extract(epoch from e.at) * 1000000)::bigint::text as at, e.writer,
  e.actor_id as "actorId", e.actor_role as "actorRole", e.office_id::text as "officeId",
  e.region_code as "regionCode", e.action, e.subject_type as "subjectType", e.subject_id as "subjectId",
  e.request_id as "requestId", e.details::text as details
`)

/** Entries of ended transactions that are not in the chain, in the order of their transactions. */
export async function listUnsealed(
  executor: Db,
  range: { from: string; horizon: Horizon; beyondNext: boolean; limit: number },
): Promise<SealableEvent[]> {
  const { from, horizon, beyondNext, limit } = range
  const beyond = beyondNext ? sql`or e.tx >= ${horizon.next}::xid8` : sql``
  const { rows } = await sql<SealableEvent>`
    select ${SEALABLE}
    from audit_event e
    where ((e.tx >= ${from}::xid8 and e.tx < ${horizon.settled}::xid8) ${beyond})
      and not exists (select from audit_chain c where c.event_id = e.id)
    order by e.tx, e.id
    limit ${limit}
  `.execute(executor)
  return rows
}

export async function insertLinks(
  tx: Tx,
  links: readonly { position: number; eventId: string; hash: Buffer }[],
): Promise<void> {
  await sql`
    insert into audit_chain (position, event_id, hash)
    select * from unnest(
      ${links.map((link) => link.position)}::bigint[],
      ${links.map((link) => link.eventId)}::bigint[],
      ${links.map((link) => link.hash)}::bytea[]
    )
  `.execute(tx)
}

export async function putHead(tx: Tx, head: ChainHead, mac: Buffer): Promise<void> {
  const row = {
    position: head.position,
    hash: head.hash,
    sealed_below: head.sealedBelow,
    sealed_at: head.sealedAt,
    mac,
  }
  await tx
    .insertInto('audit_chain_head')
    .values(row)
    .onConflict((conflict) => conflict.column('singleton').doUpdateSet(row))
    .execute()
}

export type StoredLink = { position: number; hash: Buffer; event: SealableEvent | undefined }

/** Links after `position` in order, each with its entry if that is still there. */
export async function listLinks(executor: Db, position: number, limit: number): Promise<StoredLink[]> {
  type Row = SealableEvent & { position: number; hash: Buffer; id: string | null }
  const { rows } = await sql<Row>`
    select c.position, c.hash, ${SEALABLE}
    from audit_chain c
    left join audit_event e on e.id = c.event_id
    where c.position > ${position}
    order by c.position
    limit ${limit}
  `.execute(executor)
  return rows.map(({ position: at, hash, ...event }) => ({
    position: at,
    hash,
    event: event.id === null ? undefined : event,
  }))
}

/**
 * The first entry outside the chain that cannot be the product's latest: everything of its time is in the chain, or its
 * transaction has not been yet, or another role wrote it.
 */
export async function findForeign(
  executor: Db,
  known: {
    sealedBelow: string
    horizon: Horizon
    writer: string
    /** Only entries of transactions from here on. */
    sinceTx?: string | undefined
    /** Only entries of transactions before this one. */
    untilTx?: string | undefined
  },
): Promise<{ eventId: number } | undefined> {
  const { sealedBelow, horizon, writer, sinceTx, untilTx } = known
  const since = sinceTx === undefined ? sql`` : sql`and e.tx >= ${sinceTx}::xid8`
  const until = untilTx === undefined ? sql`` : sql`and e.tx < ${untilTx}::xid8`
  const { rows } = await sql<{ eventId: number }>`
    select e.id as "eventId"
    from audit_event e
    where (e.tx < ${sealedBelow}::xid8 or e.tx >= ${horizon.next}::xid8 or e.writer <> ${writer})
      ${since} ${until}
      and not exists (select from audit_chain c where c.event_id = e.id)
    order by e.tx, e.id
    limit 1
  `.execute(executor)
  return rows[0]
}

/** The transaction of the entry at a position of the chain. */
export async function findTxAt(executor: Db, position: number): Promise<string | undefined> {
  const { rows } = await sql<{ tx: string }>`
    select e.tx::text as tx
    from audit_chain c
    join audit_event e on e.id = c.event_id
    where c.position = ${position}
  `.execute(executor)
  return rows[0]?.tx
}

export async function countUnsealed(executor: Db, sealedBelow: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count
    from audit_event e
    where e.tx >= ${sealedBelow}::xid8 and not exists (select from audit_chain c where c.event_id = e.id)
  `.execute(executor)
  return rows[0]?.count ?? 0
}
