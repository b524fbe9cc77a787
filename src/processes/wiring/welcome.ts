import { ROLES } from '../../contracts/access.ts'
import { type Language, translate } from '../../contracts/text/index.ts'
import { createMockPopulation } from '../../features/bpjs/mock/index.ts'
import type { Config } from '../config.ts'

/** What a newcomer needs to know once everything is up. The password is shown only where it is no secret: in a demo. */
export function welcome(config: Config, address: string, language: Language = 'id'): string[] {
  const ready = translate(language, 'common', 'start.ready', { address })
  if (!config.demo.isOn) return [ready]
  const { password } = config.demo
  const { bpjs } = config
  const hints = listHints(config, address, language)
  return [
    '',
    ready,
    translate(language, 'common', 'start.accounts', { password, accounts: ROLES.join(', ') }),
    ...(bpjs.source === 'mock'
      ? [translate(language, 'common', 'start.mock', { count: createMockPopulation().length, address: bpjs.baseUrl })]
      : []),
    translate(language, 'common', 'start.try'),
    ...hints.map((hint, index) => `${index + 1}. ${hint}`),
    translate(language, 'common', 'start.stop'),
    '',
  ]
}

/** Only what works here: the production image has no database of its own for a demo, and production no simulated phones to see. */
function listHints(config: Config, address: string, language: Language): string[] {
  return [
    ...(config.isProduction || config.whatsapp.gateway !== 'simulator'
      ? []
      : [translate(language, 'common', 'start.try.demo')]),
    translate(language, 'common', 'start.try.console', { address }),
    ...(config.isProduction || config.whatsapp.gateway !== 'simulator'
      ? []
      : [translate(language, 'common', 'start.try.simulator', { address })]),
  ]
}
