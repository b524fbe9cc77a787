import { randomUUID } from 'node:crypto'
import { type TextKey, type TextParams, translate } from '../src/contracts/text/index.ts'
import { startThrowAwayProduct } from './lib/product-process.ts'
import { type Json, openSession, type Session, signIn, until } from './lib/session.ts'
import { inventFamily, inventNik } from './lib/synthetic-family.ts'

// The whole main job over HTTP, as the demo's people, told step by step with every WhatsApp text that arrived.
const PASSWORD = 'puntadewa-demo'
const say = (key: TextKey<'demo'>, params: TextParams = {}): void =>
  console.log(`\n${translate('id', 'demo', key, params)}`)
const indent = (text: string): string => text.replaceAll(/^/gmu, '    | ')

say('start')
const product = await startThrowAwayProduct({ DEMO_PASSWORD: PASSWORD })
try {
  await tell(product.address, product.mockAddress)
} finally {
  say('stop')
  await product.stop()
  await product.remove()
}

async function tell(address: string, mockAddress: string): Promise<void> {
  const family = inventFamily()
  const phone = `62${family.whatsappNumber.slice(1)}`
  const seen = new Set<string>()
  const resident = openSession(address)
  const readPhone = async (expected: number): Promise<void> => {
    const { items } = await until(
      () => resident.must('GET', `/api/v1/simulator/messages?to=${phone}`),
      (page: Json) => page.items.length >= expected,
      90,
    )
    for (const message of items) {
      if (seen.has(message.id)) continue
      seen.add(message.id)
      say('phone', { phone })
      console.log(indent(message.body))
    }
  }

  await teachMember(mockAddress, family.father, { kode: '13', keterangan: 'PEGAWAI SWASTA' })
  say('mock', { name: family.father.fullName })

  const petugas = await signIn(address, 'petugas', PASSWORD)
  const intake = await petugas.must('POST', '/api/v1/intakes', family.intake(family.whatsappNumber), {
    'idempotency-key': randomUUID(),
  })
  say('registered', { receiptNumber: intake.receiptNumber })
  const [father, mother, baby] = intake.proposals
  await readPhone(1)
  const receipt = await petugas.must('GET', `/api/v1/intakes/${intake.id}/receipt`)
  const text = new URL(receipt.whatsappUrl).searchParams.get('text') ?? ''
  await resident.must('POST', '/api/v1/simulator/messages', { from: phone, body: text })
  say('wrote_first', { text })
  await readPhone(2)

  const verifikator = await signIn(address, 'verifikator', PASSWORD)
  const settled = async (id: string): Promise<Json> =>
    await until(
      () => verifikator.must('GET', `/api/v1/proposals/${id}`),
      (proposal: Json) => !['submitted', 'checking'].includes(proposal.state),
    )
  const checked = [await settled(father.id), await settled(mother.id), await settled(baby.id)]
  say('checked')
  for (const proposal of checked)
    console.log(indent(`${proposal.fullName}: ${proposal.publicLabel} (${proposal.state})`))

  const decide = async (id: string): Promise<void> => {
    const { version } = await settled(id)
    await verifikator.must('POST', `/api/v1/proposals/${id}/claim`, {})
    await verifikator.must('POST', `/api/v1/proposals/${id}/decisions`, { version, decision: 'eligible', reasons: [] })
  }
  await decide(mother.id)
  say('decided', { name: family.mother.fullName })
  await readPhone(3)

  const babyNik = inventNik(family.baby.birthDate, 'female')
  await petugas.must('POST', `/api/v1/proposals/${baby.id}/corrections`, { version: 1, changes: { nik: babyNik } })
  say('corrected', { name: family.baby.fullName })
  await decide(baby.id)
  say('decided', { name: family.baby.fullName })
  await readPhone(4)

  const readStatus = async (): Promise<void> => {
    const status = await resident.must('POST', '/api/public/status', {
      receiptNumber: intake.receiptNumber,
      phoneLast4: family.whatsappNumber.slice(-4),
    })
    say('status', { receiptNumber: status.receiptNumber })
    for (const member of status.members) console.log(indent(`${member.number}. ${member.label}`))
  }
  await readStatus()

  const penyetuju = await signIn(address, 'penyetuju', PASSWORD)
  const newMembers = [
    { ...family.mother, proposalId: mother.id },
    { ...family.baby, nik: babyNik, proposalId: baby.id },
  ]
  const batchId = await seal(
    penyetuju,
    newMembers.map(({ proposalId }) => proposalId),
  )
  await readPhone(5)
  // Before it is approved: whoever is asked about from then on and not found is asked about again in the next night only.
  for (const member of newMembers) await teachMember(mockAddress, member, { kode: '22', keterangan: 'PBI (APBD)' })
  await answer(penyetuju, batchId, newMembers)
  say('asking')
  await readPhone(6)
  await readStatus()
  say('done')
}

