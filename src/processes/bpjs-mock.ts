import { createBpjsMock } from '../features/bpjs/mock/index.ts'
import type { BaseDeps, RunningRole } from './process-parts.ts'

export async function startBpjsMock({ clock, config, log }: BaseDeps): Promise<RunningRole & { address: string }> {
  const mock = createBpjsMock({ clock })
  const address = await mock.listen(config.bpjsMock)
  log.info({ address }, 'BPJS mock is listening')
  return { address, stop: () => mock.close() }
}
