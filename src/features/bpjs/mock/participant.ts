import { z } from 'zod'

/** A member as the control interface teaches one. `tglLahir` is yyyy-MM-dd; the protocols write it their own way. */
export const mockParticipantSchema = z.object({
  nama: z.string().min(1).max(200),
  tglLahir: z.iso.date(),
  sex: z.enum(['L', 'P']),
  noKartu: z.string().regex(/^\d{13}$/),
  status: z.object({ kode: z.string().max(10), keterangan: z.string().max(200) }),
  jenis: z.object({ kode: z.string().max(10), keterangan: z.string().max(200) }),
  /** Rupiah owed; PCare shows it. */
  tunggakan: z.number().min(0).optional(),
})
export type MockParticipant = z.infer<typeof mockParticipantSchema> & { nik: string }

const CLASS = { kode: '3', nama: 'KELAS III' }
const PROVIDER = { kode: '09020107', nama: 'PUSKESMAS CONTOH' }

/** VClaim: wrapped in `peserta`, ISO dates, code with text. */
export function asVclaim(member: MockParticipant): unknown {
  return {
    peserta: {
      cob: { nmAsuransi: null, noAsuransi: null, tglTAT: null, tglTMT: null },
      hakKelas: { kode: CLASS.kode, keterangan: CLASS.nama },
      informasi: { dinsos: null, noSKTM: null, prolanisPRB: null, eSEP: null },
      jenisPeserta: { kode: member.jenis.kode, keterangan: member.jenis.keterangan },
      mr: { noMR: null, noTelepon: null },
      nama: member.nama,
      nik: member.nik,
      noKartu: member.noKartu,
      pisa: '1',
      provUmum: { kdProvider: PROVIDER.kode, nmProvider: PROVIDER.nama },
      sex: member.sex,
      statusPeserta: { kode: member.status.kode, keterangan: member.status.keterangan },
      tglCetakKartu: '2016-02-12',
      tglLahir: member.tglLahir,
      tglTAT: '2050-12-31',
      tglTMT: '2014-01-01',
      umur: { umurSaatPelayanan: '', umurSekarang: '' },
    },
  }
}

/** PCare: no wrapper, day-first dates, a flag with a text and no status code. */
export function asPcare(member: MockParticipant): unknown {
  return {
    noKartu: member.noKartu,
    nama: member.nama,
    hubunganKeluarga: 'Peserta',
    sex: member.sex,
    tglLahir: member.tglLahir.split('-').reverse().join('-'),
    tglMulaiAktif: '01-01-2014',
    tglAkhirBerlaku: '31-12-2050',
    kdProviderPst: { kdProvider: PROVIDER.kode, nmProvider: PROVIDER.nama },
    kdProviderGigi: { kdProvider: null, nmProvider: null },
    jnsKelas: { kode: CLASS.kode, nama: CLASS.nama },
    jnsPeserta: { kode: member.jenis.kode, nama: member.jenis.keterangan },
    golDarah: '0',
    noHP: ' ',
    noKTP: member.nik,
    pstProl: '',
    pstPrb: '',
    aktif: member.status.kode === '0',
    ketAktif: member.status.keterangan,
    asuransi: { kdAsuransi: null, nmAsuransi: null, noAsuransi: null, cob: false },
    tunggakan: member.tunggakan ?? 0,
  }
}
