import { expect } from 'vitest'
import { makeMember, makeNik } from '../intake-body.ts'
import { type RegisteredCase, registerCase } from './cases.ts'
import type { ConsoleWorld } from './console.ts'
import { viewAs } from './corrections.ts'
import { teachMember } from './family.ts'

const PEOPLE = [
  { fullName: 'RATNA KUSUMAWATI', birthDate: '1961-03-04' },
  { fullName: 'YOHANA PATTIPEILOHY', birthDate: '1974-08-19' },
  { fullName: 'MEGA ANGGRAINI', birthDate: '1989-11-27' },
]

/** Of somebody whom BPJS knows as inactive in that segment. Nobody is like another one: a likeness would go to a reviewer. */
export async function registerInactive(
  world: ConsoleWorld,
  segment: { kode: string; keterangan: string },
): Promise<RegisteredCase> {
  const person = PEOPLE.shift()
  if (!person) throw new Error('there are three of them')
  const member = { ...person, sex: 'female' as const, nik: makeNik(person.birthDate, 'female', '0871') }
  await teachMember(world.mockAddress, member, false, segment)
  const one = await registerCase(world.address, { members: [makeMember({ ...member, maritalStatus: 'belum_kawin' })] })
  expect((await viewAs(world.address, 'petugas', one)).state).toBe('needs_reactivation')
  return one
}
