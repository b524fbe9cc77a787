import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type Json, openSession, type Session, signIn, until } from '../../scripts/lib/session.ts'
import { CAMERA, photo } from '../integration/documents/pictures.ts'
import { type MemberBody, makeFamilyCardNumber, makeIntakeBody, makeMember, makePhone } from '../support/intake-body.ts'
import { startProduct } from '../support/product.ts'
import { makeUploadForm } from '../support/upload-form.ts'
import { startWebhookReceiver } from '../support/webhook-receiver.ts'

const PASSWORD = 'kata-sandi-peraga-7319'

/** Everything that was said to the product and must not be found in what it writes. */
const used = {
  identityNumbers: new Set<string>(),
  phones: new Set<string>(),
  words: new Set<string>(),
  secrets: new Set<string>(),
}

function remember(members: readonly MemberBody[], familyCardNumber: string, phone: string, street: string): void {
  used.identityNumbers.add(familyCardNumber)
  used.phones.add(phone)
  used.words.add(street)
  for (const { nik, fullName, birthDate } of members) {
    if (nik) used.identityNumbers.add(nik)
    used.words.add(fullName).add(birthDate)
  }
}

/** A household as an officer enters it, remembered. */
function household(names: readonly string[], phone = makePhone()) {
  const street = `Gang Anggrek Merah ${names.length}${phone.slice(-3)}`
  const members = names.map((fullName, index) =>
    makeMember({ fullName, relationship: index === 0 ? 'kepala_keluarga' : 'anak' }),
  )
  const body = makeIntakeBody({ familyCardNumber: makeFamilyCardNumber(), whatsappNumber: phone, members })
  body.address.street = street
  remember(members, body.familyCardNumber, phone, street)
  return { body, nik: members[0]?.nik ?? '', phone, members }
}

const newKey = () => ({ 'idempotency-key': randomUUID() })
const international = (phone: string): string => `62${phone.slice(1)}`

async function enterTheProduct(
  address: string,
): Promise<Record<'petugas' | 'verifikator' | 'supervisor' | 'admin', Session>> {
  const stranger = openSession(address)
  const wrong = ['salah-sekali-4471', 'password1234567', '3274019999990001']
  for (const password of wrong) {
    used.secrets.add(password)
    await stranger.request('POST', '/api/auth/sign-in/username', { username: 'auditor', password })
  }
  // People type what does not belong there.
  for (const username of ['3274018888880001', 'ZULAIKHA WIRANATA', '081277778888']) {
    used.secrets.add(username)
    await stranger.request('POST', '/api/auth/sign-in/username', { username, password: 'salah-sekali-4471' })
  }
  return {
    petugas: await signIn(address, 'petugas', PASSWORD),
    verifikator: await signIn(address, 'verifikator', PASSWORD),
    supervisor: await signIn(address, 'supervisor', PASSWORD),
    admin: await signIn(address, 'admin', PASSWORD),
  }
}

const settled = (session: Session, id: string): Promise<Json> =>
  until(
    () => session.must('GET', `/api/v1/proposals/${id}`),
    (proposal: Json) => !['submitted', 'checking'].includes(proposal.state),
  )

