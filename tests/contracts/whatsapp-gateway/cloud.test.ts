import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll } from 'vitest'
import type { Cloud } from '../../../src/features/whatsapp/index.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { type CloudWorld, createCloudWorld } from '../../support/whatsapp-cloud/cloud-world.ts'
import { CLOUD_SCRIPTS } from '../../support/whatsapp-cloud/phone-modes.ts'
import { describeGatewayContract } from './gateway-contract.ts'

const LOOK_AGAIN_MS = 20

// Whole seconds, as the service counts.
const clock = createFakeClock(new Date('2026-11-23T03:00:00.000Z'))
let cloud: CloudWorld
let phones = 0
let connected: Cloud['gateway'] | undefined
let looking: Promise<void> = Promise.resolve()

// In the product the queue does this (tests/integration/whatsapp/cloud-webhook.test.ts); here it is only somebody who looks again.
async function look(): Promise<void> {
  for (const id of await cloud.listWaiting()) await connected?.takeReport(id).catch(() => {})
}
function lookNow(): Promise<void> {
  looking = looking.then(look)
  return looking
}

beforeAll(async () => {
  cloud = await createCloudWorld({ afterCall: lookNow, clock })
})
afterAll(() => cloud?.close())

describeGatewayContract(
  'the Cloud API',
  async () => {
    const pictures = new Set<string>()
    const closing = new AbortController()
    const lookOn = async (): Promise<void> => {
      while (!closing.signal.aborted) {
        await lookNow()
        await wait(LOOK_AGAIN_MS)
      }
    }
    const lookingOn = lookOn()
    return {
      now: clock.now,
      createGateway() {
        connected = cloud.createCloud().gateway
        return connected
      },
      newPhone: () => `62813${String(++phones).padStart(8, '0')}`,
      async behave(phone, { mode, repeatReports = 1, answersLookUp = true }) {
        const script = CLOUD_SCRIPTS[mode]
        // It cannot be asked: what became of a text is known from its statuses or not at all.
        const statuses = answersLookUp ? {} : { statuses: [] }
        cloud.service.script(phone, { ...script, ...statuses, repeat: repeatReports })
        if (mode === 'sends_pictures') pictures.add(phone)
        cloud.service.answerUploads(mode === 'takes_no_pictures' ? { code: 131053 } : 'accept')
      },
      picturesOn: async (phone) => cloud.service.picturesOn(phone),
      textsOn: async (phone) => cloud.service.textsOn(phone),
      async write(phone, body) {
        const content = pictures.has(phone)
          ? { type: 'image', image: { caption: body, mime_type: 'image/jpeg', sha256: 'x', id: '1' } }
          : { type: 'text', text: { body } }
        await cloud.service.write(phone, content)
      },
      typeOnOwnPhone: (phone, body) => cloud.service.typeOnOwnPhone(phone, body),
      async close() {
        closing.abort()
        cloud.service.answerUploads('accept')
        await cloud.service.settled()
        await lookingOn
        await connected?.stop()
        connected = undefined
        await cloud.database.owner.deleteFrom('whatsapp_cloud_report').execute()
      },
    }
  },
  { asks_before_sending: 'Meta has no call that says whether a number is on WhatsApp' },
)
