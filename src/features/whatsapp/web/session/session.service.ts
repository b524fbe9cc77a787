import { renderSVG } from 'uqr'
import type { Actor } from '../../../../contracts/access.ts'
import {
  SESSION_DETAILS,
  SESSION_STATES,
  type SessionDetail,
  type WhatsappQr,
  type WhatsappSession,
} from '../../../../contracts/api/whatsapp-session.ts'
import type { AuditAction } from '../../../../contracts/audit-actions.ts'
import { type Language, type TextKey, translate } from '../../../../contracts/text/index.ts'
import type { Clock } from '../../../../platform/clock.ts'
import type { Sealer } from '../../../../platform/crypto/sealer.ts'
import { AppError } from '../../../../platform/errors.ts'
import type { Ids } from '../../../../platform/ids.ts'
import type { Db } from '../../../database.ts'
import { findCloudState } from '../../cloud/cloud-state.ts'
import { isoTime } from '../../iso-time.ts'
import type { BreakerSwitch } from '../../pacing/breaker.service.ts'
import { sealContext } from '../../seal-context.ts'
import type { AuditTrail, WhatsAppGateway } from '../../whatsapp.ports.ts'
import { findDoubt } from './readiness.domain.ts'
import {
  addRequest,
  findCodeTimes,
  findPairingRequest,
  getSession,
  type RequestKind,
  type SealedCode,
} from './session.repository.ts'

/** A request that nobody took for so long is forgotten. */
const REQUEST_SHOWN_MS = 10 * 60_000

export type WhatsappSessions = {
  /** The truth about the link, whichever process has it. */
  show(language: Language): Promise<WhatsappSession>
  /** What to scan or type on the phone. Audited every time: it is a credential. */
  showQr(actor: Actor, requestId: string): Promise<WhatsappQr>
  /** Asks the holder, who does it within seconds. Throws `action_not_allowed` for a transport without a browser of ours. */
  request(actor: Actor, requestId: string, kind: RequestKind, phone?: string): Promise<void>
  /** Rejects while the link cannot carry texts: `/readyz` of the role `whatsapp`. Trouble of the account is for people and no reason. */
  requireReady(): Promise<void>
  /** The same in one word, for everybody: with the text for people, and a mark that differs whenever admins should look again. */
  pulse(language: Language): Promise<LinkPulse>
  /** For metrics: what the holder wrote last. Null for a transport without a browser of ours. */
  figures(): Promise<SessionFigures | null>
}

export type LinkPulse = {
  state: 'ok' | 'degraded' | 'down'
  code: WhatsappSession['state'] | SessionDetail
  text: string
  mark: string
}

export type SessionFigures = {
  /** One word, as `GET /api/v1/whatsapp/session` says it. */
  state: string
  /** Browsers started, over all holders. */
  generations: number
  /** Of the browser's processes together; null where the system does not tell, and without a holder. */
  rssBytes: number | null
  webVersion: string | null
  /** How the page names a message key; null before it was looked at, and without a holder. */
  keyShape: string | null
}

export type WhatsappSessionDeps = {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Sealer
  audit: AuditTrail
  gateway: Pick<WhatsAppGateway, 'name' | 'health'>
  breaker: Pick<BreakerSwitch, 'read'>
  /** Messages waiting or being handed over. */
  queueDepth(): Promise<number>
}

const AUDITED_AS = {
  show_qr: 'request_whatsapp_link',
  pairing_code: 'request_whatsapp_link',
  restart: 'restart_whatsapp',
  log_out: 'log_out_whatsapp',
} as const satisfies Record<RequestKind, AuditAction>

