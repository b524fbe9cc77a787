import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { withDeadline } from '../../../src/features/whatsapp/with-deadline.ts'
import { createEngineWorld, type EngineWorld, type Run, SOON } from './engine-world.ts'

/*
 * One browser for all of it: the account on the other side is told apart by its phones.
 */

let world: EngineWorld
let run: Run
let phone: string
let counter = 0

const reference = (): string => `R${String(counter).padStart(9, '0')}`
const text = (): string => `Halo\n\nRef ${reference()}`
const later = (ms = 30_000): Date => new Date(Date.now() + ms)
const send = (to = `${phone}@c.us`, notAfter = later()) =>
  run.engine.send({ to, text: text(), reference: reference(), notAfter })
const receipts = () => run.receipts.filter((receipt) => receipt.reference === reference())
const statuses = () => receipts().map(({ status }) => status)

beforeAll(async () => {
  world = await createEngineWorld()
  run = await world.runUntilReady({ deadlines: { sendMs: 1_000, callMs: 2_000 } })
})
afterAll(() => world.close())
beforeEach(() => {
  counter += 1
  phone = `62812${String(counter).padStart(8, '0')}`
})

describe('resolving a number', () => {
  test('answers the address that came back', async () => {
    expect(await run.engine.resolve(phone)).toEqual({ kind: 'registered', address: `${phone}@c.us` })
  })

  test('answers a LID where the page answers one, and sends to it', async () => {
    world.standIn.behave(phone, { lid: `77${counter}`, answersLid: true })
    const found = await run.engine.resolve(phone)
    expect(found).toEqual({ kind: 'registered', address: `77${counter}@lid` })
    expect(await send(`77${counter}@lid`)).toMatchObject({ kind: 'accepted' })
    expect(world.standIn.textsOn(phone)).toEqual([text()])
  })

  test('says that a number is not on WhatsApp', async () => {
    world.standIn.behave(phone, { isRegistered: false })
    expect(await run.engine.resolve(phone)).toEqual({ kind: 'not_registered' })
  })
})

