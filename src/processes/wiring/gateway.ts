import {
  openWebGateway,
  type TakeReport,
  type WebGateway,
  type WhatsAppGateway,
} from '../../features/whatsapp/index.ts'
import { createSettingError } from '../../platform/config/setting-error.ts'
import type { ProcessDeps } from '../process-parts.ts'
import type { Features } from './features.ts'

/** `web`: can send only while it holds the session and is connected. `takeReport`: of a transport that calls us. */
export type HeldGateway = { gateway: WhatsAppGateway; web: WebGateway | null; takeReport?: TakeReport }

/** The way to WhatsApp of a process with the role `whatsapp`. Does nothing before it is started. */
export async function openGateway(deps: ProcessDeps, features: Features): Promise<HeldGateway> {
  const { config, clock, log: logger } = deps
  const { cloud } = features
  if (cloud) return { gateway: cloud.gateway, web: null, takeReport: cloud.gateway.takeReport }
  if (config.whatsapp.gateway === 'simulator') return { gateway: features.simulator.gateway, web: null }
  try {
    const web = await openWebGateway({
      db: features.db,
      sealer: features.sealer,
      clock,
      logger,
      dataDirectory: config.dataDirectory,
      browser: config.whatsapp.web,
    })
    return { gateway: web, web }
  } catch (error) {
    throw createSettingError('WHATSAPP_WEB_CHROMIUM', error instanceof Error ? error.message : 'no Chromium was found')
  }
}
