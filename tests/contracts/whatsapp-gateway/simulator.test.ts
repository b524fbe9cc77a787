import { pino } from 'pino'
import { afterAll, beforeAll } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import { createSimulator } from '../../../src/features/whatsapp/index.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { describeGatewayContract } from './gateway-contract.ts'

let database: TestDatabase<DB>
let phones = 0
beforeAll(async () => {
  database = await createTestDatabase<DB>()
})
afterAll(async () => {
  await database.close()
})

describeGatewayContract('the simulator', async () => {
  const deps = {
    db: database.db,
    clock: systemClock,
    ids: uuidIds,
    logger: pino({ level: 'silent' }),
    timeZone: 'Asia/Jakarta',
  }
  let simulator = createSimulator(deps)
  return {
    createGateway() {
      simulator = createSimulator(deps)
      return simulator.gateway
    },
    newPhone: () => `62812${String(++phones).padStart(8, '0')}`,
    behave: (phone, { repeatReports, ...behaviour }) =>
      simulator.phones.behave(phone, {
        ...behaviour,
        ...(repeatReports === undefined ? {} : { repeatReceipts: repeatReports }),
      }),
    async textsOn(phone) {
      const chat = await simulator.phones.listChat(phone)
      return chat.filter((message) => !message.fromResident).map((message) => message.body)
    },
    async picturesOn(phone) {
      const chat = await simulator.phones.listChat(phone)
      return chat.filter((message) => !message.fromResident).map((message) => message.media)
    },
    async write(phone, body) {
      await simulator.phones.write(phone, body)
    },
    typeOnOwnPhone: (phone, body) => simulator.phones.typeOnOwnPhone(phone, body),
    async close() {
      await simulator.gateway.stop()
      await database.owner.deleteFrom('simulator_event').execute()
      await database.owner.deleteFrom('simulator_message').execute()
    },
  }
})
