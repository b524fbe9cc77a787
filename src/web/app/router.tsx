import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { readActivationSearch } from '../features/activation/activation-search.ts'
import { readCoverageSearch } from '../features/coverage/coverage-search.ts'
import { readInboxSearch } from '../features/inbox/inbox-search.ts'
import { readLayoutSearch } from '../features/layouts/layout-search.ts'
import { readDriftSearch } from '../features/lists/drift-search.ts'
import { readProposalSearch } from '../features/proposals/proposal-search.ts'
import { readQuotaSearch } from '../features/quota/quota-search.ts'
import { readPathSearch } from '../features/reactivation-paths/path-search.ts'
import { readProfileSearch, readResultSearch } from '../features/results/result-search.ts'
import { readAuditSearch } from '../features/settings/audit/audit-search.ts'
import { isCode } from '../lib/problem.ts'
import { FailedPage } from './failed-page.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { queryClient } from './query-client.ts'
import { meQuery } from './session.ts'

const root = createRootRoute({ notFoundComponent: NotFoundPage, errorComponent: FailedPage })

type SignInSearch = { to?: string }

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/masuk',
  validateSearch: ({ to }: Record<string, unknown>): SignInSearch =>
    // Only a path of our own: never a way to another site.
    typeof to === 'string' && /^\/(?!\/)/.test(to) ? { to } : {},
  component: lazyRouteComponent(() => import('../features/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

/** Everything behind the sign-in. What must be done first (a new password, a second factor) is done before anything else. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(meQuery)
    } catch (error) {
      if (isCode(error, 'not_signed_in')) throw redirect({ to: '/masuk', search: { to: location.href } })
      throw error
    }
  },
  // Apart, so that the sign-in page does not wait for menus and frame.
  component: lazyRouteComponent(() => import('./shell.tsx'), 'Shell'),
})

const page = <Path extends string>(path: Path, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => signedIn, path, component })

const home = page(
  '/',
  lazyRouteComponent(() => import('../features/home/home-page.tsx'), 'HomePage'),
)

const proposals = createRoute({
  getParentRoute: () => signedIn,
  path: '/usulan',
  validateSearch: readProposalSearch,
  component: lazyRouteComponent(() => import('../features/proposals/proposals-page.tsx'), 'ProposalsPage'),
})

const proposal = page(
  '/usulan/$id',
  lazyRouteComponent(() => import('../features/proposals/proposal-page.tsx'), 'ProposalPage'),
)

const bulkStart = createRoute({
  getParentRoute: () => signedIn,
  path: '/usulan/massal',
  validateSearch: readProposalSearch,
  component: lazyRouteComponent(() => import('../features/bulk/start-page.tsx'), 'BulkStartPage'),
})
const bulkJob = page(
  '/usulan/massal/$id',
  lazyRouteComponent(() => import('../features/bulk/job-page.tsx'), 'BulkJobPage'),
)

const intake = page(
  '/pendaftaran',
  lazyRouteComponent(() => import('../features/intake/intake-page.tsx'), 'IntakePage'),
)
const intakeResult = page(
  '/pendaftaran/$intakeId',
  lazyRouteComponent(() => import('../features/intake/result-page.tsx'), 'IntakeResultPage'),
)

const queues = page(
  '/antrean',
  lazyRouteComponent(() => import('../features/review/queues-page.tsx'), 'QueuesPage'),
)
const queue = page(
  '/antrean/$queue',
  lazyRouteComponent(() => import('../features/review/queue-page.tsx'), 'QueuePage'),
)
const review = page(
  '/antrean/$queue/$id',
  lazyRouteComponent(() => import('../features/review/review-page.tsx'), 'ReviewPage'),
)

const inbox = createRoute({
  getParentRoute: () => signedIn,
  path: '/kotak-masuk',
  validateSearch: readInboxSearch,
  component: lazyRouteComponent(() => import('../features/inbox/inbox-page.tsx'), 'InboxPage'),
})
const inboxStart = createRoute({
  getParentRoute: () => inbox,
  path: '/',
  component: lazyRouteComponent(() => import('../features/inbox/inbox-page.tsx'), 'NoConversation'),
})
const conversation = createRoute({
  getParentRoute: () => inbox,
  path: '$id',
  component: lazyRouteComponent(() => import('../features/inbox/conversation-page.tsx'), 'ConversationPage'),
})
const corrections = page(
  '/perbaikan',
  lazyRouteComponent(() => import('../features/corrections/corrections-page.tsx'), 'CorrectionsPage'),
)
const correction = page(
  '/perbaikan/$id',
  lazyRouteComponent(() => import('../features/corrections/correction-page.tsx'), 'CorrectionPage'),
)

const quota = createRoute({
  getParentRoute: () => signedIn,
  path: '/kuota',
  validateSearch: readQuotaSearch,
  component: lazyRouteComponent(() => import('../features/quota/quota-page.tsx'), 'QuotaPage'),
})

const coverage = createRoute({
  getParentRoute: () => signedIn,
  path: '/cakupan',
  validateSearch: readCoverageSearch,
  component: lazyRouteComponent(() => import('../features/coverage/coverage-page.tsx'), 'CoveragePage'),
})
const coverageEntry = createRoute({
  getParentRoute: () => signedIn,
  path: '/cakupan/isi',
  validateSearch: readCoverageSearch,
  component: lazyRouteComponent(() => import('../features/coverage/entry-page.tsx'), 'CoverageEntryPage'),
})
const lists = page(
  '/daftar-peserta',
  lazyRouteComponent(() => import('../features/lists/lists-page.tsx'), 'ListsPage'),
)
const list = page(
  '/daftar-peserta/$id',
  lazyRouteComponent(() => import('../features/lists/list-page.tsx'), 'ListPage'),
)
const drift = createRoute({
  getParentRoute: () => signedIn,
  path: '/daftar-peserta/perubahan/$id',
  validateSearch: readDriftSearch,
  component: lazyRouteComponent(() => import('../features/lists/drift-page.tsx'), 'DriftPage'),
})
const batches = page(
  '/berkas-bpjs',
  lazyRouteComponent(() => import('../features/batches/batches-page.tsx'), 'BatchesPage'),
)
const batch = page(
  '/berkas-bpjs/$id',
  lazyRouteComponent(() => import('../features/batches/batch-page.tsx'), 'BatchPage'),
)
const notYetActive = createRoute({
  getParentRoute: () => signedIn,
  path: '/belum-aktif',
  validateSearch: readActivationSearch,
  component: lazyRouteComponent(() => import('../features/activation/activation-page.tsx'), 'ActivationPage'),
})

const result = createRoute({
  getParentRoute: () => signedIn,
  path: '/berkas-bpjs/$id/hasil/$resultId',
  validateSearch: readResultSearch,
  component: lazyRouteComponent(() => import('../features/results/result-page.tsx'), 'ResultPage'),
})

const whatsapp = page(
  '/whatsapp',
  lazyRouteComponent(() => import('../features/whatsapp/whatsapp-page.tsx'), 'WhatsappPage'),
)

/** The parts of the settings, the own account among them, beside one navigation. */
const settings = createRoute({
  getParentRoute: () => signedIn,
  id: 'settings',
  component: lazyRouteComponent(() => import('../features/settings/settings-frame.tsx'), 'SettingsFrame'),
})
const part = <Path extends string>(path: Path, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => settings, path, component })
const audit = createRoute({
  getParentRoute: () => settings,
  path: '/pengaturan/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('../features/settings/audit/audit-page.tsx'), 'AuditPage'),
})
const layouts = createRoute({
  getParentRoute: () => settings,
  path: '/pengaturan/tata-letak',
  validateSearch: readLayoutSearch,
  component: lazyRouteComponent(() => import('../features/layouts/layouts-page.tsx'), 'LayoutsPage'),
})
const reactivationPaths = createRoute({
  getParentRoute: () => settings,
  path: '/pengaturan/jalur-reaktivasi',
  validateSearch: readPathSearch,
  component: lazyRouteComponent(() => import('../features/reactivation-paths/paths-page.tsx'), 'PathsPage'),
})
const resultProfile = createRoute({
  getParentRoute: () => settings,
  path: '/pengaturan/profil-hasil',
  validateSearch: readProfileSearch,
  component: lazyRouteComponent(() => import('../features/results/profile-page.tsx'), 'ResultProfilePage'),
})
const settingsParts = [
  audit,
  layouts,
  reactivationPaths,
  resultProfile,
  part(
    '/pengaturan/ketentuan',
    lazyRouteComponent(() => import('../features/layouts/rules-page.tsx'), 'RulesPage'),
  ),
  part(
    '/pengaturan',
    lazyRouteComponent(() => import('../features/settings/settings-frame.tsx'), 'SettingsStart'),
  ),
  part(
    '/pengaturan/pengguna',
    lazyRouteComponent(() => import('../features/settings/users-page.tsx'), 'UsersPage'),
  ),
  part(
    '/pengaturan/kantor',
    lazyRouteComponent(() => import('../features/settings/offices-page.tsx'), 'OfficesPage'),
  ),
  part(
    '/pengaturan/alasan',
    lazyRouteComponent(() => import('../features/settings/reasons-page.tsx'), 'ReasonsPage'),
  ),
  part(
    '/pengaturan/templat',
    lazyRouteComponent(() => import('../features/settings/templates-page.tsx'), 'TemplatesPage'),
  ),
  part(
    '/pengaturan/hari-libur',
    lazyRouteComponent(() => import('../features/settings/holidays-page.tsx'), 'HolidaysPage'),
  ),
  part(
    '/pengaturan/bpjs',
    lazyRouteComponent(() => import('../features/settings/bpjs-page.tsx'), 'BpjsPage'),
  ),
  part(
    '/pengaturan/kunci-api',
    lazyRouteComponent(() => import('../features/settings/api-keys-page.tsx'), 'ApiKeysPage'),
  ),
  part(
    '/pengaturan/webhook',
    lazyRouteComponent(() => import('../features/settings/webhooks-page.tsx'), 'WebhooksPage'),
  ),
  part(
    '/akun',
    lazyRouteComponent(() => import('../features/settings/account-page.tsx'), 'AccountPage'),
  ),
]

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    signedIn.addChildren([
      home,
      intake,
      intakeResult,
      proposals,
      bulkStart,
      bulkJob,
      proposal,
      queues,
      queue,
      review,
      inbox.addChildren([inboxStart, conversation]),
      corrections,
      correction,
      quota,
      coverage,
      coverageEntry,
      lists,
      list,
      drift,
      batches,
      batch,
      notYetActive,
      result,
      whatsapp,
      settings.addChildren(settingsParts),
    ]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
