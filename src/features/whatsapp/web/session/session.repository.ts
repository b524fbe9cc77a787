import { sql } from 'kysely'
import type { Db } from '../../../database.ts'
import type { KeyShape } from '../engine.ports.ts'
import type { Command, EndReason, Resting, SessionState } from './supervisor.domain.ts'

const ID = 'web'

/** A code with the moment it was made and the one after which it is of no use. Sealed. */
export type SealedCode = { sealed: Buffer; at: Date; expiresAt: Date }

/** What the holder writes about the session. */
export type HeldState = {
  state: SessionState
  detail: string | null
  since: Date
  generation: number
  pageState: string | null
  webVersion: string | null
  keyShape: KeyShape | null
  rssBytes: number | null
  probedAt: Date | null
  lastEventAt: Date | null
  lastReceiptAt: Date | null
  oldestUnreceiptedAt: Date | null
  qr: SealedCode | null
  pairingCode: SealedCode | null
}

export type StoredSession = Omit<HeldState, 'state' | 'keyShape'> & {
  state: string
  keyShape: string | null
  /** Null when nobody holds it or the lease has ended. */
  holder: string | null
}

const leaseEnd = (leaseMs: number) => sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`
// All of these go by the clock of the database: the clocks of two machines differ.
const stillHeld = sql<boolean>`lease_until > clock_timestamp()`
const free = sql<boolean>`(lease_until IS NULL OR lease_until <= clock_timestamp())`

/** Nothing is known (any more) of what a browser says. */
const NOTHING_SEEN = {
  page_state: null,
  probed_at: null,
  oldest_unreceipted_at: null,
  qr: null,
  qr_at: null,
  qr_expires_at: null,
  pairing_code: null,
  pairing_code_at: null,
  pairing_code_expires_at: null,
}

/**
 * Takes the session over when nobody holds it, or from the holder with the token `evenFrom`. Of any number of takers at a time one
 * gets it; the others get undefined. What only a person ends (`resting`) outlives every holder.
 */
export async function takeLease(
  executor: Db,
  lease: { holder: string; leaseMs: number; at: Date; evenFrom?: number },
): Promise<{ token: number; generation: number; resting: Resting | null } | undefined> {
  const rests = sql<boolean>`state = 'action_required'`
  const row = await executor
    .updateTable('whatsapp_session')
    .set((eb) => ({
      holder: lease.holder,
      token: eb('token', '+', 1),
      lease_until: leaseEnd(lease.leaseMs),
      // What the holder before it said of its browser is true no more.
      ...NOTHING_SEEN,
      state: sql<string>`CASE WHEN ${rests} THEN state ELSE 'starting' END`,
      detail: sql<string | null>`CASE WHEN ${rests} THEN detail END`,
      since: sql<Date>`CASE WHEN ${rests} THEN since ELSE ${lease.at}::timestamptz END`,
    }))
    .where('id', '=', ID)
    .where((eb) => (lease.evenFrom === undefined ? free : eb.or([free, eb('token', '=', lease.evenFrom)])))
    .returning(['token', 'generation', 'state', 'detail', 'since'])
    .executeTakeFirst()
  if (!row) return undefined
  const { token, generation, state, detail, since } = row
  const isResting = state === 'action_required' && detail !== null
  return { token, generation, resting: isResting ? { reason: detail as EndReason, since } : null }
}

/** Who holds the session just now; undefined when nobody does. */
export async function findHolder(executor: Db): Promise<{ holder: string; token: number } | undefined> {
  const row = await executor
    .selectFrom('whatsapp_session')
    .select(['holder', 'token'])
    .where('id', '=', ID)
    .where(stillHeld)
    .executeTakeFirst()
  return row?.holder ? { holder: row.holder, token: row.token } : undefined
}

/** Renews the lease and writes how the session is. False: somebody else has taken it, or it has ended; nothing was written. */
export async function renewLease(
  executor: Db,
  lease: { token: number; leaseMs: number },
  held: HeldState,
): Promise<boolean> {
  const { qr, pairingCode } = held
  const result = await executor
    .updateTable('whatsapp_session')
    .set((eb) => ({
      lease_until: leaseEnd(lease.leaseMs),
      state: held.state,
      detail: held.detail,
      since: held.since,
      generation: held.generation,
      page_state: held.pageState,
      web_version: held.webVersion,
      key_shape: held.keyShape,
      rss_bytes: held.rssBytes,
      probed_at: held.probedAt,
      // A holder that has heard nothing yet knows nothing of what those before it heard.
      last_event_at: eb.fn.coalesce(eb.val(held.lastEventAt), 'last_event_at'),
      last_receipt_at: eb.fn.coalesce(eb.val(held.lastReceiptAt), 'last_receipt_at'),
      oldest_unreceipted_at: held.oldestUnreceiptedAt,
      qr: qr?.sealed ?? null,
      qr_at: qr?.at ?? null,
      qr_expires_at: qr?.expiresAt ?? null,
      pairing_code: pairingCode?.sealed ?? null,
      pairing_code_at: pairingCode?.at ?? null,
      pairing_code_expires_at: pairingCode?.expiresAt ?? null,
    }))
    .where('id', '=', ID)
    .where('token', '=', lease.token)
    .where(stillHeld)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/**
 * Gives the session back so that another one need not wait for the end of the lease, and leaves it what only a person ends. Nothing when
 * it was lost already.
 */
export async function giveLeaseBack(
  executor: Db,
  token: number,
  at: Date,
  resting: Resting | null = null,
): Promise<void> {
  await executor
    .updateTable('whatsapp_session')
    .set({
      holder: null,
      lease_until: null,
      ...NOTHING_SEEN,
      ...(resting
        ? { state: 'action_required', detail: resting.reason, since: resting.since }
        : { state: 'offline', detail: null, since: at }),
    })
    .where('id', '=', ID)
    .where('token', '=', token)
    .where(stillHeld)
    .execute()
}

export async function getSession(executor: Db): Promise<StoredSession> {
  const row = await executor
    .selectFrom('whatsapp_session')
    .selectAll()
    .select(stillHeld.as('isHeld'))
    .where('id', '=', ID)
    .executeTakeFirstOrThrow()
  const codeOf = (sealed: Buffer | null, at: Date | null, expiresAt: Date | null): SealedCode | null =>
    row.isHeld && sealed && at && expiresAt ? { sealed, at, expiresAt } : null
  return {
    // A holder that died says nothing any more about the browser that died with it.
    holder: row.isHeld ? row.holder : null,
    state: row.isHeld ? row.state : 'offline',
    detail: row.isHeld ? row.detail : null,
    since: row.isHeld || row.lease_until === null ? row.since : row.lease_until,
    generation: row.generation,
    pageState: row.isHeld ? row.page_state : null,
    webVersion: row.web_version,
    keyShape: row.key_shape,
    rssBytes: row.rss_bytes === null ? null : Number(row.rss_bytes),
    probedAt: row.probed_at,
    lastEventAt: row.last_event_at,
    lastReceiptAt: row.last_receipt_at,
    oldestUnreceiptedAt: row.oldest_unreceipted_at,
    qr: codeOf(row.qr, row.qr_at, row.qr_expires_at),
    pairingCode: codeOf(row.pairing_code, row.pairing_code_at, row.pairing_code_expires_at),
  }
}

/** Blind index of the number that was linked last; null: none was yet. */
export async function findOwnNumber(executor: Db): Promise<Buffer | null> {
  const row = await executor
    .selectFrom('whatsapp_session')
    .select('own_number_index')
    .where('id', '=', ID)
    .executeTakeFirstOrThrow()
  return row.own_number_index
}

/** Nothing when the lease is lost: the next holder finds the same. */
export async function recordOwnNumber(executor: Db, token: number, index: Buffer): Promise<void> {
  await executor
    .updateTable('whatsapp_session')
    .set({ own_number_index: index })
    .where('id', '=', ID)
    .where('token', '=', token)
    .where(stillHeld)
    .execute()
}

export type RequestKind = Command | 'pairing_code'

/** Asks the holder for something. Asking again while it is open changes the number at most. Numbers asked for before are forgotten. */
export async function addRequest(
  executor: Db,
  request: { id: string; kind: RequestKind; phone: Buffer | null; at: Date },
): Promise<void> {
  // Of a holder that died with it.
  await executor
    .updateTable('whatsapp_session_request')
    .set({ phone: null })
    .where('taken_at', 'is not', null)
    .where('taken_at', '<', request.at)
    .where('phone', 'is not', null)
    .execute()
  await executor
    .insertInto('whatsapp_session_request')
    .values({ id: request.id, kind: request.kind, phone: request.phone, requested_at: request.at })
    .onConflict((conflict) =>
      conflict
        .column('kind')
        .where('taken_at', 'is', null)
        .doUpdateSet((eb) => ({
          id: eb.ref('excluded.id'),
          phone: eb.ref('excluded.phone'),
          requested_at: request.at,
        })),
    )
    .execute()
}

export type OpenRequest = { id: string; kind: RequestKind; phone: Buffer | null; requestedAt: Date }

/**
 * Takes what is asked, oldest first; only under a token that still holds. What one holder has taken it never takes again; what it died over
 * the next one takes: all of it can be done twice.
 */
export async function takeRequests(executor: Db, token: number, at: Date): Promise<OpenRequest[]> {
  const rows = await executor
    .updateTable('whatsapp_session_request')
    .set({ taken_at: at, taken_token: token })
    .where('outcome', 'is', null)
    .where((eb) => eb.or([eb('taken_token', 'is', null), eb('taken_token', '<', token)]))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('whatsapp_session')
          .select('whatsapp_session.id')
          .where('whatsapp_session.id', '=', ID)
          .where('token', '=', token)
          .where(stillHeld),
      ),
    )
    .returning(['id', 'kind', 'phone', 'requested_at'])
    .execute()
  return rows
    .toSorted((a, b) => a.requested_at.getTime() - b.requested_at.getTime())
    .map((row) => ({ id: row.id, kind: row.kind as RequestKind, phone: row.phone, requestedAt: row.requested_at }))
}

/** The number is not needed any more. */
export async function recordRequestOutcome(
  executor: Db,
  id: string,
  outcome: 'done' | 'refused' | 'too_late',
): Promise<void> {
  await executor.updateTable('whatsapp_session_request').set({ outcome, phone: null }).where('id', '=', id).execute()
}

/** How the newest request for a pairing code stands; null when none was made since then. */
export async function findPairingRequest(
  executor: Db,
  since: Date,
): Promise<{ requestedAt: Date; outcome: string | null } | null> {
  const row = await executor
    .selectFrom('whatsapp_session_request')
    .select(['requested_at as requestedAt', 'outcome'])
    .where('kind', '=', 'pairing_code')
    .where('requested_at', '>=', since)
    .orderBy('requested_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** Changes with every new code to scan or to type, and with every answer to a request for one. Nothing of the codes. */
export async function findCodeTimes(executor: Db): Promise<unknown> {
  const { rows } = await sql`
    SELECT qr_at, pairing_code_at, (SELECT (id, outcome)::text FROM whatsapp_session_request ORDER BY id DESC LIMIT 1) AS request
    FROM whatsapp_session WHERE id = ${ID}`.execute(executor)
  return rows[0]
}
