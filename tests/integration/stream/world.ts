import { pino } from 'pino'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { type Move, SYSTEM } from '../../../src/features/intake/index.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { type Clock, systemClock } from '../../../src/platform/clock.ts'
import { parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { createPool } from '../../../src/platform/db/database.ts'
import type { HttpLimits } from '../../../src/platform/http/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createApi } from '../../../src/processes/wiring/api.ts'
import { createFeatures } from '../../../src/processes/wiring/features.ts'
import { type EventStream, openEventStream } from '../../support/event-stream.ts'
import { makeIntakeBody } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

export type Server = { address: string; close(): Promise<void> }

export type StreamWorld = {
  whole: WholeApp
  /** The API of the world. */
  first: Server
  /** One more process's API on the same database. */
  startServer(limits?: Partial<HttpLimits>): Promise<Server>
  /** Signs in, unless `cookie` is given, and opens the stream; it is closed when the test is over. */
  open(username: string, options?: { on?: Server; lastEventId?: string; cookie?: string }): Promise<EventStream>
  /** Registers a household and brings its proposal to the reviewers. */
  inReview(registrar?: string): Promise<{ proposalId: string; intakeId: string }>
  register(registrar?: string): Promise<{ proposalId: string; intakeId: string }>
  move(proposalId: string, ...moves: Omit<Move, 'proposalId'>[]): Promise<void>
  act(username: string, proposalId: string, act: string, body?: object): Promise<number>
  close(): Promise<void>
}

/** Demo accounts all live in Kota Cirebon; `…kedawung` in Kabupaten Cirebon. */
export const ELSEWHERE = { registrar: 'petugas.kedawung', reviewer: 'verifikator.kedawung' }
export const NEIGHBOUR = 'petugas.kesambi'

const createdSchema = z.object({ id: z.string(), proposals: z.tuple([z.object({ id: z.string() })]) })

export async function createStreamWorld(clock: Clock = systemClock): Promise<StreamWorld> {
  const whole = await createWholeApp({}, clock)
  const { otherRegion, otherPuskesmas } = DEMO_OFFICES
  await whole.addAccount({
    username: ELSEWHERE.registrar,
    role: 'petugas',
    regionCode: '32.09',
    officeIds: [otherRegion],
  })
  await whole.addAccount({ username: ELSEWHERE.reviewer, role: 'verifikator', regionCode: '32.09', officeIds: [] })
  await whole.addAccount({ username: NEIGHBOUR, role: 'petugas', regionCode: '32.74', officeIds: [otherPuskesmas] })
  const first: Server = {
    address: await whole.app.listen({ host: '127.0.0.1', port: 0 }),
    close: () => whole.app.close(),
  }
  const servers: Server[] = []

  const register: StreamWorld['register'] = async (registrar = 'petugas') => {
    const body = makeIntakeBody({ confirmWarnings: ['outside_domicile', 'nik_region_differs'] })
    const villageCode = registrar === ELSEWHERE.registrar ? '32.09.20.2008' : body.address.villageCode
    const reply = await whole.send({
      as: registrar,
      method: 'POST',
      url: '/api/v1/intakes',
      headers: { 'idempotency-key': uuidIds.next() },
      payload: { ...body, address: { ...body.address, villageCode } },
    })
    if (reply.statusCode !== 201) throw new Error(`registering answered ${reply.statusCode} ${reply.body}`)
    const created = createdSchema.parse(reply.json())
    return { proposalId: created.proposals[0].id, intakeId: created.id }
  }

  const move: StreamWorld['move'] = async (proposalId, ...moves) => {
    for (const one of moves) {
      const [result] = await whole.database.db
        .transaction()
        .execute((tx) => whole.features.intake.moveMany(tx, [{ proposalId, ...one }]))
      if (!result?.moved) throw new Error(`${one.action} was refused: ${result?.refusal}`)
    }
  }

  return {
    whole,
    first,
    register,
    move,
    async startServer(limits) {
      const { config, database } = whole
      const pool = createPool(
        { url: database.url, role: 'puntadewa_app', poolSize: 4, applicationName: 'second' },
        () => {},
      )
      const deps = {
        config,
        log: pino({ level: 'silent' }),
        clock,
        ids: uuidIds,
        database: { url: database.url, ownerUrl: database.url, isEmbedded: false },
        keyRing: parseKeyRing(config.secrets.dataKeys ?? ''),
        authSecret: config.secrets.authSecret ?? '',
      }
      const features = await createFeatures(deps, pool)
      const app = await createApi(deps, features, pool, new Registry(), limits)
      const address = await app.listen({ host: '127.0.0.1', port: 0 })
      let closing: Promise<void> | undefined
      const server: Server = {
        address,
        close: () => {
          closing ??= app
            .close()
            .then(() => features.bpjs.close())
            .then(() => pool.end())
          return closing
        },
      }
      servers.push(server)
      return server
    },
    async open(username, { on = first, lastEventId, cookie } = {}) {
      const headers = { cookie: cookie ?? (await whole.cookieOf(username)) }
      const stream = await openEventStream(`${on.address}/api/v1/events`, headers, lastEventId)
      onTestFinished(() => stream.close())
      return stream
    },
    async inReview(registrar) {
      const registered = await register(registrar)
      await move(
        registered.proposalId,
        { action: 'start_checks', mover: SYSTEM },
        {
          action: 'complete_checks',
          mover: SYSTEM,
          data: { membership: 'not_found', membershipAt: new Date().toISOString() },
        },
      )
      return registered
    },
    async act(username, proposalId, act, body = {}) {
      const reply = await whole.send({
        as: username,
        method: 'POST',
        url: `/api/v1/proposals/${proposalId}/${act}`,
        payload: body,
      })
      return reply.statusCode
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()))
      await whole.close()
    },
  }
}

const idsSchema = z.object({ ids: z.array(z.string()).nullable() })

/** Whether the data of an event names this id. */
export const isAbout =
  (id: string | undefined) =>
  (data: unknown): boolean =>
    id !== undefined && idsSchema.safeParse(data).data?.ids?.includes(id) === true
