import { pino } from 'pino'
import { createWhatsappWebEngine } from '../../../src/features/whatsapp/web/engine/index.ts'
import { systemClock } from '../../../src/platform/clock.ts'

// A process that holds the session, to be killed. Says on its output what happens.
const [executablePath = '', dataPath = '', testPage = ''] = process.argv.slice(2)
const engine = createWhatsappWebEngine({
  executablePath,
  dataPath,
  testPage,
  clientId: 'main',
  clock: systemClock,
  logger: pino({ level: 'silent' }),
  noSandbox: true,
})({
  onEvent: ({ kind }) => console.log(kind),
  onReceipt() {},
  onInbound() {},
  onOwnText() {},
  onTrouble() {},
})
await engine.start()
