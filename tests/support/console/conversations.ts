import type { Page } from 'playwright-core'
import { type Json, openSession, until } from '../../../scripts/lib/session.ts'
import { makeMember } from '../intake-body.ts'
import { type RegisteredCase, registerCase } from './cases.ts'
import { sessionOf } from './sessions.ts'

let phones = 0
/** Their numbers end differently: that is all an officer sees of them. */
export const registerWithPhone = (address: string, fullName: string): Promise<RegisteredCase> =>
  registerCase(address, {
    whatsappNumber: `0812345500${String(++phones).padStart(2, '0')}`,
    members: [makeMember({ fullName })],
  })
export const phoneOf = ({ body }: RegisteredCase): string => String(body.whatsappNumber)

/** What stands on the simulated phone. */
export async function textsOn(address: string, one: RegisteredCase): Promise<string[]> {
  const { items } = await openSession(address).must('GET', `/api/v1/simulator/messages?to=${phoneOf(one)}`)
  return items.map(({ body }: Json) => body)
}

export const writeAs = (address: string, one: RegisteredCase, body: string): Promise<Json> =>
  openSession(address).must('POST', '/api/v1/simulator/messages', { from: phoneOf(one), body })

/** A household whose resident has asked for a person; returns it with its conversation. */
export async function askForPerson(
  address: string,
  fullName: string,
): Promise<{ one: RegisteredCase; conversationId: string }> {
  const one = await registerWithPhone(address, fullName)
  await until(
    () => textsOn(address, one),
    (texts) => texts.length > 0,
  )
  await writeAs(address, one, 'PETUGAS')
  const supervisor = await sessionOf(address, 'supervisor')
  const ending = phoneOf(one).slice(-4)
  const { items } = await until(
    () => supervisor.must('GET', '/api/v1/conversations?status=waiting&limit=100'),
    (list: Json) => list.items.some(({ phoneMasked }: Json) => String(phoneMasked).endsWith(ending)),
  )
  const { id } = items.find(({ phoneMasked }: Json) => String(phoneMasked).endsWith(ending))
  return { one, conversationId: id }
}

export const conversationLine = (page: Page, one: RegisteredCase) =>
  page.getByRole('list', { name: 'Daftar percakapan' }).getByRole('link', { name: phoneOf(one).slice(-4) })
export const answerField = (page: Page) => page.getByRole('textbox', { name: 'Jawaban untuk warga' })
export const talk = (page: Page) => page.getByRole('log', { name: 'Isi percakapan' })
