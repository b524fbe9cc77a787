import { randomUUID } from 'node:crypto'
import { type TextKey, type TextParams, translate } from '../src/contracts/text/index.ts'
import { startThrowAwayProduct } from './lib/product-process.ts'
import { type Json, openSession, signIn, until } from './lib/session.ts'
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

  await openSession(mockAddress).must('PUT', `/control/participants/${family.father.nik}`, {
    nama: family.father.fullName,
    tglLahir: family.father.birthDate,
    sex: 'L',
    noKartu: '0001234567890',
    status: { kode: '0', keterangan: 'AKTIF' },
    jenis: { kode: '13', keterangan: 'PEGAWAI SWASTA' },
  })
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

  await petugas.must('POST', `/api/v1/proposals/${baby.id}/corrections`, {
    version: 1,
    changes: { nik: inventNik(family.baby.birthDate, 'female') },
  })
  say('corrected', { name: family.baby.fullName })
  await decide(baby.id)
  say('decided', { name: family.baby.fullName })
  await readPhone(4)

  const status = await resident.must('POST', '/api/public/status', {
    receiptNumber: intake.receiptNumber,
    phoneLast4: family.whatsappNumber.slice(-4),
  })
  say('status', { receiptNumber: status.receiptNumber })
  for (const member of status.members) console.log(indent(`${member.number}. ${member.label}`))
  say('done')
}
