import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { systemClock } from '../../../src/platform/clock.ts'
import { parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { createPool } from '../../../src/platform/db/database.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { loadConfig } from '../../../src/processes/config.ts'
import { createFeatures } from '../../../src/processes/wiring/features.ts'

/** Goes on with one list, in a process that can be killed, and tells the most memory it ever had. Its settings are those of the product. */
const [listId = ''] = process.argv.slice(2)
const given = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
const config = loadConfig(Object.fromEntries(given))
const url = config.database.url ?? ''
const pool = createPool({ url, role: 'puntadewa_app', poolSize: 4, applicationName: 'list-worker' }, () => {})
const features = await createFeatures(
  {
    config,
    log: pino({ level: 'silent' }),
    clock: systemClock,
    ids: uuidIds,
    database: { url, ownerUrl: url, isEmbedded: false },
    keyRing: parseKeyRing(config.secrets.dataKeys ?? ''),
    authSecret: config.secrets.authSecret ?? '',
  },
  pool,
)
await features.bpjs.goOnWithList(listId, new AbortController().signal)
await features.bpjs.close()
await pool.end()
// What the system's own figure says of a child includes its parent before the start.
const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
process.send?.({ megabytes: kilobytes / 1024 })
