import type { SessionDetail } from '../../../../contracts/api/whatsapp-session.ts'
import { UNRECEIPTED_LIMIT_MS } from './supervisor.domain.ts'

/** Probes come every 15 s and have 10 s: an older answer is none. */
const PROBE_FRESH_MS = 60_000

type Seen = {
  holder: string | null
  state: string
  detail: string | null
  pageState: string | null
  keyShape: string | null
  probedAt: Date | null
  oldestUnreceiptedAt: Date | null
}

/** Why a session that is in sync is still not to be trusted; null when it is. */
export function findDoubt(seen: Seen, now: Date): SessionDetail | null {
  const age = (at: Date): number => now.getTime() - at.getTime()
  if (seen.pageState !== 'CONNECTED') return 'page_not_connected'
  if (seen.keyShape === 'unknown') return 'engine_shape'
  if (seen.probedAt === null || age(seen.probedAt) > PROBE_FRESH_MS) return 'probe_overdue'
  if (seen.detail === 'catching_up') return 'catching_up'
  if (seen.oldestUnreceiptedAt && age(seen.oldestUnreceiptedAt) > UNRECEIPTED_LIMIT_MS) return 'receipts_overdue'
  return null
}
