import type { CreateEngine } from '../engine.ports.ts'
import { completeOptions, profileDirectory, type WhatsappWebEngineOptions } from './engine-options.ts'
import { sessionMarker } from './launch.ts'
import { createProcessTree } from './processes.ts'
import { createRun } from './run.ts'

export { findChromium } from './chromium.ts'
export type { EngineDeadlines, WhatsappWebEngineOptions } from './engine-options.ts'

const ORPHAN_MS = 10_000

/** Runs of the real whatsapp-web.js, each with a Chromium of its own on the same profile. One may run at a time. */
export function createWhatsappWebEngine(options: WhatsappWebEngineOptions): CreateEngine {
  const config = completeOptions(options)
  return (handlers) => createRun(config, handlers)
}

/** Ends what a killed former owner of this profile left running on this machine. Returns how many processes that were. Repeatable. */
export async function endOrphans(of: Pick<WhatsappWebEngineOptions, 'dataPath' | 'clientId'>): Promise<number> {
  const marker = sessionMarker({ clientId: of.clientId, profile: profileDirectory(of) })
  return await createProcessTree(marker).end(ORPHAN_MS)
}