describe('sending', () => {
  test('puts the text on the phone and answers its id', async () => {
    const result = await send()
    const [arrival] = world.standIn.arrivals().filter((one) => one.phone === phone)
    expect(result).toEqual({ kind: 'accepted', gatewayMessageId: `true_${arrival?.id}` })
    expect(world.standIn.textsOn(phone)).toEqual([text()])
  })

  test('takes a bare number for an address', async () => {
    expect(await send(phone)).toMatchObject({ kind: 'accepted' })
    expect(world.standIn.textsOn(phone)).toEqual([text()])
  })

  test('lets nothing of ours leak into the message that is sent', async () => {
    await send()
    const [sent] = world.standIn.messages().filter(({ chat }) => chat === `${phone}@c.us`)
    expect(Object.keys(sent?.extra ?? {})).toEqual([])
    expect(sent?.body).toBe(text())
  })

  test('reports receipts with our reference', async () => {
    world.standIn.behave(phone, { acks: [1, 2, 3] })
    const result = await send()
    await vi.waitFor(() => expect(statuses()).toEqual(['sent', 'delivered', 'read']), SOON)
    expect(new Set(receipts().map(({ gatewayMessageId }) => gatewayMessageId))).toEqual(
      new Set([result.kind === 'accepted' && result.gatewayMessageId]),
    )
  })

  test('knows its texts by the hand-over when the text does not hold the reference', async () => {
    await run.engine.send({ to: phone, text: 'tanpa kode', reference: reference(), notAfter: later() })
    await vi.waitFor(() => expect(statuses()).toEqual(['sent', 'delivered']), SOON)
    expect(run.ownTexts.filter(({ to }) => to.phone === phone)).toEqual([])
  })

  test('counts a played voice as read and passes repeated and backward acks on', async () => {
    world.standIn.behave(phone, { acks: [4, 2, 1], repeatAcks: 2 })
    await send()
    await vi.waitFor(() => expect(statuses()).toEqual(['read', 'read', 'delivered', 'delivered', 'sent', 'sent']), SOON)
  })

  test('may hear receipts before the answer', async () => {
    world.standIn.behave(phone, { acksFirst: true })
    const result = send()
    await vi.waitFor(() => expect(statuses()).toEqual(['sent', 'delivered']), SOON)
    expect(await result).toMatchObject({ kind: 'accepted' })
  })

  test('reports a failure after it was accepted, and never that it left', async () => {
    world.standIn.failNext('ack_error', phone)
    expect(await send()).toMatchObject({ kind: 'accepted' })
    await vi.waitFor(() => expect(receipts()).toMatchObject([{ status: 'failed', code: 'ack_error' }]), SOON)
    expect(world.standIn.textsOn(phone)).toEqual([])
  })

  test.each(['hang', 'reject_delivered', 'no_lid_delivered'] as const)(
    'does not know the outcome after %s, and hears it by the reference',
    async (failure) => {
      world.standIn.failNext(failure, phone)
      expect(await send()).toEqual({ kind: 'unknown' })
      expect(world.standIn.textsOn(phone)).toEqual([text()])
      await vi.waitFor(() => expect(statuses()).toEqual(['sent', 'delivered']), SOON)
      expect(await run.engine.lookUp(reference(), `${phone}@c.us`)).toMatchObject({ kind: 'sent' })
    },
  )

  test.each(['lost', 'reject', 'stall'] as const)(
    'does not know the outcome after %s, and never says that it was sent',
    async (failure) => {
      world.standIn.failNext(failure, phone)
      expect(await send()).toEqual({ kind: 'unknown' })
      expect(world.standIn.textsOn(phone)).toEqual([])
      expect(await run.engine.lookUp(reference(), `${phone}@c.us`)).toEqual({ kind: 'cannot_tell' })
      expect(receipts()).toEqual([])
    },
  )

  test('is refused for now when the chat cannot be opened: nothing was handed over', async () => {
    world.standIn.failNext('no_chat', phone)
    expect(await send()).toEqual({ kind: 'refused', code: 'gateway_busy', retryable: true })
    expect(world.standIn.textsOn(phone)).toEqual([])
  })

  test('asks for the address once more after "No LID for user", and sends to what came back', async () => {
    world.standIn.behave(phone, { lid: `88${counter}`, answersLid: true })
    world.standIn.failNext('no_lid', phone)
    expect(await send()).toMatchObject({ kind: 'accepted', to: expect.stringMatching(/@(?:lid|c\.us)$/) })
    expect(world.standIn.textsOn(phone)).toEqual([text()])
    expect(world.standIn.messages().at(-1)?.chat).toBe(`88${counter}@lid`)
  })

  test('gives up after the second "No LID for user"', async () => {
    world.standIn.behave(phone, { failure: 'no_lid' })
    expect(await send()).toEqual({ kind: 'refused', code: 'not_on_whatsapp', retryable: false })
  })

  test('is refused for good when the number is not on WhatsApp', async () => {
    world.standIn.behave(phone, { isRegistered: false })
    expect(await send()).toEqual({ kind: 'refused', code: 'not_on_whatsapp', retryable: false })
    expect(world.standIn.textsOn(phone)).toEqual([])
  })

  test.each(['error_463', 'result_463'] as const)(
    'reports trouble with strangers on %s before it answers',
    async (failure) => {
      const before = run.troubles.length
      world.standIn.failNext(failure, phone)
      expect(await send()).toEqual({ kind: 'refused', code: 'account_trouble', retryable: false })
      expect(run.troubles.slice(before)).toEqual([{ scope: 'cold', code: '463', at: expect.any(Date) }])
      expect(world.standIn.textsOn(phone)).toEqual([])
    },
  )

  test('does not take any other error that quotes a 463 for that proof', async () => {
    const before = run.troubles.length
    world.standIn.failNext('error_like_463', phone)
    expect(await send()).toEqual({ kind: 'unknown' })
    expect(run.troubles.slice(before)).toEqual([])
  })

  test('hands nothing over while the page has no connection: it would leave whenever that is back', async () => {
    await world.standIn.setState('TIMEOUT')
    expect(await send()).toEqual({ kind: 'refused', code: 'gateway_busy', retryable: true })
    await world.standIn.setState('CONNECTED')
    expect(world.standIn.textsOn(phone)).toEqual([])
    expect(await send()).toMatchObject({ kind: 'accepted' })
  })

  test('answers before its caller gives up, whatever the page does, and hands nothing over later', async () => {
    const patient = await world.runUntilReady({ clientId: 'patient', deadlines: { sendMs: 60_000, callMs: 60_000 } })
    // As a delivery does it.
    const sendInTime = async () => {
      const notAfter = later(2_000)
      const sending = patient.engine.send({ to: phone, text: text(), reference: reference(), notAfter })
      return await withDeadline(sending, notAfter.getTime() - Date.now())
    }
    world.standIn.failNext('hang', phone)
    expect(await sendInTime()).toEqual({ kind: 'unknown' })
    world.standIn.failNext('no_lid', phone)
    world.standIn.failNext('hang', phone)
    expect(await sendInTime()).toEqual({ kind: 'unknown' })
    expect(world.standIn.textsOn(phone)).toHaveLength(2)

    // Longer than a busy machine takes to notice it and to send once.
    await world.standIn.spin(10_000)
    // From here on it stands still.
    await vi.waitFor(() => expect(patient.engine.probe(100)).rejects.toThrow('no answer in time'), SOON)
    expect(await sendInTime()).toEqual({ kind: 'refused', code: 'gateway_busy', retryable: true })
    await patient.engine.probe(60_000)
    expect(world.standIn.textsOn(phone)).toHaveLength(2)
    await patient.engine.stop()
  })

  test('hands nothing over after its time', async () => {
    expect(await send(phone, new Date(Date.now() - 1))).toMatchObject({ kind: 'refused', retryable: true })
    expect(world.standIn.textsOn(phone)).toEqual([])
  })

  test('hands nothing over after its time although the page was asked in time', async () => {
    // The page stands still from before the text comes to it until after its time.
    await world.standIn.spin(800)
    const late = { to: phone, text: text(), reference: reference(), notAfter: later(300), answerBy: later() }
    expect(await run.engine.send(late)).toMatchObject({ kind: 'refused', code: 'gateway_busy', retryable: true })
    expect(world.standIn.textsOn(phone)).toEqual([])
  })
})

