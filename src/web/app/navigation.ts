import type { Me } from '../../contracts/api/accounts.ts'
import type id from './id.json'

export type NavigationItem = {
  to: string
  text: Extract<keyof typeof id, `nav.${string}`>
  /** A route that the server must let this person call, or the page is of no use. Null: everybody. */
  needs: string | null
}

/** Pages in the order of a day's work. */
const ITEMS: NavigationItem[] = [
  { to: '/', text: 'nav.home', needs: null },
  { to: '/pendaftaran', text: 'nav.intake', needs: 'POST /api/v1/intakes' },
  { to: '/antrean', text: 'nav.review', needs: 'POST /api/v1/queues/:queue/claim-next' },
  { to: '/perbaikan', text: 'nav.corrections', needs: 'POST /api/v1/proposals/:id/corrections' },
  { to: '/berkas-bpjs', text: 'nav.batches', needs: 'GET /api/v1/enrolment/batches' },
  { to: '/belum-aktif', text: 'nav.not-yet-active', needs: 'GET /api/v1/enrolment/not-yet-active' },
  { to: '/kuota', text: 'nav.quota', needs: 'GET /api/v1/quotas' },
  { to: '/daftar-peserta', text: 'nav.lists', needs: 'GET /api/v1/lists' },
  { to: '/usulan', text: 'nav.proposals', needs: 'GET /api/v1/proposals' },
  { to: '/kotak-masuk', text: 'nav.inbox', needs: 'GET /api/v1/conversations' },
  { to: '/cakupan', text: 'nav.coverage', needs: 'GET /api/v1/coverage/:code' },
  { to: '/whatsapp', text: 'nav.whatsapp', needs: 'GET /api/v1/whatsapp/messages' },
  { to: '/pengaturan', text: 'nav.settings', needs: 'GET /api/v1/message-templates' },
]

export function navigationFor({ permissions }: Me): NavigationItem[] {
  return ITEMS.filter(({ needs }) => needs === null || permissions.includes(needs))
}
