import { ROLES, type Role } from '../../../src/contracts/access.ts'

/**
 * Who may call what, as reviewed by eye. One row a route of the OpenAPI document; one column a role.
 *
 *   -        refused, whatever it is about (403)
 *   yes      let in; the call is about the caller, or shows the same to everybody
 *   own      only what the caller registered or did; all else is not found (404)
 *   office   what the caller's own office holds
 *   region   what the caller's own kab/kota holds
 *   all      everywhere
 *   public   signed in or not
 *
 * A remark in brackets after the route tells several calls of it apart; "a NIK that is held" asks whose receipt a second
 * proposal of a NIK is told of. Lists have the same words: what is "not found" does not show in them. The last column is the scope that lets a machine's key
 * do what its account may; "-" is for people only. Without signing in every row that is not public answers 401.
 */
const TABLE = `
                                                          | petugas | kader  | verifikator | supervisor | penyetuju | auditor | admin  | key
GET    /livez                                             | public  | public | public      | public     | public    | public  | public |
GET    /readyz                                            | public  | public | public      | public     | public    | public  | public |

POST   /api/auth/sign-in/username                         | public  | public | public      | public     | public    | public  | public |
POST   /api/auth/two-factor/verify-totp                   | public  | public | public      | public     | public    | public  | public |
POST   /api/auth/two-factor/verify-backup-code            | public  | public | public      | public     | public    | public  | public |
POST   /api/auth/sign-out                                 | public  | public | public      | public     | public    | public  | public |
POST   /api/auth/change-password                          | yes     | yes    | yes         | yes        | yes       | yes     | yes    | -
POST   /api/auth/two-factor/enable                        | yes     | yes    | yes         | yes        | yes       | yes     | yes    | -
POST   /api/auth/two-factor/generate-backup-codes         | yes     | yes    | yes         | yes        | yes       | yes     | yes    | -
POST   /api/auth/two-factor/disable                       | yes     | yes    | yes         | yes        | yes       | yes     | yes    | -
GET    /api/v1/me                                         | yes     | yes    | yes         | yes        | yes       | yes     | yes    | -
GET    /api/v1/home                                       | yes     | yes    | yes         | yes        | yes       | yes     | yes    | -
GET    /api/v1/events                                     | yes     | yes    | yes         | yes        | yes       | yes     | yes    | -

GET    /api/v1/accounts                                   | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/accounts                                   | -       | -      | -           | -          | -         | -       | region | -
PATCH  /api/v1/accounts/{id}                              | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/accounts/{id}/unlock                       | -       | -      | -           | -          | -         | -       | region | -
GET    /api/v1/api-keys                                   | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/api-keys                                   | -       | -      | -           | -          | -         | -       | region | -
DELETE /api/v1/api-keys/{id}                              | -       | -      | -           | -          | -         | -       | region | -
GET    /api/v1/audit                                      | own     | own    | own         | region     | own       | region  | region | -
POST   /api/v1/audit/verify                               | -       | -      | -           | -          | -         | yes     | yes    | -
GET    /api/v1/bpjs/health                                | -       | -      | -           | yes        | -         | -       | yes    | -

GET    /api/v1/regions                                    | yes     | yes    | yes         | yes        | yes       | yes     | yes    | regions:read
GET    /api/v1/regions/{code}                             | all     | all    | all         | all        | all       | all     | all    | regions:read
GET    /api/v1/regions/{code}/population                  | all     | all    | all         | all        | all       | all     | all    | regions:read
PUT    /api/v1/regions/{code}/population                  | -       | -      | -           | -          | -         | -       | region | -
GET    /api/v1/offices                                    | region  | region | region      | region     | region    | region  | region | regions:read
GET    /api/v1/offices/{id}                               | region  | region | region      | region     | region    | region  | region | regions:read
POST   /api/v1/offices                                    | -       | -      | -           | -          | -         | -       | region | -
PATCH  /api/v1/offices/{id}                               | -       | -      | -           | -          | -         | -       | region | -
GET    /api/v1/holidays                                   | region  | region | region      | region     | region    | region  | region | -
PUT    /api/v1/holidays/{day}                             | -       | -      | -           | -          | -         | -       | yes    | -
DELETE /api/v1/holidays/{day}                             | -       | -      | -           | -          | -         | -       | region | -

GET    /api/v1/coverage/{code}                            | region  | region | region      | region     | region    | region  | region | -
GET    /api/v1/coverage/{code}/trend                      | region  | region | region      | region     | region    | region  | region | -
GET    /api/v1/coverage/{code}/standing                   | region  | region | region      | region     | region    | region  | region | -
GET    /api/v1/coverage/{code}/file                       | region  | region | region      | region     | region    | region  | region | -
POST   /api/v1/coverage/figures                           | -       | -      | -           | region     | -         | -       | region | -
DELETE /api/v1/coverage/{code}/figures                    | -       | -      | -           | region     | -         | -       | region | -
POST   /api/v1/coverage/imports                           | -       | -      | -           | region     | -         | -       | region | -
PUT    /api/v1/coverage/{code}/contributions              | -       | -      | -           | region     | -         | -       | region | -
GET    /api/v1/coverage/rules                             | region  | region | region      | region     | region    | region  | region | -
POST   /api/v1/coverage/rules                             | -       | -      | -           | -          | -         | -       | region | -
GET    /api/public/coverage/{code}                        | public  | public | public      | public     | public    | public  | public |

POST   /api/v1/intakes                                    | yes     | yes    | -           | -          | -         | -       | -      | intakes:write
POST   /api/v1/intakes (a NIK that is held)               | office  | own    | -           | -          | -         | -       | -      | intakes:write
GET    /api/v1/intakes/{id}                               | office  | own    | region      | region     | region    | region  | -      | proposals:read
GET    /api/v1/intakes/{id}/receipt                       | office  | own    | region      | region     | region    | region  | -      | proposals:read
GET    /api/v1/intakes/{id}/documents                     | office  | own    | region      | region     | region    | region  | -      | proposals:read
GET    /api/v1/proposals/{id}/documents                   | office  | own    | region      | region     | region    | region  | -      | proposals:read
POST   /api/v1/documents                                  | yes     | yes    | -           | yes        | -         | -       | -      | intakes:write
POST   /api/v1/documents (for a household)                | office  | own    | -           | region     | -         | -       | -      | intakes:write
POST   /api/v1/documents/{id}/link                        | office  | own    | region      | region     | region    | -       | -      | -
GET    /api/v1/documents/{id}/content                     | office  | own    | region      | region     | region    | -       | -      | -
GET    /api/v1/consent-text                               | yes     | yes    | yes         | yes        | yes       | yes     | yes    | intakes:write
POST   /api/v1/households/lookup                          | office  | own    | -           | -          | -         | -       | -      | intakes:write
POST   /api/v1/persons/lookup                             | office  | own    | -           | -          | -         | -       | -      | -
GET    /api/v1/proposals                                  | office  | own    | region      | region     | region    | region  | -      | proposals:read
GET    /api/v1/proposals/count                            | office  | own    | region      | region     | region    | region  | -      | proposals:read
GET    /api/v1/queues                                     | yes     | yes    | yes         | yes        | yes       | yes     | -      | proposals:read
GET    /api/v1/views                                      | yes     | yes    | yes         | yes        | yes       | yes     | -      | -
POST   /api/v1/views                                      | yes     | yes    | yes         | yes        | yes       | yes     | -      | -
PUT    /api/v1/views/{id}                                 | yes     | yes    | yes         | yes        | yes       | yes     | -      | -
DELETE /api/v1/views/{id}                                 | yes     | yes    | yes         | yes        | yes       | yes     | -      | -
POST   /api/v1/exports                                    | office  | own    | region      | region     | region    | region  | -      | -
POST   /api/v1/exports (full numbers)                     | office  | -      | region      | region     | region    | -       | -      | -
GET    /api/v1/proposals/{id}                             | office  | own    | region      | region     | region    | region  | -      | proposals:read
GET    /api/v1/proposals/{id}/messages                    | office  | own    | region      | region     | region    | region  | -      | proposals:read
POST   /api/v1/proposals/{id}/reveal                      | office  | -      | region      | region     | region    | -       | -      | -
POST   /api/v1/proposals/{id}/notes                       | office  | own    | region      | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/corrections                 | office  | own    | -           | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/withdraw                    | office  | own    | -           | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/reactivation-papers         | office  | own    | -           | region     | -         | -       | -      | -

POST   /api/v1/proposals/{id}/claim                       | -       | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/release                     | -       | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/decisions                   | -       | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/recall                      | -       | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/set-aside                   | -       | -      | -           | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/assignment                  | -       | -      | -           | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/membership-checks           | -       | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/membership-checks/refresh   | -       | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/duplicates/{otherId}/dismiss| -       | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/undo                        | -       | -      | region      | region     | -         | -       | -      | -
PUT    /api/v1/proposals/{id}/draft                       | -       | -      | region      | region     | -         | -       | -      | -
GET    /api/v1/proposals/{id}/duplicates/{otherId}        | -       | -      | region      | region     | -         | -       | -      | -
GET    /api/v1/queues/{queue}/next                        | -       | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/queues/{queue}/claim-next                  | -       | -      | region      | region     | -         | -       | -      | -
GET    /api/v1/reviewers                                  | -       | -      | -           | yes        | -         | -       | -      | -
POST   /api/v1/bulk-jobs                                  | -       | -      | region      | region     | -         | -       | -      | -
GET    /api/v1/bulk-jobs                                  | -       | -      | yes         | yes        | -         | -       | -      | -
GET    /api/v1/bulk-jobs/{id}                             | -       | -      | yes         | yes        | -         | -       | -      | -
GET    /api/v1/bulk-jobs/{id}/rows                        | -       | -      | yes         | yes        | -         | -       | -      | -
POST   /api/v1/bulk-jobs/{id}/run                         | -       | -      | yes         | yes        | -         | -       | -      | -
POST   /api/v1/bulk-jobs/{id}/undo                        | -       | -      | yes         | yes        | -         | -       | -      | -

GET    /api/v1/enrolment/batches                          | -       | -      | -           | region     | region    | region  | -      | -
POST   /api/v1/enrolment/batches                          | -       | -      | -           | -          | region    | -       | -      | -
GET    /api/v1/enrolment/batches/{id}                     | -       | -      | -           | region     | region    | region  | -      | -
POST   /api/v1/enrolment/batches/{id}/discard             | -       | -      | -           | -          | region    | -       | -      | -
POST   /api/v1/enrolment/batches/{id}/stop                | -       | -      | -           | -          | region    | -       | -      | -
GET    /api/v1/enrolment/batches/{id}/rows                | -       | -      | -           | region     | region    | region  | -      | -
POST   /api/v1/enrolment/batches/{id}/rows                | -       | -      | -           | -          | region    | -       | -      | -
POST   /api/v1/enrolment/batches/{id}/rows (proposals by id)| -       | -      | -           | -          | region    | -       | -      | -
POST   /api/v1/enrolment/batches/{id}/rows/remove         | -       | -      | -           | -          | region    | -       | -      | -
PUT    /api/v1/enrolment/batches/{id}/rows/{proposalId}   | -       | -      | -           | -          | region    | -       | -      | -
POST   /api/v1/enrolment/batches/{id}/seal                | -       | -      | -           | -          | region    | -       | -      | -
GET    /api/v1/enrolment/batches/{id}/letter              | -       | -      | -           | region     | region    | region  | -      | -
POST   /api/v1/enrolment/batches/{id}/exports             | -       | -      | -           | -          | region    | -       | -      | -
GET    /api/v1/enrolment/profiles                         | -       | -      | -           | region     | region    | region  | region | -
POST   /api/v1/enrolment/profiles                         | -       | -      | -           | -          | region    | -       | region | -
POST   /api/v1/enrolment/profiles/preview                 | -       | -      | -           | -          | yes       | -       | yes    | -
POST   /api/v1/enrolment/profiles/preview (of a batch)    | -       | -      | -           | -          | region    | -       | -      | -
GET    /api/v1/enrolment/profiles/{id}                    | -       | -      | -           | region     | region    | region  | region | -
PUT    /api/v1/enrolment/profiles/{id}                    | -       | -      | -           | -          | region    | -       | region | -
GET    /api/v1/enrolment/rules                            | -       | -      | -           | region     | region    | region  | region | -
PUT    /api/v1/enrolment/rules/{code}/{validFrom}         | -       | -      | -           | -          | -         | -       | region | -
DELETE /api/v1/enrolment/rules/{code}/{validFrom}         | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/enrolment/batches/{id}/results             | -       | -      | -           | -          | region    | -       | -      | -
GET    /api/v1/enrolment/batches/{id}/results             | -       | -      | -           | region     | region    | region  | -      | -
GET    /api/v1/enrolment/results/{id}                     | -       | -      | -           | region     | region    | region  | -      | -
GET    /api/v1/enrolment/results/{id}/rows                | -       | -      | -           | region     | region    | region  | -      | -
POST   /api/v1/enrolment/results/{id}/approve             | -       | -      | -           | -          | region    | -       | -      | -
POST   /api/v1/enrolment/results/{id}/abort               | -       | -      | -           | -          | region    | -       | -      | -
POST   /api/v1/enrolment/results/{id}/undo                | -       | -      | -           | -          | region    | -       | -      | -
GET    /api/v1/enrolment/result-profiles/{code}           | -       | -      | -           | region     | region    | region  | region | -
PUT    /api/v1/enrolment/result-profiles/{code}           | -       | -      | -           | -          | region    | -       | region | -
GET    /api/v1/enrolment/not-yet-active                   | -       | -      | -           | region     | region    | region  | -      | -
POST   /api/v1/enrolment/not-yet-active/{id}/ask          | -       | -      | -           | region     | region    | -       | -      | -

GET    /api/v1/enrolment/reactivation-paths               | -       | -      | region      | region     | -         | region  | region | -
PUT    /api/v1/enrolment/reactivation-paths/{code}/{reason}/{validFrom} | - | - | -           | -          | -         | -       | region | -
PUT    /api/v1/proposals/{id}/reactivation/items/{item}   | office  | own    | -           | region     | -         | -       | -      | -
PUT    /api/v1/proposals/{id}/reactivation/reason         | -       | -      | region      | region     | -         | -       | -      | -

GET    /api/v1/proposals/{id}/evidence                    | office  | own    | region      | region     | region    | region  | -      | proposals:read
POST   /api/v1/lists                                      | -       | -      | -           | yes        | yes       | -       | -      | -
PUT    /api/v1/lists/{id}/parts/{position}                | -       | -      | -           | region     | region    | -       | -      | -
POST   /api/v1/lists/{id}/start                           | -       | -      | -           | region     | region    | -       | -      | -
POST   /api/v1/lists/{id}/approve                         | -       | -      | -           | region     | region    | -       | -      | -
POST   /api/v1/lists/{id}/abort                           | -       | -      | -           | region     | region    | -       | -      | -
GET    /api/v1/lists                                      | -       | -      | region      | region     | region    | region  | -      | -
GET    /api/v1/lists/{id}                                 | -       | -      | region      | region     | region    | region  | -      | -
GET    /api/v1/lists/{id}/refused                         | -       | -      | -           | region     | region    | -       | -      | -
GET    /api/v1/drifts                                     | -       | -      | region      | region     | region    | region  | -      | -
GET    /api/v1/drifts/{id}                                | -       | -      | region      | region     | region    | region  | -      | -
GET    /api/v1/drifts/{id}/people                         | -       | -      | region      | region     | region    | region  | -      | -
POST   /api/v1/drifts/{id}/tellings                       | -       | -      | -           | region     | region    | -       | -      | -

GET    /api/v1/message-templates                          | -       | -      | -           | yes        | -         | yes     | yes    | -
GET    /api/v1/whatsapp/messages                          | -       | -      | -           | region     | -         | -       | region | -
POST   /api/v1/whatsapp/messages/{id}/settle              | -       | -      | -           | region     | -         | -       | region | -
GET    /api/v1/whatsapp/breaker                           | -       | -      | -           | yes        | -         | -       | yes    | -
POST   /api/v1/whatsapp/breaker/close                     | -       | -      | -           | -          | -         | -       | yes    | -
GET    /api/v1/whatsapp/pacing                            | -       | -      | -           | yes        | -         | -       | yes    | -
GET    /api/v1/whatsapp/session                           | -       | -      | -           | -          | -         | -       | yes    | -
GET    /api/v1/whatsapp/session/qr                        | -       | -      | -           | -          | -         | -       | yes    | -
POST   /api/v1/whatsapp/session/qr                        | -       | -      | -           | -          | -         | -       | yes    | -
POST   /api/v1/whatsapp/session/pairing-code              | -       | -      | -           | -          | -         | -       | yes    | -
POST   /api/v1/whatsapp/session/restart                   | -       | -      | -           | -          | -         | -       | yes    | -
POST   /api/v1/whatsapp/session/log-out                   | -       | -      | -           | -          | -         | -       | yes    | -

GET    /api/v1/webhooks                                   | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/webhooks                                   | -       | -      | -           | -          | -         | -       | yes    | -
GET    /api/v1/webhooks/{id}                              | -       | -      | -           | -          | -         | -       | region | -
PATCH  /api/v1/webhooks/{id}                              | -       | -      | -           | -          | -         | -       | region | -
DELETE /api/v1/webhooks/{id}                              | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/webhooks/{id}/secret                       | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/webhooks/{id}/pause                        | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/webhooks/{id}/resume                       | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/webhooks/{id}/ping                         | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/webhooks/{id}/replays                      | -       | -      | -           | -          | -         | -       | region | -
GET    /api/v1/webhooks/{id}/deliveries                   | -       | -      | -           | -          | -         | -       | region | -

GET    /api/v1/conversations                              | office  | -      | region      | region     | -         | region  | region | -
GET    /api/v1/conversations/counts                       | yes     | -      | yes         | yes        | -         | yes     | yes    | -
GET    /api/v1/quick-replies                              | yes     | -      | yes         | yes        | -         | -       | -      | -
GET    /api/v1/conversations/{id}                         | office  | -      | region      | region     | -         | region  | -      | -
POST   /api/v1/conversations/{id}/claim                   | office  | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/conversations/{id}/release                 | office  | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/conversations/{id}/answers                 | office  | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/conversations/{id}/close                   | office  | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/conversations/{id}/confirm-number          | office  | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/conversations/{id}/read                    | office  | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/conversations/{id}/pause-bot               | office  | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/conversations/{id}/resume-bot              | office  | -      | region      | region     | -         | -       | -      | -

GET    /api/v1/quotas                                     | -       | -      | region      | region     | region    | region  | region | -
GET    /api/v1/quotas/{regionCode}/{year}                 | -       | -      | region      | region     | region    | region  | region | -
PUT    /api/v1/quotas/{regionCode}/{year}                 | -       | -      | -           | -          | region    | -       | region | -
POST   /api/v1/quotas/{regionCode}/{year}/openings        | -       | -      | -           | -          | region    | -       | region | -
POST   /api/v1/quotas/{regionCode}/{year}/takeovers       | -       | -      | -           | -          | region    | -       | region | -
DELETE /api/v1/quotas/{regionCode}/{year}/openings/{id}   | -       | -      | -           | -          | region    | -       | region | -
GET    /api/v1/quotas/{regionCode}/{year}/line            | -       | -      | region      | region     | region    | region  | -      | -
GET    /api/v1/quotas/{regionCode}/{year}/forecast        | -       | -      | region      | region     | region    | region  | region | -
PUT    /api/v1/tariffs/{regionCode}/{validFrom}           | -       | -      | -           | -          | region    | -       | region | -
DELETE /api/v1/tariffs/{regionCode}/{validFrom}           | -       | -      | -           | -          | region    | -       | region | -

POST   /api/public/status                                 | public  | public | public      | public     | public    | public  | public |
GET    /api/v1/simulator/messages                         | public  | public | public      | public     | public    | public  | public |
POST   /api/v1/simulator/messages                         | public  | public | public      | public     | public    | public  | public |
PUT    /api/v1/simulator/phones/{number}                  | public  | public | public      | public     | public    | public  | public |
`