type Member = { nik: string; fullName: string; birthDate: string; sex: string }

/** BPJS's mock knows this person as an active member of a segment from now on. */
async function teachMember(mockAddress: string, member: Member, jenis: object): Promise<void> {
  await openSession(mockAddress).must('PUT', `/control/participants/${member.nik}`, {
    nama: member.fullName,
    tglLahir: member.birthDate,
    sex: member.sex === 'male' ? 'L' : 'P',
    noKartu: `000${member.nik.slice(-10)}`,
    status: { kode: '0', keterangan: 'AKTIF' },
    jenis,
  })
}

/** The approver enters the budget and sends the proposals to BPJS in a sealed batch. Its id. */
async function seal(penyetuju: Session, proposalIds: readonly string[]): Promise<string> {
  const quotaUrl = `/api/v1/quotas/32.74/${new Date().getFullYear()}`
  const { version } = await penyetuju.must('GET', quotaUrl)
  await penyetuju.must('PUT', quotaUrl, { version, seats: 100, note: '' })
  const { id } = await penyetuju.must('POST', '/api/v1/enrolment/batches', { name: 'Usulan pekan ini' })
  const url = `/api/v1/enrolment/batches/${id}`
  await penyetuju.must('POST', `${url}/rows`, { proposalIds })
  await penyetuju.must('POST', `${url}/seal`, { rows: proposalIds.length })
  const sealed = await until(
    () => penyetuju.must('GET', url),
    ({ state, problem }: Json) => state === 'sealed' || problem !== null,
  )
  const { number, rows, sha256 } = sealed.seal
  say('sealed', { number, people: rows })
  console.log(indent(`SHA-256 ${sha256}`))
  const { seats, committed, free } = await penyetuju.must('GET', quotaUrl)
  say('seats', { seats, committed, free })
  return id
}

/** BPJS's file comes back: accepted, active from today. Looked at, then approved. */
async function answer(penyetuju: Session, batchId: string, members: readonly Member[]): Promise<void> {
  const today = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Jakarta' }).format(new Date())
  const lines = members.map(({ nik, fullName }) => `${nik};${fullName};Diterima;${today}`)
  const form = new FormData()
  form.set('file', new Blob([['NIK;Nama Peserta;Status;TMT', ...lines, ''].join('\r\n')]), 'hasil-bpjs.csv')
  const response = await fetch(new URL(`/api/v1/enrolment/batches/${batchId}/results`, penyetuju.address), {
    method: 'POST',
    headers: { cookie: penyetuju.cookies() },
    body: form,
  })
  const { id } = (await response.json()) as Json
  const reach = (state: string): Promise<Json> =>
    until(
      () => penyetuju.must('GET', `/api/v1/enrolment/results/${id}`),
      (result: Json) => result.state === state,
    )
  const { counts } = await reach('dry_run_ready')
  await penyetuju.must('POST', `/api/v1/enrolment/results/${id}/approve`, { rows: counts.toApply })
  await reach('applied')
  say('answered', { accepted: counts.accepted, refused: counts.refused })
}
