import type { Actor } from '../../../contracts/access.ts'
import { type Home, OWN_LEASES_MAX, REGISTERED_MAX } from '../../../contracts/api/home.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Language } from '../../../contracts/text/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Db } from '../../database.ts'
import type { ConsolePorts, Pulse } from '../console.ports.ts'
import { startOfDay } from './day.domain.ts'
import { type Figure, readFigures } from './figure.repository.ts'

export type HomeService = { get(actor: Actor, language: Language): Promise<Home> }

const shown = ({ state, code, text }: Pulse): Home['bpjs'] => ({ state, code, text })

/** All that the first page shows, in one call and about ten readings of indexes. No person is read. */
export function createHome(deps: {
  db: Db
  clock: Clock
  ports: Pick<ConsolePorts, 'cases' | 'talks' | 'membership' | 'regions'>
}): HomeService {
  const { db, clock } = deps
  const { cases, talks, membership, regions } = deps.ports

  /** An admin sees no cases, but what became of the notices of the own region. */
  const figureScopeOf = (actor: Actor) => {
    if (actor.role !== 'admin') return cases.figureScope(actor)
    return actor.regionCode.length <= 5 ? { regionCodes: regions.kabKotaIn(actor.regionCode) } : null
  }

  const todayOf = async (actor: Actor, since: Date): Promise<Home['today']> => {
    const scope = figureScopeOf(actor)
    const [registered, figures] = await Promise.all([
      cases.countRegistered(actor, since, REGISTERED_MAX),
      scope && readFigures(db, scope, since),
    ])
    const of = (figure: Figure): number => figures?.get(figure) ?? 0
    return {
      registered,
      decided: figures && actor.role !== 'admin' ? of('decided') : null,
      notices: figures && { delivered: of('delivered'), failed: of('failed'), unknown: of('unknown') },
    }
  }

  return {
    async get(actor, language) {
      const now = clock.now()
      const timeZone = regions.timeZoneOf(actor.regionCode)
      const [queues, leases, today, whatsapp, bpjs] = await Promise.all([
        cases.getQueueClocks(actor),
        cases.listOwnLeases(actor, OWN_LEASES_MAX),
        todayOf(actor, startOfDay(now, timeZone)),
        talks.pulse(language),
        membership.pulse(language),
      ])
      return {
        at: now.toISOString(),
        day: dayInZone(now, timeZone),
        timeZone,
        queues,
        leases: leases.map(({ proposalId, until, dueAt }) => ({
          proposalId,
          until: until.toISOString(),
          dueAt: dueAt?.toISOString() ?? null,
        })),
        today,
        whatsapp: shown(whatsapp),
        bpjs: shown(bpjs),
      }
    },
  }
}