/** Pages and files beside the API: hidden from its document, and open to everybody or not there at all. */
export const PAGES = [
  'GET /cakupan-publik',
  'GET /docs',
  'GET /docs/json',
  'GET /docs/static/*',
  'GET /docs/static/index.html',
  'GET /docs/static/swagger-initializer.js',
  'GET /docs/yaml',
  'GET /metrics',
  'GET /openapi.json',
  'GET /simulator',
  'GET /status',
  'POST /simulator',
  'POST /status',
]

export const CELLS = ['-', 'yes', 'own', 'office', 'region', 'all', 'public'] as const
export type Cell = (typeof CELLS)[number]
/** `call`: the route, and what tells its calls apart. */
export type AccessRow = { call: string; route: string; cells: Record<Role, Cell>; key: string }

const isCell = (word: string): word is Cell => CELLS.some((cell) => cell === word)

function readRow(line: string): AccessRow {
  const [call = '', ...words] = line.split('|').map((word) => word.trim().replace(/ +/g, ' '))
  const key = words.pop() ?? ''
  if (words.length !== ROLES.length) throw new Error(`${call} has ${words.length} columns for roles`)
  const cells = ROLES.map((role, index): [Role, Cell] => {
    const word = words[index] ?? ''
    if (!isCell(word)) throw new Error(`${call} says "${word}" for ${role}`)
    return [role, word]
  })
  return { call, route: call.replace(/ \(.+\)$/, ''), cells: Object.fromEntries(cells) as Record<Role, Cell>, key }
}

const [head = '', ...lines] = TABLE.split('\n').filter((line) => line.trim() !== '')
const columns = head.split('|').map((word) => word.trim())
if (columns.join() !== ['', ...ROLES, 'key'].join()) throw new Error(`the columns are ${columns.join()}`)

export const ACCESS: readonly AccessRow[] = lines.map(readRow)
