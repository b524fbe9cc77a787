import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { PhoneMode } from '../../../src/contracts/api/whatsapp.ts'
import type { InboundText, Receipt, WhatsAppGateway } from '../../../src/features/whatsapp/whatsapp.ports.ts'

/** A transport under test, and the other side of it: phones that do as they are told. */
export type GatewayWorld = {
  /** A gateway on the same phones as the one before it; the first and every later one. Not started. */
  createGateway(): WhatsAppGateway
  /** A phone of its own, well behaved until told otherwise. E.164 digits. */
  newPhone(): string
  behave(phone: string, behaviour: { mode: PhoneMode; repeatReceipts?: number; answersLookUp?: boolean }): Promise<void>
  textsOn(phone: string): Promise<string[]>
  write(phone: string, body: string): Promise<void>
  close(): Promise<void>
}

const SOON = { timeout: 5_000, interval: 10 }
const inTime = (): Date => new Date(Date.now() + 30_000)
let counter = 0
const newReference = (): string => `REF${String(++counter).padStart(7, '0')}`

/** What every transport promises. The product relies on nothing else. */
export function describeGatewayContract(name: string, createWorld: () => Promise<GatewayWorld>): void {
  describe(`the gateway contract on ${name}`, () => {
    let world: GatewayWorld
    let gateway: WhatsAppGateway
    let receipts: Receipt[]
    let inbound: InboundText[]
    let phone: string

    const listen = async (created: WhatsAppGateway): Promise<void> => {
      created.onReceipt(async (receipt) => void receipts.push(receipt))
      created.onInbound(async (text) => void inbound.push(text))
      await created.start()
    }
    const send = async (text = 'Halo', reference = newReference()) =>
      await gateway.send({ to: phone, text, reference, notAfter: inTime() })
    const sendUnheard = async (reference: string): Promise<'unknown' | 'accepted' | 'refused'> =>
      await send('Halo', reference).then(
        (result) => result.kind,
        () => 'unknown' as const,
      )
    const statuses = (): string[] => receipts.map((receipt) => receipt.status)

    beforeEach(async () => {
      world = await createWorld()
      receipts = []
      inbound = []
      phone = world.newPhone()
      gateway = world.createGateway()
      await listen(gateway)
    })
    afterEach(async () => {
      await gateway.stop()
      await world.close()
    })

    test('is ready after it has started', async () => {
      expect(await gateway.health()).toMatchObject({ ready: true })
    })

    test('finds the address of a number', async () => {
      expect(await gateway.resolve(phone)).toMatchObject({ kind: 'registered', address: expect.any(String) })
    })

    test('says when a number is not on WhatsApp, and sends nothing to it', async () => {
      await world.behave(phone, { mode: 'not_on_whatsapp' })
      expect(await gateway.resolve(phone)).toEqual({ kind: 'not_registered' })
      expect(await send()).toEqual({ kind: 'refused', code: 'not_on_whatsapp', retryable: false })
      expect(await world.textsOn(phone)).toEqual([])
    })

    test('puts a text on the phone once, as it was written', async () => {
      const text = `*Puskesmas* – "kutip" & <tanda>\nbaris dua 🙏\n${'x'.repeat(980)}`
      expect(await send(text)).toEqual({ kind: 'accepted', gatewayMessageId: expect.any(String) })
      expect(await world.textsOn(phone)).toEqual([text])
    })

    test('gives every text an id of its own', async () => {
      const results = await Promise.all([send('satu'), send('dua'), send('tiga')])
      const ids = results.map((result) => result.kind === 'accepted' && result.gatewayMessageId)
      expect(new Set(ids).size).toBe(3)
    })

    test('sends a text twice when it is asked twice: not repeating is the caller’s part', async () => {
      const reference = newReference()
      await send('Halo', reference)
      await send('Halo', reference)
      expect(await world.textsOn(phone)).toEqual(['Halo', 'Halo'])
    })

    test('reports delivery by the id it answered with', async () => {
      const result = await send()
      if (result.kind !== 'accepted') throw new Error('not accepted')
      const report = { gatewayMessageId: result.gatewayMessageId, status: 'delivered', at: expect.any(Date) }
      await vi.waitFor(() => expect(receipts).toContainEqual(expect.objectContaining(report)), SOON)
    })

    test('reports that a text was read', async () => {
      await world.behave(phone, { mode: 'reads' })
      await send()
      await vi.waitFor(() => expect(statuses()).toEqual(expect.arrayContaining(['delivered', 'read'])), SOON)
    })

    test('reports a failure after it had accepted', async () => {
      await world.behave(phone, { mode: 'fails' })
      expect(await send()).toMatchObject({ kind: 'accepted' })
      await vi.waitFor(() => expect(statuses()).toEqual(['failed']), SOON)
      expect(await world.textsOn(phone)).toEqual([])
    })

    test('may report before it answers, backwards and repeatedly', async () => {
      await world.behave(phone, { mode: 'receipts_first' })
      await send()
      expect(statuses()).toEqual(['delivered', 'read'])
      receipts = []
      await world.behave(phone, { mode: 'receipts_backwards', repeatReceipts: 3 })
      await send()
      await vi.waitFor(() => expect(receipts).toHaveLength(9), SOON)
      expect(new Set(statuses())).toEqual(new Set(['sent', 'delivered', 'read']))
    })

    test('reports a receipt again when it was not taken', async () => {
      let refused = 0
      gateway.onReceipt(async (receipt) => {
        if (refused++ === 0) throw new Error('the database is away')
        receipts.push(receipt)
      })
      await send()
      await vi.waitFor(() => expect(statuses()).toContain('delivered'), SOON)
    })

    test('never says "not sent" about a text that arrived although the hand-over broke', async () => {
      await world.behave(phone, { mode: 'unknown_delivered' })
      const reference = newReference()
      expect(await sendUnheard(reference)).toBe('unknown')
      expect(await world.textsOn(phone)).toEqual(['Halo'])
      expect((await gateway.lookUpByReference(reference)).kind).not.toBe('not_sent')
    })

    test('never says "sent" about a text that was lost', async () => {
      await world.behave(phone, { mode: 'unknown_lost' })
      const reference = newReference()
      expect(await sendUnheard(reference)).toBe('unknown')
      expect(await world.textsOn(phone)).toEqual([])
      expect((await gateway.lookUpByReference(reference)).kind).not.toBe('sent')
    })

    test('looks up an accepted text by its reference', async () => {
      const reference = newReference()
      await send('Halo', reference)
      expect((await gateway.lookUpByReference(reference)).kind).not.toBe('not_sent')
    })

    test('never says "sent" about a reference it was never given', async () => {
      expect((await gateway.lookUpByReference(newReference())).kind).not.toBe('sent')
    })

    test('says so when it cannot tell', async () => {
      await world.behave(phone, { mode: 'unknown_delivered', answersLookUp: false })
      const reference = newReference()
      await sendUnheard(reference)
      expect(await gateway.lookUpByReference(reference)).toEqual({ kind: 'cannot_tell' })
    })

    test.each([
      { mode: 'refuses', retryable: false },
      { mode: 'busy', retryable: true },
    ] as const)('refuses without a trace when the phone $mode', async ({ mode, retryable }) => {
      await world.behave(phone, { mode })
      const reference = newReference()
      expect(await send('Halo', reference)).toMatchObject({ kind: 'refused', retryable })
      expect(await world.textsOn(phone)).toEqual([])
      expect((await gateway.lookUpByReference(reference)).kind).not.toBe('sent')
    })

    test('hands nothing over after its time', async () => {
      const notAfter = new Date(Date.now() - 1)
      const sending = gateway.send({ to: phone, text: 'Halo', reference: newReference(), notAfter })
      expect(await sending).toMatchObject({ kind: 'refused', retryable: true })
      expect(await world.textsOn(phone)).toEqual([])
    })

    test('reports what a resident writes, with number and time', async () => {
      await world.write(phone, 'Terima kasih 🙏\nBu')
      await vi.waitFor(() => expect(inbound).toHaveLength(1), SOON)
      expect(inbound[0]).toMatchObject({ from: phone, body: 'Terima kasih 🙏\nBu', at: expect.any(Date) })
    })

    test('reports an inbound text again when it was not taken, under the same id', async () => {
      const seen: string[] = []
      gateway.onInbound(async (text) => {
        seen.push(text.gatewayMessageId)
        if (seen.length === 1) throw new Error('the database is away')
      })
      await world.write(phone, 'STOP')
      await vi.waitFor(() => expect(seen).toHaveLength(2), SOON)
      expect(seen[0]).toBe(seen[1])
    })

    test('reports after a restart what happened while it was down', async () => {
      await gateway.stop()
      await send()
      await world.write(phone, 'Halo?')
      expect(receipts).toEqual([])
      gateway = world.createGateway()
      await listen(gateway)
      await vi.waitFor(() => expect(inbound).toHaveLength(1), SOON)
      await vi.waitFor(() => expect(statuses()).toEqual(expect.arrayContaining(['delivered'])), SOON)
    })

    test('reports nothing any more once it has stopped', async () => {
      await gateway.stop()
      const late: InboundText[] = []
      gateway.onInbound(async (text) => void late.push(text))
      await world.write(phone, 'Halo?')
      gateway = world.createGateway()
      await listen(gateway)
      await vi.waitFor(() => expect(inbound).toHaveLength(1), SOON)
      expect(late).toEqual([])
    })
  })
}
