import { pino } from 'pino'
import { Registry } from 'prom-client'
import { systemClock } from '../../../src/platform/clock.ts'
import { parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { createPool } from '../../../src/platform/db/database.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { loadConfig } from '../../../src/processes/config.ts'
import { createApi } from '../../../src/processes/wiring/api.ts'
import { createFeatures } from '../../../src/processes/wiring/features.ts'

/**
 * The product in a process that can be killed and whose memory can be measured. With a work and
 * its id: goes on with it. Without: serves the API, tells its address, and answers any message with the most memory it has had.
 */
const [work, id = ''] = process.argv.slice(2)
const given = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
const config = loadConfig(Object.fromEntries(given))
const url = config.database.url ?? ''
const pool = createPool({ url, role: 'puntadewa_app', poolSize: 3, applicationName: 'enrolment-process' }, () => {})
const deps = {
  config,
  log: pino({ level: 'silent' }),
  clock: systemClock,
  ids: uuidIds,
  database: { url, ownerUrl: url, isEmbedded: false },
  keyRing: parseKeyRing(config.secrets.dataKeys ?? ''),
  authSecret: config.secrets.authSecret ?? '',
}
const features = await createFeatures(deps, pool)
const { enrolment } = features
const context = { signal: new AbortController().signal }
if (work) {
  if (work === 'seal') await enrolment.goOnWithSealing({ payload: { batchId: id } }, context)
  else if (work === 'results') await enrolment.goOnWithResults({ payload: { resultId: id } }, context)
  else await enrolment.recheckActivation(context)
  await features.bpjs.close()
  await pool.end()
} else {
  const app = await createApi(deps, features, pool, new Registry())
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  process.on('message', () => process.send?.({ maxRssBytes: process.resourceUsage().maxRSS * 1024 }))
  process.on('disconnect', () => process.exit())
  process.send?.({ address })
}
