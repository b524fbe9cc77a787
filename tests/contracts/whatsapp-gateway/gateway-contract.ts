import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type {
  AccountTrouble,
  InboundText,
  OutgoingTemplate,
  OutgoingText,
  OwnText,
  Receipt,
  WhatsAppGateway,
} from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { RECEIPT_MEDIA } from '../../support/receipt-media.ts'
import type { Capability, GatewayWorld } from './gateway-world.ts'

const SOON = { timeout: 5_000, interval: 10 }
const IN_TIME_MS = 30_000
const DAY_MS = 24 * 60 * 60_000
const TEMPLATE: OutgoingTemplate = {
  name: 'puntadewa_eligible_v1',
  language: 'id',
  parameters: ['Puskesmas', 'Siti A.'],
}
let counter = 0
const newReference = (): string => `REF${String(++counter).padStart(7, '0')}`

/** What every transport promises. The product relies on nothing else. `lacks`: what this one cannot do, and why. */
export function describeGatewayContract(
  name: string,
  createWorld: () => Promise<GatewayWorld>,
  lacks: Partial<Record<Capability, string>> = {},
): void {
  /** The capability once, or not at all: what a transport lacks is left out and said. */
  const ifAble = (capability: Capability): Capability[] => {
    const reason = lacks[capability]
    if (reason === undefined) return [capability]
    console.info(`${name} lacks ${capability}: ${reason}`)
    return []
  }

  describe(`the gateway contract on ${name}`, () => {
    let world: GatewayWorld
    let gateway: WhatsAppGateway
    let receipts: Receipt[]
    let inbound: InboundText[]
    let own: OwnText[]
    let troubles: AccountTrouble[]
    let phone: string

    /** By the clock that the transport goes by. */
    const fromNow = (ms: number): Date => new Date((world.now?.() ?? new Date()).getTime() + ms)
    const listen = async (created: WhatsAppGateway): Promise<void> => {
      created.onReceipt(async (receipt) => void receipts.push(receipt))
      created.onInbound(async (text) => void inbound.push(text))
      created.onOwnText(async (text) => void own.push(text))
      created.onTrouble(async (trouble) => void troubles.push(trouble))
      await created.start()
    }
    const addressOf = async (number: string): Promise<string> => {
      const resolved = await gateway.resolve(number)
      return resolved.kind === 'registered' ? resolved.address : number
    }
    const outgoing = async (changes: Partial<OutgoingText> = {}): Promise<OutgoingText> => ({
      to: changes.to ?? (await addressOf(phone)),
      text: 'Halo',
      reference: newReference(),
      notAfter: fromNow(IN_TIME_MS),
      template: null,
      lastInboundAt: new Date(),
      ...changes,
    })
    const hand = async (changes: Partial<OutgoingText> = {}) => await gateway.send(await outgoing(changes))
    const send = async (text = 'Halo', reference = newReference()) => await hand({ text, reference })
    const sendUnheard = async (reference: string): Promise<'unknown' | 'accepted' | 'refused'> =>
      await send('Halo', reference).then(
        (result) => result.kind,
        () => 'unknown' as const,
      )
    const statuses = (): string[] => receipts.map((receipt) => receipt.status)
    const restart = async (): Promise<void> => {
      gateway = world.createGateway()
      await listen(gateway)
    }

    beforeEach(async () => {
      world = await createWorld()
      receipts = []
      inbound = []
      own = []
      troubles = []
      phone = world.newPhone()
      gateway = world.createGateway()
      await listen(gateway)
    })
    afterEach(async () => {
      await world.close()
    })

    describe('handing over', () => {
      test('is ready after it has started', async () => {
        expect(await gateway.health()).toMatchObject({ ready: true })
      })

      test('finds the address of a number, the same each time', async () => {
        const first = await gateway.resolve(phone)
        expect(first).toMatchObject({ kind: 'registered', address: expect.any(String) })
        expect(await gateway.resolve(phone)).toEqual(first)
      })

      describe.each(ifAble('asks_before_sending'))('%s', () => {
        test('says when a number is not on WhatsApp before anything is sent', async () => {
          await world.behave(phone, { mode: 'not_on_whatsapp' })
          expect(await gateway.resolve(phone)).toEqual({ kind: 'not_registered' })
        })
      })

      test('sends nothing to a number that is not on WhatsApp, and says so for good', async () => {
        await world.behave(phone, { mode: 'not_on_whatsapp' })
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

      test('puts texts that are handed over side by side on the right phones', async () => {
        const phones = Array.from({ length: 5 }, () => world.newPhone())
        const addresses = await Promise.all(phones.map(addressOf))
        await Promise.all(addresses.map((to, index) => hand({ to, text: `kabar ${index}` })))
        const arrived = await Promise.all(phones.map((each) => world.textsOn(each)))
        expect(arrived).toEqual(phones.map((_, index) => [`kabar ${index}`]))
      })

      test('sends a text twice when it is asked twice: not repeating is the caller’s part', async () => {
        const reference = newReference()
        await send('Halo', reference)
        await send('Halo', reference)
        expect(await world.textsOn(phone)).toEqual(['Halo', 'Halo'])
      })

      test.each([
        { mode: 'refuses', retryable: false },
        { mode: 'busy', retryable: true },
      ] as const)('refuses without a trace when the phone $mode', async ({ mode, retryable }) => {
        await world.behave(phone, { mode })
        const reference = newReference()
        expect(await send('Halo', reference)).toMatchObject({ kind: 'refused', retryable })
        expect(await world.textsOn(phone)).toEqual([])
        expect((await gateway.lookUpByReference(reference, phone)).kind).not.toBe('sent')
      })

      test('reports no trouble of the account when one text is refused', async () => {
        await world.behave(phone, { mode: 'refuses' })
        await send()
        await world.behave(phone, { mode: 'busy' })
        await send()
        expect(troubles).toEqual([])
      })

      test('hands nothing over after its time', async () => {
        const notAfter = fromNow(-1)
        expect(await hand({ notAfter })).toMatchObject({ kind: 'refused', retryable: true })
        expect(await world.textsOn(phone)).toEqual([])
      })

      test('reports trouble of the account before it refuses, and sends nothing', async () => {
        await world.behave(phone, { mode: 'restricted' })
        const seen: number[] = []
        gateway.onTrouble(async (trouble) => {
          // As long as the transaction that stores it.
          await wait(20)
          troubles.push(trouble)
          seen.push(troubles.length)
        })
        const result = await hand({ lastInboundAt: null, template: TEMPLATE })
        expect(result).toMatchObject({ kind: 'refused', code: 'account_trouble' })
        expect(seen).toEqual([1])
        expect(troubles).toEqual([
          { scope: expect.stringMatching(/^(?:cold|account)$/), code: expect.any(String), at: expect.any(Date) },
        ])
        expect(await world.textsOn(phone)).toEqual([])
      })

      describe.each(ifAble('knows_opt_outs'))('%s', () => {
        test('says when somebody has stopped us on WhatsApp’s own side', async () => {
          await world.behave(phone, { mode: 'opted_out' })
          expect(await send()).toEqual({ kind: 'refused', code: 'recipient_opted_out', retryable: false })
          expect(await world.textsOn(phone)).toEqual([])
        })
      })

      describe.each(ifAble('needs_templates'))('%s', () => {
        test('sends no free text to somebody who has not written lately', async () => {
          await world.behave(phone, { mode: 'needs_template' })
          for (const lastInboundAt of [null, fromNow(-2 * DAY_MS)]) {
            const result = await hand({ lastInboundAt })
            expect(result).toEqual({ kind: 'refused', code: 'no_template', retryable: false })
          }
          expect(await world.textsOn(phone)).toEqual([])
        })
      })

      test('reaches somebody who has never written, when there is a template', async () => {
        await world.behave(phone, { mode: 'needs_template' })
        expect(await hand({ lastInboundAt: null, template: TEMPLATE })).toMatchObject({ kind: 'accepted' })
        expect(await world.textsOn(phone)).toHaveLength(1)
      })

      test('writes the text itself to somebody who has written lately, whether there is a template or not', async () => {
        const lastInboundAt = fromNow(-60_000)
        await hand({ text: 'satu', lastInboundAt, template: TEMPLATE })
        await hand({ text: 'dua', lastInboundAt })
        expect(await world.textsOn(phone)).toEqual(['satu', 'dua'])
      })
    })

    describe('a text under a picture', () => {
      const picture = Buffer.from(RECEIPT_MEDIA.bytes)

      test('arrives once, as one message', async () => {
        const result = await hand({ text: '*Halo*\nbaris dua', media: RECEIPT_MEDIA })
        expect(result).toEqual({ kind: 'accepted', gatewayMessageId: expect.any(String) })
        expect(await world.textsOn(phone)).toEqual(['*Halo*\nbaris dua'])
        expect(await world.picturesOn(phone)).toEqual([picture])
      })

      test('leaves the texts before and after it alone', async () => {
        await send('satu')
        await hand({ text: 'dua', media: RECEIPT_MEDIA })
        await hand({ text: 'tiga', media: null })
        expect(await world.textsOn(phone)).toEqual(['satu', 'dua', 'tiga'])
        expect(await world.picturesOn(phone)).toEqual([null, picture, null])
      })

      test('is told of by receipts under the id of its answer', async () => {
        await world.behave(phone, { mode: 'reads' })
        const result = await hand({ media: RECEIPT_MEDIA })
        if (result.kind !== 'accepted') throw new Error('not accepted')
        await vi.waitFor(() => expect(statuses()).toEqual(expect.arrayContaining(['delivered', 'read'])), SOON)
        expect(new Set(receipts.map((receipt) => receipt.gatewayMessageId))).toEqual(new Set([result.gatewayMessageId]))
        expect(own).toEqual([])
      })

      test('reaches somebody who has never written, when there is a template', async () => {
        await world.behave(phone, { mode: 'needs_template' })
        const result = await hand({ lastInboundAt: null, template: TEMPLATE, media: RECEIPT_MEDIA })
        expect(result).toMatchObject({ kind: 'accepted' })
        expect(await world.picturesOn(phone)).toEqual([picture])
      })

      test('stays back with its picture when that does not get through, and arrives once when it is tried again', async () => {
        await world.behave(phone, { mode: 'takes_no_pictures' })
        const message = await outgoing({ media: RECEIPT_MEDIA })
        for (let time = 0; time < 2; time++) {
          expect(await gateway.send(message)).toEqual({ kind: 'refused', code: 'picture_failed', retryable: true })
        }
        expect(await world.textsOn(phone)).toEqual([])
        expect((await gateway.lookUpByReference(message.reference, phone)).kind).not.toBe('sent')
        expect(troubles).toEqual([])
        await world.behave(phone, { mode: 'delivers' })
        expect(await gateway.send(message)).toMatchObject({ kind: 'accepted' })
        expect(await world.picturesOn(phone)).toEqual([picture])
      })

      test('goes without it when it is handed over alone, where no picture gets through', async () => {
        await world.behave(phone, { mode: 'takes_no_pictures' })
        expect(await send()).toMatchObject({ kind: 'accepted' })
        expect(await world.textsOn(phone)).toEqual(['Halo'])
      })

      test('is not handed over after its time', async () => {
        const result = await hand({ media: RECEIPT_MEDIA, notAfter: fromNow(-1) })
        expect(result).toMatchObject({ kind: 'refused', retryable: true })
        expect(await world.textsOn(phone)).toEqual([])
      })

      test('has an unknown outcome when the hand-over breaks, and is found out by the reference under the picture', async () => {
        await world.behave(phone, { mode: 'unknown_delivered' })
        const reference = newReference()
        const outcome = await hand({ text: `Halo\n\nRef ${reference}`, reference, media: RECEIPT_MEDIA }).then(
          (result) => result.kind,
          () => 'unknown' as const,
        )
        expect(outcome).toBe('unknown')
        expect(await world.picturesOn(phone)).toEqual([picture])
        await vi.waitFor(async () => {
          const { kind } = await gateway.lookUpByReference(reference, await addressOf(phone))
          const isReported = receipts.some((receipt) => receipt.reference === reference)
          expect(kind === 'sent' || isReported).toBe(true)
        }, SOON)
      })

      test('never becomes "sent" when it was lost', async () => {
        await world.behave(phone, { mode: 'unknown_lost' })
        const message = await outgoing({ media: RECEIPT_MEDIA })
        const outcome = await gateway.send(message).then(
          (result) => result.kind,
          () => 'unknown' as const,
        )
        expect(outcome).toBe('unknown')
        expect(await world.textsOn(phone)).toEqual([])
        expect((await gateway.lookUpByReference(message.reference, phone)).kind).not.toBe('sent')
      })
    })

    describe('an outcome that nobody knows', () => {
      test('is not taken for sent or refused when the hand-over is answered with nothing', async () => {
        await world.behave(phone, { mode: 'answers_nothing' })
        expect(await sendUnheard(newReference())).toBe('unknown')
        expect(await world.textsOn(phone)).toEqual(['Halo'])
      })

      test('never becomes "not sent" when the text arrived although the hand-over broke', async () => {
        await world.behave(phone, { mode: 'unknown_delivered' })
        const reference = newReference()
        expect(await sendUnheard(reference)).toBe('unknown')
        expect(await world.textsOn(phone)).toEqual(['Halo'])
        expect((await gateway.lookUpByReference(reference, phone)).kind).not.toBe('not_sent')
      })

      test('never becomes "sent" when the text was lost', async () => {
        await world.behave(phone, { mode: 'unknown_lost' })
        const reference = newReference()
        expect(await sendUnheard(reference)).toBe('unknown')
        expect(await world.textsOn(phone)).toEqual([])
        expect((await gateway.lookUpByReference(reference, phone)).kind).not.toBe('sent')
      })

      test('is found out in the end when the transport can: by asking or by a receipt with the reference', async () => {
        await world.behave(phone, { mode: 'unknown_delivered' })
        const reference = newReference()
        await sendUnheard(reference)
        await vi.waitFor(async () => {
          const { kind } = await gateway.lookUpByReference(reference, await addressOf(phone))
          const isReported = receipts.some((receipt) => receipt.reference === reference)
          expect(kind === 'sent' || isReported).toBe(true)
        }, SOON)
      })

      test('is admitted when the transport cannot tell', async () => {
        await world.behave(phone, { mode: 'unknown_delivered', answersLookUp: false })
        const reference = newReference()
        await sendUnheard(reference)
        expect(await gateway.lookUpByReference(reference, phone)).toEqual({ kind: 'cannot_tell' })
      })

      test('is none for an accepted text, also after a restart', async () => {
        const reference = newReference()
        await send('Halo', reference)
        expect((await gateway.lookUpByReference(reference, phone)).kind).not.toBe('not_sent')
        await gateway.stop()
        await restart()
        expect((await gateway.lookUpByReference(reference, phone)).kind).not.toBe('not_sent')
      })

      test('never becomes "sent" for a reference that was never handed over', async () => {
        expect((await gateway.lookUpByReference(newReference(), phone)).kind).not.toBe('sent')
      })
    })

    describe('receipts', () => {
      test('tell of delivery by the id of the answer', async () => {
        const result = await send()
        if (result.kind !== 'accepted') throw new Error('not accepted')
        const report = { gatewayMessageId: result.gatewayMessageId, status: 'delivered', at: expect.any(Date) }
        await vi.waitFor(() => expect(receipts).toContainEqual(expect.objectContaining(report)), SOON)
      })

      test('tell that a text was read', async () => {
        await world.behave(phone, { mode: 'reads' })
        await send()
        await vi.waitFor(() => expect(statuses()).toEqual(expect.arrayContaining(['delivered', 'read'])), SOON)
      })

      test('tell of a failure after the text was accepted', async () => {
        await world.behave(phone, { mode: 'fails' })
        expect(await send()).toMatchObject({ kind: 'accepted' })
        await vi.waitFor(() => expect(statuses()).toEqual(['failed']), SOON)
        expect(await world.textsOn(phone)).toEqual([])
      })

      test('may come before the answer, under the id that it will have', async () => {
        await world.behave(phone, { mode: 'receipts_first' })
        const result = await send()
        expect(statuses()).toEqual(['delivered', 'read'])
        if (result.kind !== 'accepted') throw new Error('not accepted')
        expect(new Set(receipts.map((receipt) => receipt.gatewayMessageId))).toEqual(new Set([result.gatewayMessageId]))
      })

      test('may come backwards and repeatedly, each with all that it says', async () => {
        await world.behave(phone, { mode: 'receipts_backwards', repeatReports: 3 })
        await send()
        await vi.waitFor(() => expect(new Set(statuses())).toEqual(new Set(['sent', 'delivered', 'read'])), SOON)
        expect(statuses().indexOf('read')).toBeLessThan(statuses().indexOf('sent'))
        expect(new Set(receipts.map((receipt) => receipt.gatewayMessageId)).size).toBe(1)
      })

      describe.each(ifAble('hands_over_unheard'))('%s', () => {
        test('are reported after a restart when they came while we were down', async () => {
          await gateway.stop()
          await send()
          expect(receipts).toEqual([])
          await restart()
          await vi.waitFor(() => expect(statuses()).toContain('delivered'), SOON)
        })
      })

      test('come again when they were not taken', async () => {
        let refused = 0
        gateway.onReceipt(async (receipt) => {
          if (refused++ === 0) throw new Error('the database is away')
          receipts.push(receipt)
        })
        await send()
        await vi.waitFor(() => expect(statuses()).toContain('delivered'), SOON)
      })

      test('that are not taken do not hold back those of another phone', async () => {
        const other = world.newPhone()
        const stuck = await send()
        gateway.onReceipt(async (receipt) => {
          if (stuck.kind === 'accepted' && receipt.gatewayMessageId === stuck.gatewayMessageId)
            throw new Error('not now')
          receipts.push(receipt)
        })
        const result = await hand({ to: await addressOf(other) })
        if (result.kind !== 'accepted') throw new Error('not accepted')
        const report = { gatewayMessageId: result.gatewayMessageId, status: 'delivered' }
        await vi.waitFor(() => expect(receipts).toContainEqual(expect.objectContaining(report)), SOON)
      })
    })

    describe('what a resident writes', () => {
      test('is reported with number and time', async () => {
        const before = fromNow(0).getTime()
        await world.write(phone, 'Terima kasih 🙏\nBu')
        await vi.waitFor(() => expect(inbound).toHaveLength(1), SOON)
        expect(inbound[0]).toMatchObject({
          from: { phone },
          kind: 'text',
          body: 'Terima kasih 🙏\nBu',
          at: expect.any(Date),
          backfilled: false,
        })
        // Some transports count in seconds.
        expect(inbound[0]?.at.getTime()).toBeGreaterThanOrEqual(before - 1_000)
      })

      test('has an id of its own each time, also with the same words', async () => {
        await world.write(phone, 'CEK')
        await world.write(phone, 'CEK')
        await vi.waitFor(() => expect(new Set(inbound.map((text) => text.gatewayMessageId)).size).toBe(2), SOON)
      })

      test('comes under the same id when it comes twice', async () => {
        await world.behave(phone, { mode: 'delivers', repeatReports: 3 })
        await world.write(phone, 'STOP')
        await world.behave(phone, { mode: 'delivers' })
        await world.write(phone, 'MULAI')
        await vi.waitFor(() => expect(inbound.map((text) => text.body)).toContain('MULAI'), SOON)
        const stops = inbound.filter((text) => text.body === 'STOP')
        expect(new Set(stops.map((text) => text.gatewayMessageId)).size).toBe(1)
      })

      test('comes again when it was not taken, under the same id', async () => {
        const seen: string[] = []
        gateway.onInbound(async (text) => {
          seen.push(text.gatewayMessageId)
          if (seen.length === 1) throw new Error('the database is away')
        })
        await world.write(phone, 'STOP')
        await vi.waitFor(() => expect(seen).toHaveLength(2), SOON)
        expect(seen[0]).toBe(seen[1])
      })

      test('names the person by another name when WhatsApp hides the number, the same each time', async () => {
        await world.behave(phone, { mode: 'hides_number' })
        await world.write(phone, 'Halo')
        await world.write(phone, 'Ada orang?')
        await vi.waitFor(() => expect(inbound).toHaveLength(2), SOON)
        const alias = { kind: expect.stringMatching(/^(?:lid|user_id)$/), value: expect.any(String) }
        expect(inbound.map((text) => text.from)).toEqual([
          { phone: null, alias },
          { phone: null, alias: inbound[0]?.from.alias },
        ])
      })

      test('can be answered under that other name', async () => {
        await world.behave(phone, { mode: 'hides_number' })
        await world.write(phone, 'Halo')
        await vi.waitFor(() => expect(inbound).toHaveLength(1), SOON)
        expect(await hand({ to: inbound[0]?.from.alias?.value ?? '', text: 'Ada' })).toMatchObject({ kind: 'accepted' })
        expect(await world.textsOn(phone)).toEqual(['Ada'])
      })

      test('may be a picture: with the words under it, and without', async () => {
        await world.behave(phone, { mode: 'sends_pictures' })
        await world.write(phone, 'KTP saya')
        await vi.waitFor(() => expect(inbound).toHaveLength(1), SOON)
        expect(inbound[0]).toMatchObject({ kind: 'attachment', body: 'KTP saya', from: { phone } })
      })

      test('is reported after a restart when it came while we were down', async () => {
        await gateway.stop()
        await world.write(phone, 'Halo?')
        await restart()
        await vi.waitFor(() => expect(inbound.map((text) => text.body)).toContain('Halo?'), SOON)
        expect(new Set(inbound.map((text) => text.gatewayMessageId)).size).toBe(1)
      })

      test('is reported no more once the gateway has stopped', async () => {
        await gateway.stop()
        const late: InboundText[] = []
        gateway.onInbound(async (text) => void late.push(text))
        await world.write(phone, 'Halo?')
        await restart()
        await vi.waitFor(() => expect(inbound).not.toEqual([]), SOON)
        expect(new Set(inbound.map((text) => text.gatewayMessageId)).size).toBe(1)
        expect(late).toEqual([])
      })
    })

    describe('what the office writes', () => {
      test('is reported when somebody typed it on the paired phone, and never as a resident’s', async () => {
        await world.typeOnOwnPhone(phone, 'Silakan datang besok')
        await vi.waitFor(() => expect(own).toHaveLength(1), SOON)
        expect(own[0]).toMatchObject({ to: { phone }, body: 'Silakan datang besok', at: expect.any(Date) })
        expect(inbound).toEqual([])
      })

      test('is not reported when it was a text of ours', async () => {
        await send('Kabar dari sistem')
        await world.typeOnOwnPhone(phone, 'Dari petugas')
        await world.write(phone, 'Baik')
        await vi.waitFor(() => expect(inbound.map((text) => text.body)).toEqual(['Baik']), SOON)
        await vi.waitFor(() => expect(own.map((text) => text.body)).toEqual(['Dari petugas']), SOON)
      })
    })
  })
}
