import type { ClosedAs } from './states.ts'

/**
 * Reason codes of decisions. `correctable` reasons return a case to the registrar and name the field to mend;
 * final ones reject it. `sensitive` reasons are told at the counter, never in a chat on a phone that a family shares.
 */
export const REASONS = {
  KK_TIDAK_TERBACA: { correctable: true, field: 'documents.kk', sensitive: false },
  KTP_TIDAK_TERBACA: { correctable: true, field: 'documents.ktp', sensitive: false },
  NIK_TIDAK_DITEMUKAN: { correctable: true, field: 'nik', sensitive: false },
  NIK_DATA_BEDA: { correctable: true, field: 'nik', sensitive: false },
  NIK_SALAH_FORMAT: { correctable: true, field: 'nik', sensitive: false },
  NIK_BELUM_ADA: { correctable: true, field: 'nik', sensitive: false },
  KK_SALAH_FORMAT: { correctable: true, field: 'familyCardNumber', sensitive: false },
  KK_TANPA_KEPALA: { correctable: true, field: 'relationship', sensitive: false },
  WA_TIDAK_AKTIF: { correctable: true, field: 'whatsappNumber', sensitive: false },
  DOKUMEN_KURANG: { correctable: true, field: 'documents', sensitive: false },
  PERSETUJUAN_BELUM_ADA: { correctable: true, field: 'consent', sensitive: false },
  SURAT_FASKES_KURANG: { correctable: true, field: 'documents.facility_letter', sensitive: true },
  BUKAN_PENDUDUK_SINI: { correctable: false, field: null, sensitive: false },
  SEGMEN_PEKERJA: { correctable: false, field: null, sensitive: true },
  SUDAH_DIUSULKAN: { correctable: false, field: null, sensitive: false },
  NIK_GANDA: { correctable: false, field: null, sensitive: false },
  ORANG_BERBEDA: { correctable: false, field: null, sensitive: true },
  MENINGGAL: { correctable: false, field: null, sensitive: true },
  PINDAH: { correctable: false, field: null, sensitive: false },
  DIDUGA_PALSU: { correctable: false, field: null, sensitive: true },
  /** Free text of at least 15 characters; may return or reject. */
  LAINNYA: { correctable: true, field: null, sensitive: true },
} as const satisfies Record<string, { correctable: boolean; field: string | null; sensitive: boolean }>

/** Reasons that do not reject a proposal but end it: the case closes as this. Each stands alone in its decision. */
export const CLOSING_REASONS = {
  MENINGGAL: 'deceased',
  PINDAH: 'moved_away',
  SEGMEN_PEKERJA: 'other_segment',
} as const satisfies Partial<Record<keyof typeof REASONS, ClosedAs>>

export type ReasonCode = keyof typeof REASONS
export const REASON_CODES = Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]

export const OTHER_REASON_MIN_LENGTH = 15

/** Reasons that may reject: everything that a registrar cannot mend, and LAINNYA with its text. */
export function mayReject(code: ReasonCode): boolean {
  return !REASONS[code].correctable || code === 'LAINNYA'
}

/** Accusations: one person's word is not enough for them. A rejection is proposed and another person confirms it or turns it down. */
export const SECOND_PERSON_REASONS: readonly ReasonCode[] = ['DIDUGA_PALSU', 'ORANG_BERBEDA']

/** What a case closes as for this reason; undefined for one that rejects or returns it. */
export function closesAs(code: ReasonCode): ClosedAs | undefined {
  return (CLOSING_REASONS as Partial<Record<ReasonCode, ClosedAs>>)[code]
}

/** Reasons that may return a case for correction. */
export function mayReturn(code: ReasonCode): boolean {
  return REASONS[code].correctable
}