/** Registered, checked against BPJS, decided, and told to the phone. */
async function doTheMainJob(address: string, mockAddress: string, people: Awaited<ReturnType<typeof enterTheProduct>>) {
  const { petugas, verifikator, supervisor, admin } = people
  const family = household(['KARTIKA PRAMESWARI', 'BAGASKARA WIDJANARKO'])
  const member = family.members[1]
  const cardNumber = '0001928374650'
  used.identityNumbers.add(cardNumber)
  await openSession(mockAddress).must('PUT', `/control/participants/${member?.nik}`, {
    nama: member?.fullName,
    tglLahir: member?.birthDate,
    sex: member?.sex === 'male' ? 'L' : 'P',
    noKartu: cardNumber,
    status: { kode: '0', keterangan: 'AKTIF' },
    jenis: { kode: '13', keterangan: 'PEGAWAI SWASTA' },
  })
  const created = await petugas.must('POST', '/api/v1/intakes', family.body, newKey())
  const [head, child] = created.proposals
  expect((await settled(verifikator, child.id)).state).toBe('already_active')
  const { version } = await settled(verifikator, head.id)

  for (const q of [family.nik, family.body.familyCardNumber, family.phone, 'Kartika Pramesw', created.receiptNumber]) {
    expect((await petugas.must('GET', `/api/v1/proposals?q=${encodeURIComponent(q)}`)).items).not.toEqual([])
  }
  await petugas.must('POST', '/api/v1/persons/lookup', { nik: family.body.members[0]?.nik })
  await petugas.must('POST', '/api/v1/households/lookup', { familyCardNumber: family.body.familyCardNumber })
  expect((await petugas.must('POST', `/api/v1/proposals/${head.id}/reveal`)).nik).toBe(family.nik)
  await petugas.must('POST', `/api/v1/proposals/${head.id}/notes`, { note: `KTP ${family.nik} sudah dicocokkan` })

  await verifikator.must('POST', `/api/v1/proposals/${head.id}/claim`)
  const manualCard = '0002837465019'
  used.identityNumbers.add(manualCard)
  await verifikator.must('POST', `/api/v1/proposals/${head.id}/membership-checks`, {
    outcome: 'found_inactive',
    statusText: 'NON AKTIF',
    cardNumber: manualCard,
    evidence: `Kartu ${manualCard} dilihat di Mobile JKN`,
    checkedAt: new Date().toISOString(),
  })
  await verifikator.must('POST', `/api/v1/proposals/${head.id}/decisions`, { version, decision: 'eligible' })
  const phone = international(family.phone)
  await until(
    () => openSession(address).must('GET', `/api/v1/simulator/messages?to=${phone}`),
    (page: Json) => page.items.length >= 2,
    40,
  )
  await openSession(address).must('POST', '/api/v1/simulator/messages', { from: phone, body: `NIK saya ${family.nik}` })
  await openSession(address).must('POST', '/api/public/status', {
    receiptNumber: created.receiptNumber,
    phoneLast4: family.phone.slice(-4),
  })
  const minted = await admin.must('POST', '/api/v1/api-keys', {
    userId: (await petugas.must('GET', '/api/v1/me')).userId,
    name: 'Mesin loket',
    scopes: ['proposals:read'],
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  })
  used.secrets.add(minted.key)
  await openSession(address).must('GET', `/api/v1/proposals?q=${family.nik}`, undefined, { 'x-api-key': minted.key })
  await supervisor.must('GET', `/api/v1/proposals/${head.id}/messages`)
  return family
}

/** Photos: a good one, and what is none, under a name that holds a NIK. */
async function showPapers(address: string, petugas: Session, nik: string): Promise<void> {
  const send = async (file: Buffer): Promise<Json> => {
    const { headers, payload } = await makeUploadForm({ kind: 'ktp' }, file, `${nik}.jpg`)
    const cookie = petugas.cookies()
    const url = new URL('/api/v1/documents', address)
    return await (await fetch(url, { method: 'POST', headers: { ...headers, cookie }, body: payload })).json()
  }
  const { contentUrl } = await send(await photo({ width: 60, height: 40 }))
  used.secrets.add(/signature=(.+)/.exec(contentUrl)?.[1] ?? '')
  used.secrets.add(CAMERA)
  const shown = await fetch(new URL(contentUrl, address), { headers: { cookie: petugas.cookies() } })
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
  expect((await send(Buffer.from(`<svg>${nik}</svg>`))).errors[0].code).toBe('file_kind_unknown')
  expect((await send(Buffer.from(`%PDF-1.7 ${nik}`))).errors[0].code).toBe('file_broken')
}

