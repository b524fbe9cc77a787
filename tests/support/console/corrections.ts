import type { Page } from 'playwright-core'
import type { Json } from '../../../scripts/lib/session.ts'
import { makeMember, makeNik } from '../intake-body.ts'
import { type RegisteredCase, registerCase } from './cases.ts'
import { sessionOf } from './sessions.ts'

const BORN = '1985-06-12'
let serial = 0
/** Never the same twice. */
export function nextNik(): string {
  serial += 1
  return makeNik(BORN, 'female', String(serial).padStart(4, '0'))
}

export const registerWoman = (address: string, fullName: string): Promise<RegisteredCase> =>
  registerCase(address, { members: [makeMember({ fullName, birthDate: BORN, nik: nextNik() })] })

/** Returned over HTTP, where the way there is not what a test is about. */
export async function giveBack(address: string, { id }: RegisteredCase, reasons: object[]): Promise<void> {
  const reviewer = await sessionOf(address, 'verifikator')
  const { version } = await reviewer.must('GET', `/api/v1/proposals/${id}`)
  await reviewer.must('POST', `/api/v1/proposals/${id}/claim`, {})
  const decision = { version, decision: 'needs_correction', reasons }
  await reviewer.must('POST', `/api/v1/proposals/${id}/decisions`, decision)
}

/** A case as the demo's person with that role sees it. */
export async function viewAs(address: string, role: string, { id }: RegisteredCase): Promise<Json> {
  const session = await sessionOf(address, role)
  return session.must('GET', `/api/v1/proposals/${id}`)
}

/** The field of the returned case that has the focus, by its name in the contract. */
export const focusedField = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement?.closest("[data-returned]")?.dataset.returned ?? ""')
export const sendCorrection = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Kirim perbaikan' }).click()

/** Items of a reactivation, recorded over HTTP by the officer of the office. */
export async function recordItems(
  address: string,
  { id }: RegisteredCase,
  items: Record<string, object>,
): Promise<void> {
  const officer = await sessionOf(address, 'petugas')
  for (const [item, told] of Object.entries(items)) {
    await officer.must('PUT', `/api/v1/proposals/${id}/reactivation/items/${item}`, { done: true, ...told })
  }
}
