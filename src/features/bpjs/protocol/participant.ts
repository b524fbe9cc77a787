import { z } from 'zod'
import { isCalendarDate } from '../../../contracts/primitives/calendar-day.ts'
import { readFlaggedStatus, readStatus } from '../member-status.domain.ts'
import type { Participant } from '../membership.domain.ts'

export type Protocol = 'pcare' | 'vclaim'

/** Some fields arrive as text or as number, absent, null, "", " " or "0": null stands for all that say nothing. */
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    const trimmed = value === null || value === undefined ? '' : String(value).trim()
    return trimmed === '' || trimmed === '0' ? null : trimmed
  })
/** As `text`, where "0" is a value. */
const code = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) =>
    value === null || value === undefined || String(value).trim() === '' ? null : String(value).trim(),
  )
const sex = z
  .unknown()
  .optional()
  .transform((value): Participant['sex'] => {
    if (value === 'L') return 'male'
    return value === 'P' ? 'female' : null
  })
const date = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? parseDate(value) : null))
const cardNumber = text.transform((value) => (value !== null && /^\d{13}$/.test(value) ? value : null))

const vclaimSchema = z
  .object({
    peserta: z.object({
      nik: text,
      nama: text,
      tglLahir: date,
      sex,
      noKartu: cardNumber,
      statusPeserta: z.object({ kode: code, keterangan: text }),
      jenisPeserta: z.object({ kode: code, keterangan: text }).nullish(),
    }),
  })
  .transform(
    ({ peserta }): Participant => ({
      nik: peserta.nik,
      fullName: peserta.nama,
      birthDate: peserta.tglLahir,
      sex: peserta.sex,
      cardNumber: peserta.noKartu,
      status: readStatus(peserta.statusPeserta.kode, peserta.statusPeserta.keterangan),
      segmentCode: peserta.jenisPeserta?.kode ?? null,
      segmentText: peserta.jenisPeserta?.keterangan ?? null,
      arrears: null,
    }),
  )

const pcareSchema = z
  .object({
    noKTP: text,
    nama: text,
    tglLahir: date,
    sex,
    noKartu: cardNumber,
    aktif: z.boolean(),
    ketAktif: text,
    jnsPeserta: z.object({ kode: code, nama: text }).nullish(),
    tunggakan: z.number().nullish(),
  })
  .transform(
    (peserta): Participant => ({
      nik: peserta.noKTP,
      fullName: peserta.nama,
      birthDate: peserta.tglLahir,
      sex: peserta.sex,
      cardNumber: peserta.noKartu,
      status: readFlaggedStatus(peserta.aktif, peserta.ketAktif),
      segmentCode: peserta.jnsPeserta?.kode ?? null,
      segmentText: peserta.jnsPeserta?.nama ?? null,
      arrears: peserta.tunggakan ?? null,
    }),
  )

/** Undefined when the data does not look like a member of that protocol. */
export function readParticipant(protocol: Protocol, data: unknown): Participant | undefined {
  const parsed = protocol === 'vclaim' ? vclaimSchema.safeParse(data) : pcareSchema.safeParse(data)
  return parsed.success ? parsed.data : undefined
}

/** VClaim writes yyyy-MM-dd, PCare dd-MM-yyyy; the shapes cannot be confused. Null unless it is a day of the calendar. */
export function parseDate(value: string): string | null {
  const trimmed = value.trim()
  const dayFirst = /^(\d{2})[-/](\d{2})[-/](\d{4})$/.exec(trimmed)
  const iso = dayFirst ? `${dayFirst[3]}-${dayFirst[2]}-${dayFirst[1]}` : trimmed
  return isCalendarDate(iso) ? iso : null
}
