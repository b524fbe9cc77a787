import { z } from 'zod'
import { indonesianMobileSchema } from '../primitives/phone.ts'
import { breakerResponse } from './whatsapp-pacing.ts'

const at = z.iso.datetime()

/** How the link to WhatsApp is. `ready` for a transport without a browser of ours; the others are those of a browser. */
export const SESSION_STATES = [
  'ready',
  'not_ready',
  'offline',
  'starting',
  'awaiting_scan',
  'syncing',
  'connected',
  'waiting',
  'action_required',
] as const

/** Why it is not connected, or not to be trusted. Texts: `contracts/text/{id,en}/whatsapp.json`, `session.detail.*`. */
export const SESSION_DETAILS = [
  'logged_out',
  'logged_out_here',
  'unlinked_here',
  'conflict',
  'restricted',
  'deprecated_version',
  'qr_expired',
  'never_ready',
  'start_failed',
  'browser_gone',
  'page_gone',
  'frozen',
  'unpaired',
  'stopped_unasked',
  'disconnected',
  'silent',
  'memory',
  'engine_shape',
  'page_not_connected',
  'probe_overdue',
  'receipts_overdue',
  'catching_up',
  'chats_unread',
  'breaker_account',
  'breaker_cold',
] as const
export type SessionDetail = (typeof SESSION_DETAILS)[number]

export const whatsappSessionResponse = z.object({
  gateway: z.enum(['simulator', 'web', 'cloud']),
  /** Whether texts go out and their receipts come back just now. False while trouble of the account keeps all of them back. */
  ready: z.boolean(),
  state: z.enum(SESSION_STATES),
  detailCode: z.enum(SESSION_DETAILS).nullable(),
  /** What that means and what to do, in the caller's language. */
  detail: z.string().max(500),
  since: at.nullable(),
  /** What WhatsApp Web calls its own state, for example CONNECTED. */
  pageState: z.string().max(40).nullable(),
  webVersion: z.string().max(80).nullable(),
  keyShape: z.enum(['serialized', 'dollar_one', 'unknown']).nullable(),
  memoryBytes: z.int().nullable(),
  /** Machine and process that have the browser. */
  holder: z.string().max(200).nullable(),
  /** How often a browser was started, over all holders. */
  generation: z.int().nullable(),
  lastEventAt: at.nullable(),
  lastReceiptAt: at.nullable(),
  oldestUnreceiptedAt: at.nullable(),
  /** Trouble of the account, whatever the link itself is like. */
  breaker: breakerResponse,
  /** Messages waiting or being handed over. */
  queueDepth: z.int(),
  /** Whether a QR or a pairing code can be looked at. */
  pairing: z.boolean(),
})
export type WhatsappSession = z.infer<typeof whatsappSessionResponse>

export const whatsappQrResponse = z.object({
  qr: z
    .object({
      /** What the QR says. A credential, as the picture is. */
      text: z.string().max(2_000),
      svg: z.string().max(200_000),
      ageSeconds: z.int(),
      expiresAt: at,
    })
    .nullable(),
  pairingCode: z.object({ code: z.string().max(20), ageSeconds: z.int(), expiresAt: at }).nullable(),
  /** How the newest request for a pairing code stands; null: none was made lately. */
  pairingRequest: z.enum(['open', 'done', 'refused']).nullable(),
})
export type WhatsappQr = z.infer<typeof whatsappQrResponse>

/** The office's own number, which the link is for. */
export const pairingCodeBody = z.strictObject({ phone: indonesianMobileSchema })