describe('asking what became of a text', () => {
  test('finds it without an address among what the page has at hand', async () => {
    const result = await send()
    await vi.waitFor(() => expect(statuses()).toContain('sent'), SOON)
    const gatewayMessageId = result.kind === 'accepted' ? result.gatewayMessageId : expect.unreachable()
    expect(await run.engine.lookUp(reference(), null)).toEqual({ kind: 'sent', gatewayMessageId })
  })

  test('without an address does not take a copy in anybody’s chat for it', async () => {
    world.standIn.failNext('lost', phone)
    expect(await send()).toEqual({ kind: 'unknown' })
    world.standIn.typeOnPhone('6281399999999', text())
    await vi.waitFor(() => expect(run.ownTexts.at(-1)).toMatchObject({ reference: reference() }), SOON)
    expect(await run.engine.lookUp(reference(), null)).toEqual({ kind: 'cannot_tell' })
  })

  test('does not take what the office writes about a text for the text', async () => {
    world.standIn.failNext('lost', phone)
    expect(await send()).toEqual({ kind: 'unknown' })
    const { id } = world.standIn.typeOnPhone(phone, `Bu, pesan dengan Ref ${reference()} sudah sampai?`)
    world.standIn.ack(id, 1)
    await vi.waitFor(() => expect(run.ownTexts.filter(({ to }) => to.phone === phone)).toHaveLength(1), SOON)
    expect(await run.engine.lookUp(reference(), `${phone}@c.us`)).toEqual({ kind: 'cannot_tell' })
  })

  test('looks further back than what the office wrote about it', async () => {
    const { id } = world.standIn.typeOnPhone(phone, text())
    for (let line = 0; line < 25; line++) world.standIn.write(phone, `baris ${line}`)
    world.standIn.configure({ backlog: 'history' })
    const late = await world.runUntilReady({ clientId: 'late' })
    world.standIn.configure({ backlog: 'live' })
    world.standIn.typeOnPhone(phone, `Pesan dengan Ref ${reference()} sudah sampai?`)
    await vi.waitFor(() => expect(late.ownTexts).toHaveLength(1), SOON)
    const found = { kind: 'sent', gatewayMessageId: `true_${id}` }
    expect(await late.engine.lookUp(reference(), `${phone}@c.us`)).toEqual(found)
    await late.engine.stop()
  })

  test('finds it by the reference at its end when the page does not know any more who sent it', async () => {
    const { id } = world.standIn.typeOnPhone(phone, text())
    world.standIn.ack(id, 1)
    await vi.waitFor(() => expect(run.ownTexts.filter(({ to }) => to.phone === phone)).toHaveLength(1), SOON)
    const found = { kind: 'sent', gatewayMessageId: `true_${id}` }
    expect(await run.engine.lookUp(reference(), `${phone}@c.us`)).toEqual(found)
  })

  test('cannot tell about a reference it does not find', async () => {
    expect(await run.engine.lookUp('R999999999', `${phone}@c.us`)).toEqual({ kind: 'cannot_tell' })
    expect(await run.engine.lookUp('R999999999', null)).toEqual({ kind: 'cannot_tell' })
  })

  test.each(['error', 'hang'] as const)('cannot tell when the chat answers with %s', async (history) => {
    world.standIn.behave(phone, { history })
    world.standIn.failNext('lost', phone)
    await send()
    expect(await run.engine.lookUp(reference(), `${phone}@c.us`)).toEqual({ kind: 'cannot_tell' })
  })

  test('reports the failure it finds', async () => {
    world.standIn.behave(phone, { acks: [] })
    world.standIn.inbound({ chat: `${phone}@c.us`, body: 'x' })
    world.standIn.failNext('ack_error', phone)
    await send()
    await vi.waitFor(() => expect(statuses()).toEqual(['failed']), SOON)
    expect(await run.engine.lookUp(reference(), `${phone}@c.us`)).toEqual({ kind: 'cannot_tell' })
    expect(statuses()).toEqual(['failed', 'failed'])
  })
})

