import { randomInt } from 'node:crypto'

export type MemberBody = {
  nik?: string | null
  fullName: string
  relationship: string
  birthPlace: string
  birthDate: string
  sex: 'male' | 'female'
  maritalStatus: string
  propose?: boolean
  urgentCare?: boolean
}
export type IntakeBody = {
  familyCardNumber: string
  whatsappNumber: string
  channel: string
  address: { street: string; rt: string; rw: string; villageCode: string; postalCode?: string }
  originalsSeen: boolean
  consent: { processing: boolean; whatsapp: boolean; version?: string }
  members: MemberBody[]
  confirmWarnings?: string[]
  documents?: { id: string; kind: string; member?: number }[]
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')
const serial = (): string => String(randomInt(1, 10_000)).padStart(4, '0')

/** A synthetic NIK of Kota Cirebon that agrees with the birth date ("yyyy-MM-dd") and sex. */
export function makeNik(birthDate: string, sex: 'male' | 'female', last = serial()): string {
  const [year = '', month = '', day = ''] = birthDate.split('-')
  const dayDigits = Number(day) + (sex === 'female' ? 40 : 0)
  return `3274${twoDigits(randomInt(1, 6))}${twoDigits(dayDigits)}${month}${year.slice(2)}${last}`
}

export function makeFamilyCardNumber(): string {
  return `3274${twoDigits(randomInt(1, 6))}${twoDigits(randomInt(1, 29))}${twoDigits(randomInt(1, 13))}${twoDigits(randomInt(10, 27))}${serial()}`
}

export function makePhone(): string {
  return `0812${String(randomInt(0, 100_000_000)).padStart(8, '0')}`
}

export function makeMember(changes: Partial<MemberBody> = {}): MemberBody {
  const birthDate =
    changes.birthDate ?? `19${randomInt(60, 100)}-${twoDigits(randomInt(1, 13))}-${twoDigits(randomInt(1, 29))}`
  const sex = changes.sex ?? 'female'
  return {
    nik: makeNik(birthDate, sex),
    fullName: 'SITI AMINAH',
    relationship: 'kepala_keluarga',
    birthPlace: 'CIREBON',
    maritalStatus: 'kawin',
    ...changes,
    birthDate,
    sex,
  }
}

/** A household that is accepted as it stands; every call invents other numbers. */
export function makeIntakeBody(changes: Partial<IntakeBody> = {}): IntakeBody {
  return {
    familyCardNumber: makeFamilyCardNumber(),
    whatsappNumber: makePhone(),
    channel: 'puskesmas',
    address: { street: 'Jl. Siliwangi 10', rt: '001', rw: '002', villageCode: '32.74.01.1001', postalCode: '45123' },
    originalsSeen: true,
    consent: { processing: true, whatsapp: true },
    members: [makeMember()],
    ...changes,
  }
}
