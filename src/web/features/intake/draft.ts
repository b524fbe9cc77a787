import type { z } from 'zod'
import type { IntakeDocument } from '../../../contracts/api/documents.ts'
import type { intakeInputSchema } from '../../../contracts/api/intakes.ts'
import type { Channel, MaritalStatus, Relationship, Sex, Warning } from '../../../contracts/household-terms.ts'
import { onlyDigits } from '../../../contracts/primitives/nik-digits.ts'
import { readDate } from '../../ui/date-text.ts'

export type IntakeBody = z.input<typeof intakeInputSchema>

/** As typed; empty: not yet. */
export type MemberDraft = {
  key: string
  nik: string
  fullName: string
  relationship: Relationship | ''
  birthPlace: string
  /** "05-05-1990", as people write it here. */
  birthDate: string
  sex: Sex | ''
  maritalStatus: MaritalStatus | ''
  propose: boolean
  urgentCare: boolean
}

export type PhotoDraft = {
  id: string
  kind: IntakeDocument['kind']
  /** Whose it is; null: the household's. */
  memberKey: string | null
  contentUrl: string | null
  uploadedAt: string
}

export type Village = { code: string; name: string }

export type Draft = {
  id: string
  /** One for each form, whatever happens to its sending: the server registers it once. */
  idempotencyKey: string
  familyCardNumber: string
  members: MemberDraft[]
  street: string
  rt: string
  rw: string
  postalCode: string
  village: Village | null
  whatsappNumber: string
  isNumberConfirmed: boolean
  /** Null: what the office is. */
  channel: Channel | null
  photos: PhotoDraft[]
  processing: boolean
  whatsapp: boolean
  /** Of the text that was read out. */
  consentVersion: string | null
  originalsSeen: boolean
  /** What was sent and has no answer yet: sent again as it is until there is one. */
  sent: IntakeBody | null
}

/** `crypto.randomUUID` is missing on plain http. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

export const newMember = (changes: Partial<MemberDraft> = {}): MemberDraft => ({
  key: newKey(),
  nik: '',
  fullName: '',
  relationship: '',
  birthPlace: '',
  birthDate: '',
  sex: '',
  maritalStatus: '',
  propose: true,
  urgentCare: false,
  ...changes,
})

export const newDraft = (village: Village | null): Draft => ({
  id: newKey(),
  idempotencyKey: newKey(),
  familyCardNumber: '',
  members: [newMember({ relationship: 'kepala_keluarga', maritalStatus: 'kawin' })],
  street: '',
  rt: '',
  rw: '',
  postalCode: '',
  village,
  whatsappNumber: '',
  isNumberConfirmed: false,
  channel: null,
  photos: [],
  processing: false,
  whatsapp: false,
  consentVersion: null,
  originalsSeen: false,
  sent: null,
})

/** Whether there is anything in it that would be missed. */
export const isBegun = (draft: Draft): boolean =>
  draft.familyCardNumber !== '' || draft.members.some(({ nik, fullName }) => nik !== '' || fullName !== '')

/** What a KK mostly has in the next row; the officer changes it where it is otherwise. */
export function nextMember(members: readonly MemberDraft[]): MemberDraft {
  const head = members.find(({ relationship }) => relationship === 'kepala_keluarga')
  const hasSpouse = members.some(({ relationship }) => relationship === 'istri' || relationship === 'suami')
  if (members.length === 1 && head && !hasSpouse && head.sex === 'male' && head.maritalStatus === 'kawin') {
    return newMember({ relationship: 'istri', maritalStatus: 'kawin', sex: 'female' })
  }
  return newMember({ relationship: 'anak', maritalStatus: 'belum_kawin' })
}

/** Those that go with it: not of somebody who is only listed. */
export const photosToSend = ({ members, photos }: Draft): PhotoDraft[] =>
  photos.filter(
    ({ memberKey }) => memberKey === null || members.some(({ key, propose }) => key === memberKey && propose),
  )

/** Empty choices go as they are: the server names each of them. */
export function toBody(draft: Draft, channel: Channel, confirmWarnings: readonly Warning[]): IntakeBody {
  const positions = new Map(draft.members.map(({ key }, index) => [key, index]))
  const photos = photosToSend(draft)
  return {
    familyCardNumber: onlyDigits(draft.familyCardNumber),
    whatsappNumber: draft.whatsappNumber,
    channel,
    address: {
      street: draft.street,
      rt: draft.rt,
      rw: draft.rw,
      villageCode: draft.village?.code ?? '',
      ...(draft.postalCode !== '' && { postalCode: draft.postalCode }),
    },
    originalsSeen: draft.originalsSeen,
    consent: {
      processing: draft.processing,
      whatsapp: draft.whatsapp,
      ...(draft.consentVersion !== null && { version: draft.consentVersion }),
    },
    members: draft.members.map(({ key: _, nik, birthDate, relationship, sex, maritalStatus, urgentCare, ...rest }) => ({
      ...rest,
      nik: onlyDigits(nik) || null,
      birthDate: readDate(birthDate) ?? '',
      relationship: relationship as Relationship,
      sex: sex as Sex,
      maritalStatus: maritalStatus as MaritalStatus,
      ...(urgentCare && { urgentCare }),
    })),
    confirmWarnings: [...confirmWarnings],
    ...(photos.length > 0 && {
      documents: photos.map(({ id, kind, memberKey }) => {
        const member = memberKey === null ? undefined : positions.get(memberKey)
        return { id, kind, ...(member !== undefined && { member }) }
      }),
    }),
  }
}
