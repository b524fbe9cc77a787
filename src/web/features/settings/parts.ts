import { listRules } from '../batches/calls.ts'
import { listProfiles } from '../layouts/calls.ts'
import { listPaths } from '../reactivation-paths/calls.ts'
import { getResultProfile } from '../results/calls.ts'
import {
  createApiKey,
  getBpjsHealth,
  listAudit,
  listMessageTemplates,
  listWebhooks,
  putHoliday,
  updateAccount,
  updateOffice,
} from './calls.ts'
import type id from './id.json'

export type SettingsPart = {
  to: string
  text: Extract<keyof typeof id, `part.${string}`>
  /** The page is of no use to whoever may not make this call; null: everybody. */
  needs: { route: string } | null
}

export const SETTINGS_PARTS: readonly SettingsPart[] = [
  { to: '/pengaturan/pengguna', text: 'part.users', needs: updateAccount },
  { to: '/pengaturan/kantor', text: 'part.offices', needs: updateOffice },
  { to: '/pengaturan/alasan', text: 'part.reasons', needs: null },
  { to: '/pengaturan/templat', text: 'part.templates', needs: listMessageTemplates },
  { to: '/pengaturan/hari-libur', text: 'part.holidays', needs: putHoliday },
  { to: '/pengaturan/bpjs', text: 'part.bpjs', needs: getBpjsHealth },
  { to: '/pengaturan/tata-letak', text: 'part.layouts', needs: listProfiles },
  { to: '/pengaturan/profil-hasil', text: 'part.results', needs: getResultProfile },
  { to: '/pengaturan/ketentuan', text: 'part.rules', needs: listRules },
  { to: '/pengaturan/jalur-reaktivasi', text: 'part.paths', needs: listPaths },
  { to: '/pengaturan/kunci-api', text: 'part.api-keys', needs: createApiKey },
  { to: '/pengaturan/webhook', text: 'part.webhooks', needs: listWebhooks },
  { to: '/pengaturan/audit', text: 'part.audit', needs: listAudit },
  { to: '/akun', text: 'part.account', needs: null },
]