export function createWhatsappSessions(deps: WhatsappSessionDeps): WhatsappSessions {
  const { db, clock, sealer, gateway } = deps

  const look = async (): Promise<Omit<WhatsappSession, 'detail' | 'breaker' | 'queueDepth'>> => {
    if (gateway.name === 'cloud') {
      const { doubt, lastReceiptAt, oldestUnreceiptedAt } = await findCloudState(db, clock.now())
      return {
        ...NO_BROWSER,
        gateway: 'cloud',
        ready: doubt === null,
        state: doubt === null ? 'ready' : 'not_ready',
        detailCode: doubt,
        lastReceiptAt: isoTime(lastReceiptAt),
        oldestUnreceiptedAt: isoTime(oldestUnreceiptedAt),
      }
    }
    if (gateway.name !== 'web') {
      const { ready } = await gateway.health()
      return { ...NO_BROWSER, gateway: gateway.name, ready, state: ready ? 'ready' : 'not_ready' }
    }
    const session = await getSession(db)
    const state = SESSION_STATES.find((known) => known === session.state) ?? 'not_ready'
    const doubt = state === 'connected' ? findDoubt(session, clock.now()) : null
    return {
      gateway: 'web',
      ready: state === 'connected' && doubt === null,
      state,
      detailCode: doubt ?? detailOf(session.detail),
      since: session.since.toISOString(),
      pageState: session.pageState,
      webVersion: session.webVersion,
      keyShape: shapeOf(session.keyShape),
      memoryBytes: session.rssBytes,
      holder: session.holder,
      generation: session.generation,
      lastEventAt: isoTime(session.lastEventAt),
      lastReceiptAt: isoTime(session.lastReceiptAt),
      oldestUnreceiptedAt: isoTime(session.oldestUnreceiptedAt),
      pairing: state === 'awaiting_scan',
    }
  }

  const audit = async (actor: Actor, requestId: string, action: AuditAction, details?: Record<string, unknown>) => {
    await deps.audit.write({
      actorId: actor.userId,
      actorRole: actor.role,
      requestId,
      officeId: actor.officeId,
      regionCode: actor.regionCode,
      action,
      subjectType: 'whatsapp_session',
      subjectId: null,
      ...(details && { details }),
    })
  }

  const openCode = (code: SealedCode | null, context: string) => {
    const now = clock.now()
    if (!code || code.expiresAt <= now) return null
    const ageSeconds = Math.max(0, Math.round((now.getTime() - code.at.getTime()) / 1_000))
    return { text: sealer.open(code.sealed, context), ageSeconds, expiresAt: code.expiresAt.toISOString() }
  }

  const judge = async (language: Language) => {
    const [link, breaker] = await Promise.all([look(), deps.breaker.read()])
    // A link that is down is what people must look at first.
    const trouble: SessionDetail | null = link.ready && breaker.scope ? `breaker_${breaker.scope}` : null
    // With a link that is up its detail is a remark.
    const detailCode = trouble ?? link.detailCode
    const key: TextKey<'whatsapp'> = detailCode ? `session.detail.${detailCode}` : `session.state.${link.state}`
    const ready = link.ready && breaker.scope !== 'account'
    const state = link.state === 'ready' && !ready ? 'not_ready' : link.state
    return { ...link, ready, state, detailCode, breaker, detail: translate(language, 'whatsapp', key) }
  }

  return {
    async show(language) {
      const [judged, queueDepth] = await Promise.all([judge(language), deps.queueDepth()])
      return { ...judged, queueDepth }
    },

    async pulse(language) {
      const [judged, codes] = await Promise.all([judge(language), gateway.name === 'web' ? findCodeTimes(db) : null])
      const { ready, state, detailCode, detail: text, breaker } = judged
      return {
        state: !ready ? 'down' : detailCode === null ? 'ok' : 'degraded',
        code: detailCode ?? state,
        text,
        mark: JSON.stringify([judged.since, state, breaker.state, breaker.code, codes]),
      }
    },

    async showQr(actor, requestId) {
      if (gateway.name !== 'web') return { qr: null, pairingCode: null, pairingRequest: null }
      const session = await getSession(db)
      const qr = openCode(session.qr, sealContext.sessionQr())
      const code = openCode(session.pairingCode, sealContext.sessionPairingCode())
      const since = new Date(clock.now().getTime() - REQUEST_SHOWN_MS)
      const request = await findPairingRequest(db, since)
      await audit(actor, requestId, 'read_whatsapp_link', { qr: qr !== null, pairingCode: code !== null })
      return {
        qr: qr && { ...qr, svg: renderSVG(qr.text, { ecc: 'M', border: 2 }) },
        pairingCode: code && { code: code.text, ageSeconds: code.ageSeconds, expiresAt: code.expiresAt },
        pairingRequest:
          request && (request.outcome === null ? 'open' : request.outcome === 'done' ? 'done' : 'refused'),
      }
    },

    async request(actor, requestId, kind, phone) {
      if (gateway.name !== 'web') throw new AppError('action_not_allowed')
      const id = deps.ids.next()
      await audit(actor, requestId, AUDITED_AS[kind], { request: kind })
      await addRequest(db, {
        id,
        kind,
        phone: phone === undefined ? null : sealer.seal(phone, sealContext.sessionRequestPhone(id)),
        at: clock.now(),
      })
    },

    async requireReady() {
      const { ready, state, detailCode } = await look()
      if (!ready) throw new Error(`WhatsApp is not ready: ${detailCode ?? state}`)
    },

    async figures() {
      if (gateway.name !== 'web') return null
      const { holder, state, generation: generations, rssBytes, webVersion, keyShape } = await getSession(db)
      // What a browser that is gone weighed and ran is no news.
      const seen =
        holder === null ? { rssBytes: null, webVersion: null, keyShape: null } : { rssBytes, webVersion, keyShape }
      return { state, generations, ...seen }
    },
  }
}

const NO_BROWSER = {
  detailCode: null,
  since: null,
  pageState: null,
  webVersion: null,
  keyShape: null,
  memoryBytes: null,
  holder: null,
  generation: null,
  lastEventAt: null,
  lastReceiptAt: null,
  oldestUnreceiptedAt: null,
  pairing: false,
} as const

const detailOf = (code: string | null): SessionDetail | null => SESSION_DETAILS.find((known) => known === code) ?? null
const shapeOf = (shape: string | null): WhatsappSession['keyShape'] =>
  shape === 'serialized' || shape === 'dollar_one' || shape === 'unknown' ? shape : null
