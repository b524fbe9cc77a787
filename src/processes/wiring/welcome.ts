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
  return [
    '',
    ready,
    translate(language, 'common', 'start.accounts', { password, accounts: ROLES.join(', ') }),
    ...(bpjs.source === 'mock'
      ? [translate(language, 'common', 'start.mock', { count: createMockPopulation().length, address: bpjs.baseUrl })]
      : []),
    translate(language, 'common', 'start.try'),
    translate(language, 'common', 'start.try.demo'),
    ...(config.http.open.docs ? [translate(language, 'common', 'start.try.docs', { address })] : []),
    ...(config.isProduction ? [] : [translate(language, 'common', 'start.try.simulator', { address })]),
    translate(language, 'common', 'start.stop'),
    '',
  ]
}
