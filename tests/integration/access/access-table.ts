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
 * Lists have the same words: what is "not found" does not show in them. The last column is the scope that lets a machine's key
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

GET    /api/v1/accounts                                   | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/accounts                                   | -       | -      | -           | -          | -         | -       | region | -
PATCH  /api/v1/accounts/{id}                              | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/accounts/{id}/unlock                       | -       | -      | -           | -          | -         | -       | region | -
GET    /api/v1/api-keys                                   | -       | -      | -           | -          | -         | -       | region | -
POST   /api/v1/api-keys                                   | -       | -      | -           | -          | -         | -       | region | -
DELETE /api/v1/api-keys/{id}                              | -       | -      | -           | -          | -         | -       | region | -
GET    /api/v1/audit                                      | own     | own    | own         | region     | own       | region  | region | -
GET    /api/v1/bpjs/health                                | -       | -      | -           | yes        | -         | -       | yes    | -

GET    /api/v1/regions                                    | yes     | yes    | yes         | yes        | yes       | yes     | yes    | regions:read
GET    /api/v1/regions/{code}                             | all     | all    | all         | all        | all       | all     | all    | regions:read
GET    /api/v1/regions/{code}/population                  | all     | all    | all         | all        | all       | all     | all    | regions:read
PUT    /api/v1/regions/{code}/population                  | -       | -      | -           | -          | -         | -       | region | -
GET    /api/v1/offices                                    | region  | region | region      | region     | region    | region  | region | regions:read
GET    /api/v1/offices/{id}                               | region  | region | region      | region     | region    | region  | region | regions:read
POST   /api/v1/offices                                    | -       | -      | -           | -          | -         | -       | region | -
PATCH  /api/v1/offices/{id}                               | -       | -      | -           | -          | -         | -       | region | -

POST   /api/v1/intakes                                    | yes     | yes    | -           | -          | -         | -       | -      | intakes:write
GET    /api/v1/intakes/{id}                               | office  | own    | region      | region     | region    | region  | -      | proposals:read
POST   /api/v1/households/lookup                          | office  | own    | -           | -          | -         | -       | -      | intakes:write
GET    /api/v1/proposals                                  | office  | own    | region      | region     | region    | region  | -      | proposals:read
GET    /api/v1/queues                                     | yes     | yes    | yes         | yes        | yes       | yes     | -      | proposals:read
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
POST   /api/v1/proposals/{id}/membership-checks           | -       | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/membership-checks/refresh   | -       | -      | region      | region     | -         | -       | -      | -
POST   /api/v1/proposals/{id}/duplicates/{otherId}/dismiss| -       | -      | region      | region     | -         | -       | -      | -

GET    /api/v1/whatsapp/messages                          | -       | -      | -           | region     | -         | -       | region | -
POST   /api/v1/whatsapp/messages/{id}/settle              | -       | -      | -           | region     | -         | -       | region | -

POST   /api/public/status                                 | public  | public | public      | public     | public    | public  | public |
GET    /api/v1/simulator/messages                         | public  | public | public      | public     | public    | public  | public |
POST   /api/v1/simulator/messages                         | public  | public | public      | public     | public    | public  | public |
PUT    /api/v1/simulator/phones/{number}                  | public  | public | public      | public     | public    | public  | public |
`

/** Pages and files beside the API: hidden from its document, and open to everybody or not there at all. */
export const PAGES = [
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
export type AccessRow = { route: string; cells: Record<Role, Cell>; key: string }

const isCell = (word: string): word is Cell => CELLS.some((cell) => cell === word)

function readRow(line: string): AccessRow {
  const [route = '', ...words] = line.split('|').map((word) => word.trim().replace(/ +/g, ' '))
  const key = words.pop() ?? ''
  if (words.length !== ROLES.length) throw new Error(`${route} has ${words.length} columns for roles`)
  const cells = ROLES.map((role, index): [Role, Cell] => {
    const word = words[index] ?? ''
    if (!isCell(word)) throw new Error(`${route} says "${word}" for ${role}`)
    return [role, word]
  })
  return { route, cells: Object.fromEntries(cells) as Record<Role, Cell>, key }
}

const [head = '', ...lines] = TABLE.split('\n').filter((line) => line.trim() !== '')
const columns = head.split('|').map((word) => word.trim())
if (columns.join() !== ['', ...ROLES, 'key'].join()) throw new Error(`the columns are ${columns.join()}`)

export const ACCESS: readonly AccessRow[] = lines.map(readRow)