describe('what comes in', () => {
  const from = () =>
    run.inbound.filter((one) => one.from.phone === phone || one.from.alias?.value === `66${counter}@lid`)

  test('is reported with number, time and words', async () => {
    const written = world.standIn.write(phone, 'Terima kasih 🙏\nBu')
    await vi.waitFor(() => expect(from()).toHaveLength(1), SOON)
    expect(from()[0]).toEqual({
      gatewayMessageId: `false_${written.id}`,
      from: { phone, alias: null },
      body: 'Terima kasih 🙏\nBu',
      kind: 'text',
      at: new Date(written.t * 1_000),
      backfilled: false,
    })
  })

  test('names the number behind a LID when the page knows it', async () => {
    world.standIn.behave(phone, { lid: `66${counter}`, writesAsLid: true })
    world.standIn.write(phone, 'CEK')
    await vi.waitFor(() => expect(from()).toHaveLength(1), SOON)
    expect(from()[0]?.from).toEqual({ phone, alias: { kind: 'lid', value: `66${counter}@lid` } })
  })

  test('asks the page once who writes under a number that has no LID', async () => {
    for (const body of ['Satu', 'Dua', 'Tiga']) {
      world.standIn.write(phone, body)
      await vi.waitFor(() => expect(from().at(-1)?.body).toBe(body), SOON)
    }
    expect(world.standIn.lookedUp().filter((wid) => wid === `${phone}@c.us`)).toHaveLength(1)
  })

  test('keeps the LID as the person when the number is hidden, and answers to it arrive', async () => {
    world.standIn.behave(phone, { lid: `66${counter}`, isHidden: true })
    world.standIn.write(phone, 'CEK')
    await vi.waitFor(() => expect(from()).toHaveLength(1), SOON)
    expect(from()[0]?.from).toEqual({ phone: null, alias: { kind: 'lid', value: `66${counter}@lid` } })
    expect(await send(from()[0]?.from.alias?.value)).toMatchObject({ kind: 'accepted' })
    expect(world.standIn.textsOn(phone)).toEqual([text()])
  })

  test('under a LID is found out later, once the page can tell the number', async () => {
    world.standIn.behave(phone, { lid: `55${counter}`, isHidden: true })
    expect(await run.engine.findNumber(`55${counter}@lid`)).toBeNull()
    world.standIn.behave(phone, { isHidden: false })
    expect(await run.engine.findNumber(`55${counter}@lid`)).toBe(phone)
    expect(await run.engine.findNumber('4400@lid')).toBeNull()
  })

  test('is an attachment without its data when it is not words', async () => {
    const extra = { directPath: '/v/1', caption: 'KTP saya' }
    world.standIn.inbound({ chat: `${phone}@c.us`, type: 'image', body: 'dGh1bWI=', extra })
    await vi.waitFor(() => expect(from()).toMatchObject([{ kind: 'attachment', body: 'KTP saya' }]), SOON)
  })

  test('is nothing when no person wrote it', async () => {
    world.standIn.inbound({ chat: '120363000000000001@g.us', body: 'grup', extra: { author: `${phone}@c.us` } })
    world.standIn.inbound({ chat: 'status@broadcast', body: 'status', extra: { author: `${phone}@c.us` } })
    world.standIn.inbound({ chat: '120363000000000002@newsletter', body: 'saluran' })
    world.standIn.inbound({ chat: `${phone}@c.us`, body: 'siaran', extra: { broadcast: true } })
    for (const type of [
      'e2e_notification',
      'call_log',
      'gp2',
      'protocol',
      'reaction',
      'revoked',
      'notification_template',
    ]) {
      world.standIn.inbound({ chat: `${phone}@c.us`, type, body: type, extra: { templateParams: [] } })
    }
    await world.standIn.react(`${phone}@c.us`)
    world.standIn.write(phone, 'sesudahnya')
    await vi.waitFor(() => expect(from().map(({ body }) => body)).toEqual(['sesudahnya']), SOON)
    expect(run.inbound.map(({ body }) => body)).not.toEqual(expect.arrayContaining(['grup']))
    expect(run.inbound.map(({ body }) => body)).not.toEqual(expect.arrayContaining(['status']))
  })

  test('stays in order', async () => {
    for (const body of ['satu', 'dua', 'tiga']) world.standIn.write(phone, body)
    await vi.waitFor(() => expect(from().map(({ body }) => body)).toEqual(['satu', 'dua', 'tiga']), SOON)
  })

  test('typed on the paired phone is an own text, and nobody’s inbound', async () => {
    world.standIn.typeOnPhone(phone, 'Selamat pagi, dengan petugas')
    await vi.waitFor(() => expect(run.ownTexts.filter(({ to }) => to.phone === phone)).toHaveLength(1), SOON)
    expect(run.ownTexts.at(-1)).toMatchObject({ body: 'Selamat pagi, dengan petugas', to: { phone } })
    expect(from()).toEqual([])
  })

  test('with a reference of ours that the page knows nothing of may be a copy: its chat is told with it', async () => {
    world.standIn.behave(phone, { lid: `66${counter}` })
    const chat = { phone, alias: { kind: 'lid', value: `66${counter}@lid` } }
    const { id } = world.standIn.typeOnPhone(phone, text())
    world.standIn.ack(id, 2)
    await vi.waitFor(() => expect(statuses()).toEqual(['sent', 'delivered']), SOON)
    expect(receipts().map(({ readInChat }) => readInChat)).toEqual([chat, chat])
    expect(run.ownTexts.filter(({ to }) => to.phone === phone)).toMatchObject([
      { to: chat, body: text(), reference: reference() },
    ])
  })

  test('is found in the chat afterwards, by number and by LID, each once and oldest first', async () => {
    world.standIn.behave(phone, { lid: `66${counter}` })
    const chat = `${phone}@c.us`
    const now = Math.floor(Date.now() / 1_000) * 1_000
    const at = (minutes: number): Date => new Date(now - minutes * 60_000)
    world.standIn.inbound({ chat, body: 'lama', at: at(600) })
    for (let index = 0; index < 25; index++) world.standIn.inbound({ chat, body: `ke-${index}`, at: at(100 - index) })
    world.standIn.typeOnPhone(phone, 'balasan')
    const peer = { phone, alias: { kind: 'lid' as const, value: `66${counter}@lid` } }
    const { inbound: found } = await run.engine.readChatSince(peer, at(120))
    expect(found.map(({ body }) => body)).toEqual(Array.from({ length: 25 }, (_, index) => `ke-${index}`))
    expect(found[0]).toMatchObject({ from: peer, kind: 'text', backfilled: true, at: at(100) })
  })

  test('is found with what stands beside it of our own side: typed on the phone, and sent by us with how far it came', async () => {
    world.standIn.behave(phone, { lid: `66${counter}` })
    const typed = world.standIn.typeOnPhone(phone, 'Selamat pagi')
    // As after a restart: the page knows nothing of the reference.
    const copy = world.standIn.typeOnPhone(phone, text())
    world.standIn.ack(copy.id, 3)
    world.standIn.write(phone, 'BERHENTI')
    await vi.waitFor(() => expect(from()).toHaveLength(1), SOON)
    const found = await run.engine.readChatSince({ phone, alias: null }, new Date(0))
    const who = { phone, alias: { kind: 'lid', value: `66${counter}@lid` } }
    expect(found.ownTexts).toMatchObject([
      { gatewayMessageId: `true_${typed.id}`, to: who, body: 'Selamat pagi' },
      { gatewayMessageId: `true_${copy.id}`, to: who, reference: reference() },
    ])
    expect(found.ownTexts[0]).not.toHaveProperty('reference')
    expect(found.receipts).toMatchObject([
      { gatewayMessageId: `true_${copy.id}`, status: 'read', reference: reference(), readInChat: who },
    ])
    expect(found.inbound.map(({ gatewayMessageId }) => gatewayMessageId)).toEqual([from()[0]?.gatewayMessageId])
    // The same ids as told live: stored once.
    const live = run.ownTexts.filter(({ to }) => to.phone === phone).map(({ gatewayMessageId }) => gatewayMessageId)
    expect(found.ownTexts.map(({ gatewayMessageId }) => gatewayMessageId)).toEqual(live)
  })

  test('of what we sent in this page tells by its own word how far it came, and no own text', async () => {
    expect(await send()).toMatchObject({ kind: 'accepted' })
    await vi.waitFor(() => expect(statuses()).toEqual(['sent', 'delivered']), SOON)
    const found = await run.engine.readChatSince({ phone, alias: null }, new Date(0))
    expect(found).toMatchObject({
      inbound: [],
      ownTexts: [],
      receipts: [{ status: 'delivered', reference: reference() }],
    })
    expect(found.receipts[0]).not.toHaveProperty('readInChat')
  })

  test('is listed by chat, the newest first, people only, and not what is older', async () => {
    const now = Math.floor(Date.now() / 1_000) * 1_000
    const at = (minutes: number): Date => new Date(now + minutes * 60_000)
    // Later than anything else of this file.
    const [newer, newest, old] = [`${phone}1`, `${phone}2`, `${phone}3`]
    world.standIn.write(newer, 'satu', { at: at(600) })
    world.standIn.behave(newest, { lid: `67${counter}`, isHidden: true })
    world.standIn.write(newest, 'dua', { at: at(601) })
    world.standIn.inbound({ chat: '120363000000000009@g.us', body: 'grup', at: at(602), extra: { author: '1@c.us' } })
    world.standIn.write(old, 'lebih lama', { at: at(500) })
    await vi.waitFor(() => expect(run.inbound.map(({ body }) => body)).toContain('lebih lama'), SOON)
    expect(await run.engine.listChatsSince(at(599))).toEqual([
      { phone: null, alias: { kind: 'lid', value: `67${counter}@lid` } },
      { phone: newer, alias: null },
    ])
  })

  test('has one id, told live under the LID and found later under the number', async () => {
    world.standIn.behave(phone, { lid: `66${counter}`, writesAsLid: true })
    world.standIn.write(phone, 'BERHENTI')
    await vi.waitFor(() => expect(from()).toHaveLength(1), SOON)
    const { inbound: found } = await run.engine.readChatSince({ phone, alias: null }, new Date(0))
    expect(found.map(({ gatewayMessageId }) => gatewayMessageId)).toEqual([from()[0]?.gatewayMessageId])
  })

  test('and edited into a wish is a text of its own; other edits are none', async () => {
    const written = world.standIn.write(phone, 'CEK')
    await vi.waitFor(() => expect(from()).toHaveLength(1), SOON)
    await world.standIn.edit(written, 'CEK status')
    await world.standIn.edit(written, 'BERHENTI')
    world.standIn.write(phone, 'sesudahnya')
    await vi.waitFor(() => expect(from().map(({ body }) => body)).toEqual(['CEK', 'BERHENTI', 'sesudahnya']), SOON)
    const ids = from().map(({ gatewayMessageId }) => gatewayMessageId)
    expect(new Set(ids).size).toBe(3)
    // Found later it is the same edit.
    const { inbound: found } = await run.engine.readChatSince({ phone, alias: null }, new Date(0))
    expect(found.map(({ gatewayMessageId }) => gatewayMessageId)).toEqual(ids.slice(1))
  })

  test('is nothing in a chat with somebody who is not on WhatsApp', async () => {
    world.standIn.behave(phone, { isRegistered: false })
    const found = await run.engine.readChatSince({ phone, alias: null }, new Date(0))
    expect(found).toEqual({ inbound: [], ownTexts: [], receipts: [] })
  })

  test('cannot be listed when the chat does not answer', async () => {
    world.standIn.behave(phone, { history: 'error' })
    await expect(run.engine.readChatSince({ phone, alias: null }, new Date(0))).rejects.toThrow()
  })
})

test('the page has every module that the library asks for', async () => {
  const { asked, missing } = await world.standIn.contract()
  // Asked for by way of trying: without it the library leaves calls alone.
  expect(missing).toEqual(['WAWebCallCollection.on'])
  expect(asked).toEqual(expect.arrayContaining(['WAWebSendMsgChatAction', 'WAWebMsgKey', 'WAWebChatLoadMessages']))
})
