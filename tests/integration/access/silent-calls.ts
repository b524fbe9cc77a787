/**
 * Calls whose answer leaves no entry in the audit log, as reviewed by eye: they tell of nobody and decide nothing. All others that are
 * answered must leave one.
 */
export const SILENT_CALLS: readonly string[] = [
  // How the process is.
  'GET /livez',
  'GET /readyz',
  'GET /api/v1/bpjs/health',

  // Oneself. A sign-out of nobody, and a second factor that no code has proved yet, change nothing.
  'POST /api/auth/sign-out',
  'POST /api/auth/two-factor/enable',
  'GET /api/v1/me',

  // Figures, ids and times of what waits; a list of cases by their ids.
  'GET /api/v1/home',
  'GET /api/v1/events',
  'GET /api/v1/queues',
  'GET /api/v1/conversations/counts',
  'GET /api/v1/bulk-jobs',
  'GET /api/v1/bulk-jobs/{id}',
  'GET /api/v1/bulk-jobs/{id}/rows',

  // Colleagues, and what they have set up.
  'GET /api/v1/accounts',
  'GET /api/v1/api-keys',
  'GET /api/v1/reviewers',
  'GET /api/v1/views',
  'GET /api/v1/webhooks',
  'GET /api/v1/webhooks/{id}',
  'GET /api/v1/webhooks/{id}/deliveries',

  // Places, public figures, texts and rules.
  'GET /api/v1/regions',
  'GET /api/v1/regions/{code}',
  'GET /api/v1/regions/{code}/population',
  'GET /api/v1/offices',
  'GET /api/v1/offices/{id}',
  'GET /api/v1/holidays',
  'GET /api/v1/coverage/{code}',
  'GET /api/v1/coverage/{code}/trend',
  'GET /api/v1/coverage/{code}/standing',
  'GET /api/v1/coverage/rules',
  'GET /api/public/coverage/{code}',
  'GET /api/v1/consent-text',
  'GET /api/v1/message-templates',
  'GET /api/v1/quick-replies',
  'GET /api/v1/quotas',
  'GET /api/v1/quotas/{regionCode}/{year}',
  'GET /api/v1/quotas/{regionCode}/{year}/forecast',
  'GET /api/v1/enrolment/rules',
  'GET /api/v1/enrolment/reactivation-paths',
  'GET /api/v1/enrolment/profiles',
  'GET /api/v1/enrolment/profiles/{id}',
  'GET /api/v1/enrolment/result-profiles/{code}',
  // Of invented people; of those of a batch it is an entry.
  'POST /api/v1/enrolment/profiles/preview',

  // Heads of batches, results and lists, with figures; their rows are entries.
  'GET /api/v1/enrolment/batches',
  'GET /api/v1/enrolment/batches/{id}',
  'GET /api/v1/enrolment/batches/{id}/results',
  'GET /api/v1/enrolment/results/{id}',
  'GET /api/v1/lists',
  'GET /api/v1/lists/{id}',
  'GET /api/v1/drifts',
  'GET /api/v1/drifts/{id}',
  // Parts of a file that nobody has read yet: the whole is an entry when its reading begins.
  'POST /api/v1/lists',
  'PUT /api/v1/lists/{id}/parts/{position}',
  // Opening the picture is an entry.
  'POST /api/v1/documents/{id}/link',

  // The link to WhatsApp. The simulator has no code to show.
  'GET /api/v1/whatsapp/breaker',
  'GET /api/v1/whatsapp/pacing',
  'GET /api/v1/whatsapp/session',
  'GET /api/v1/whatsapp/session/qr',

  // Simulated phones, never in production.
  'GET /api/v1/simulator/messages',
  'POST /api/v1/simulator/messages',
  'PUT /api/v1/simulator/phones/{number}',

  // Asked here where nothing is to be done: a breaker that is closed, a webhook that is on, a dry run, an office that stays as it is.
  'POST /api/v1/whatsapp/breaker/close',
  'POST /api/v1/webhooks/{id}/resume',
  'POST /api/v1/drifts/{id}/tellings',
  'PATCH /api/v1/offices/{id}',
]
