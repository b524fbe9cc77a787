import { randomInt } from 'node:crypto'

const digits = (count: number): string => String(randomInt(10 ** (count - 1), 10 ** count))

/** A NIK of Kota Cirebon that agrees with the birth date and sex; invented anew at every call. */
export function inventNik(birthDate: string, sex: 'male' | 'female'): string {
  const [year = '', month = '', day = ''] = birthDate.split('-')
  const dayDigits = String(Number(day) + (sex === 'female' ? 40 : 0)).padStart(2, '0')
  return `327401${dayDigits}${month}${year.slice(2)}${digits(4)}`
}

/** Mother, father and a baby that has no NIK yet. */
export function inventFamily() {
  const mother = {
    nik: inventNik('1990-05-05', 'female'),
    fullName: 'SITI AMINAH',
    birthDate: '1990-05-05',
    sex: 'female',
  }
  const father = { nik: inventNik('1988-02-11', 'male'), fullName: 'AHMAD FAUZI', birthDate: '1988-02-11', sex: 'male' }
  const baby = { fullName: 'NUR AZIZAH', birthDate: '2026-11-02', sex: 'female' }
  const married = { birthPlace: 'CIREBON', maritalStatus: 'kawin', propose: true }
  return {
    mother,
    father,
    baby,
    whatsappNumber: `0812${digits(8)}`,
    intake(whatsappNumber: string) {
      return {
        familyCardNumber: `3274010101${randomInt(10, 25)}${digits(4)}`,
        whatsappNumber,
        channel: 'puskesmas',
        address: {
          street: 'Jl. Siliwangi 10',
          rt: '001',
          rw: '002',
          villageCode: '32.74.01.1001',
          postalCode: '45123',
        },
        originalsSeen: true,
        consent: { processing: true, whatsapp: true },
        members: [
          { ...father, ...married, relationship: 'kepala_keluarga' },
          { ...mother, ...married, relationship: 'istri' },
          { ...baby, birthPlace: 'CIREBON', maritalStatus: 'belum_kawin', relationship: 'anak', propose: true },
        ],
      }
    },
  }
}