/** What is refused, in every place where a value can stand. */
async function beRefused(address: string, petugas: Session, family: ReturnType<typeof household>): Promise<void> {
  const again = household(['NYAI RORO PURBASARI'])
  const spoil = (change: object) => ({ ...again.body, ...change })
  const answers = [
    await petugas.request(
      'POST',
      '/api/v1/intakes',
      spoil({ members: [{ ...again.members[0], nik: '3274013205900017' }] }),
      newKey(),
    ),
    await petugas.request('POST', '/api/v1/intakes', spoil({ whatsappNumber: '0231-204567' }), newKey()),
    await petugas.request('POST', '/api/v1/intakes', spoil({ [again.nik]: again.nik }), newKey()),
    await petugas.request('POST', '/api/v1/intakes', spoil({ familyCardNumber: again.nik }), newKey()),
    await petugas.request(
      'POST',
      '/api/v1/intakes',
      spoil({ members: [{ ...again.members[0], sex: 'male' }] }),
      newKey(),
    ),
    // The first family is known: its NIK is taken.
    await petugas.request('POST', '/api/v1/intakes', spoil({ members: [family.members[0]] }), newKey()),
    await petugas.request('GET', `/api/v1/proposals/${again.nik}`),
    await petugas.request('GET', `/api/v1/warga/${again.nik}?phone=${again.phone}`),
    await petugas.request('GET', `/api/v1/proposals?nik=${again.nik}`),
    await petugas.request('POST', '/api/public/status', { receiptNumber: again.nik, phoneLast4: again.phone }),
    await petugas.request('PUT', '/api/v1/intakes', again.body),
  ]
  for (const { status } of answers) expect(status).toBeGreaterThanOrEqual(400)
  used.identityNumbers.add('3274013205900017')
  const cutOff = await fetch(new URL('/api/v1/intakes', address), {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: `pdw.session_token=${again.nik}` },
    body: `{"nik":"${again.nik}"`,
  })
  expect(cutOff.status).toBeGreaterThanOrEqual(400)
  await speakBrokenHttp(address, again.nik)
}

/** What never becomes a request. */
async function speakBrokenHttp(address: string, nik: string): Promise<void> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.end(`GET /${nik} HTTP/9.9\r\nx-nik ${nik}\r\n\r\n`)
  socket.resume()
  await once(socket, 'close')
}

async function sufferAnOutage(mockAddress: string, { petugas, supervisor }: Record<'petugas' | 'supervisor', Session>) {
  const mock = openSession(mockAddress)
  const lastFailure = async (): Promise<Json> => (await supervisor.must('GET', '/api/v1/bpjs/health')).lastFailure
  for (const mode of ['500', 'html', 'badJson']) {
    const before = await lastFailure()
    await mock.must('PUT', '/control/faults', { mode })
    await petugas.must('POST', '/api/v1/intakes', household(['LARASATI KUSUMANINGRUM']).body, newKey())
    const failure = await until(lastFailure, (latest: Json) => latest !== null && latest.at !== before?.at)
    expect(failure.kind).toBe('outage')
  }
  await mock.must('PUT', '/control/faults', { mode: 'none' })
}

async function loseWhatsapp(address: string, petugas: Session): Promise<void> {
  const trouble = [
    [{ mode: 'refuses' }, 'failed'],
    [{ mode: 'not_on_whatsapp' }, 'failed'],
    [{ mode: 'unknown_lost' }, 'unknown'],
    [{ mode: 'busy', remaining: 1 }, 'delivered'],
  ] as const
  for (const [behaviour, end] of trouble) {
    const { body, phone } = household(['SASTRODIHARDJO NGADIMAN'])
    await openSession(address).must('PUT', `/api/v1/simulator/phones/${international(phone)}`, behaviour)
    const created = await petugas.must('POST', '/api/v1/intakes', body, newKey())
    await until(
      () => petugas.must('GET', `/api/v1/proposals/${created.proposals[0].id}/messages`),
      (page: Json) => page.items.some(({ state }: Json) => state === end),
    )
  }
}

/** How a number may be written. */
const spellings = (number: string): string[] => [
  number,
  number.replace(/(\d{4})(?=\d)/g, '$1 '),
  number.replace(/(\d{4})(?=\d)/g, '$1-'),
  number.replace(/(\d{4})(?=\d)/g, '$1.'),
]
const phoneSpellings = (phone: string): string[] =>
  [phone, international(phone), `+${international(phone)}`, phone.slice(1)].flatMap(spellings)

let output: string
let cookies: string[]
/** Bodies that other systems were sent. */
let told: string[]

