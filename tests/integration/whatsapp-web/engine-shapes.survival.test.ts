import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KeyShapeOfPage } from '../../support/whatsapp-web/index.ts'
import { createEngineWorld, type EngineWorld, type Run, SOON } from './engine-world.ts'

const PHONE = '6281200000001'

let world: EngineWorld
let run: Run
beforeAll(async () => {
  // A build that does not let us forbid what it fetches by itself works all the same.
  world = await createEngineWorld({ keyShape: 'dollar_one', withoutModules: ['WAWebUserPrefsGeneral'] })
  run = await world.runUntilReady()
})
afterAll(() => world.close())

const send = (reference: string) =>
  run.engine.send({
    to: PHONE,
    text: `Halo\nRef ${reference}`,
    reference,
    notAfter: new Date(Date.now() + 30_000),
  })
const receiptsOf = (reference: string) => run.receipts.filter((receipt) => receipt.reference === reference)

/** The next build of the page arrives while we are connected. */
async function loadBuild(keyShape: KeyShapeOfPage, seen: string): Promise<void> {
  world.standIn.configure({ keyShape })
  await world.standIn.reload()
  await vi.waitFor(
    async () => expect(await run.engine.probe(10_000)).toMatchObject({ hasSynced: true, keyShape: seen }),
    SOON,
  )
}

test.each([
  ['dollar_one', 'dollar_one'],
  ['serialized', 'serialized'],
  ['dollar_one', 'dollar_one'],
] as const)('a page that names its keys by %s sends, and is heard', async (build, seen) => {
  await loadBuild(build, seen)
  const reference = `${build === 'serialized' ? 'S' : 'D'}${String(run.receipts.length).padStart(9, '0')}`
  const result = await vi.waitFor(async () => {
    const answer = await send(reference)
    expect(answer).toMatchObject({ kind: 'accepted' })
    return answer
  }, SOON)
  const id = world.standIn.arrivals().at(-1)?.id
  expect(result).toEqual({ kind: 'accepted', gatewayMessageId: `true_${id}` })
  await vi.waitFor(() => expect(receiptsOf(reference).map(({ status }) => status)).toEqual(['sent', 'delivered']), SOON)
  expect(receiptsOf(reference)[0]?.gatewayMessageId).toBe(`true_${id}`)
  expect(await run.engine.lookUp(reference, PHONE)).toMatchObject({ kind: 'sent' })
})

test('a third way to name them stops sending before anything leaves, and an opt-out is heard all the same', async () => {
  await loadBuild('third', 'unknown')
  const before = world.standIn.arrivals().length
  world.standIn.behave(PHONE, { acks: [1] })
  const written = world.standIn.write(PHONE, 'BERHENTI')
  await vi.waitFor(
    () => expect(run.inbound).toMatchObject([{ body: 'BERHENTI', gatewayMessageId: `false_${written.id}` }]),
    SOON,
  )
  expect(await send('T000000000')).toEqual({ kind: 'refused', code: 'gateway_busy', retryable: true })
  expect(world.standIn.arrivals()).toHaveLength(before)
  expect(await run.engine.probe(10_000)).toMatchObject({ state: 'CONNECTED', keyShape: 'unknown' })
})