beforeAll(async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'puntadewa-'))
  const receiver = await startWebhookReceiver()
  const product = startProduct({
    settings: {
      PORT: '0',
      DATA_DIR: directory,
      DEMO_PASSWORD: PASSWORD,
      LOG_LEVEL: 'trace',
      LOG_FORMAT: 'json',
      BPJS_TIMEOUT_MS: '1000',
      WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
    },
  })
  try {
    const address = await product.ready()
    // A line of its own, which may come a moment after the one that says where the product is.
    const mockAddress = await until(
      async () => /BPJS Kesehatan.*(http:\S+)\n/.exec(product.output())?.[1] ?? '',
      (found) => found !== '',
    )
    const people = await enterTheProduct(address)
    cookies = Object.values(people).flatMap((session) => session.cookies().match(/(?<==)[^;]{20,}/g) ?? [])
    const { secret } = await people.admin.must('POST', '/api/v1/webhooks', {
      url: `${receiver.address}/kabar`,
      events: ['proposal.registered', 'proposal.state_changed', 'message.state_changed', 'message.inbound'],
    })
    used.secrets.add(secret.replace('whsec_', ''))
    const family = await doTheMainJob(address, mockAddress, people)
    await showPapers(address, people.petugas, family.nik)
    await beRefused(address, people.petugas, family)
    await sufferAnOutage(mockAddress, people)
    await loseWhatsapp(address, people.petugas)
    const kinds = () =>
      new Set(receiver.received.map(({ body }) => `${JSON.parse(body).type} ${JSON.parse(body).data.to}`))
    await until(
      async () => kinds(),
      (seen) => seen.size >= 9,
    )
    for (const file of ['data-keys', 'auth-secret']) {
      used.secrets.add(readFileSync(path.join(directory, 'keys', file), 'utf8').trim())
    }
  } finally {
    await product.end('SIGTERM')
    output = product.output()
    told = receiver.received.map(({ body }) => body)
    await receiver.close()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
})

const found = (values: Iterable<string>): string[] => {
  const text = output.toLowerCase()
  return [...values].filter((value) => text.includes(value.toLowerCase()))
}

test('the run told much, at every level and of every part', () => {
  const levels = new Set(output.match(/(?<="level":)\d+/g))
  expect([...levels]).toEqual(expect.arrayContaining(['20', '30', '40']))
  expect(output.split('\n').length).toBeGreaterThan(60)
  for (const told of ['/api/auth/sign-in/username', '/api/v1/intakes', '/api/v1/proposals', '/api/public/status']) {
    expect(output).toContain(told)
  }
  expect(output.match(/bpjs did not answer/g)?.length).toBeGreaterThanOrEqual(3)
})

test('no NIK, KK or card number was written, in no spelling', () => {
  expect(used.identityNumbers.size).toBeGreaterThan(15)
  expect(found([...used.identityNumbers].flatMap(spellings))).toEqual([])
})

test('no phone number was written, in no spelling', () => {
  expect(used.phones.size).toBeGreaterThan(5)
  expect(found([...used.phones].flatMap(phoneSpellings))).toEqual([])
})

test('no name, birth date or street was written', () => {
  expect(used.words.size).toBeGreaterThan(12)
  expect(found(used.words)).toEqual([])
  // Nor a part of a name that nobody else has.
  expect(found(['prameswari', 'widjanarko', 'purbasari', 'kusumaningrum', 'sastrodihardjo', 'wiranata'])).toEqual([])
})

test('no password, cookie or key was written, but for the demo password where a newcomer is told it', () => {
  expect(cookies.length).toBeGreaterThanOrEqual(4)
  expect(found([...used.secrets, ...cookies])).toEqual([])
  expect(output.split(PASSWORD)).toHaveLength(2)
})

test('nothing had to be blanked: no code handed identity data to the logger in the first place', () => {
  expect(output).not.toContain('[redacted]')
  expect(output).not.toMatch(/9{13}/)
})

test('other systems were told of all that happened, and nothing of whom it happened to', () => {
  const events = told.map((body) => JSON.parse(body))
  expect(new Set(events.map(({ type }) => type))).toEqual(
    new Set(['proposal.registered', 'proposal.state_changed', 'message.state_changed', 'message.inbound']),
  )
  expect(events.map(({ data }) => data.to)).toEqual(
    expect.arrayContaining([
      'already_active',
      'eligible',
      'in_review',
      'queued',
      'sent',
      'delivered',
      'failed',
      'unknown',
    ]),
  )
  // Ids are digits and letters by chance: some of them spell a house number or a short name.
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/giu
  const text = told.join('\n').replaceAll(ids, 'id').toLowerCase()
  const names = [...used.words].flatMap((words) => words.split(' ')).filter((word) => /^\p{L}{4,}$/u.test(word))
  const forbidden = [
    ...[...used.identityNumbers].flatMap(spellings),
    ...[...used.phones].flatMap(phoneSpellings),
    ...used.words,
    ...names,
    ...used.secrets,
  ]
  expect(forbidden.filter((value) => text.includes(value.toLowerCase()))).toEqual([])
})
