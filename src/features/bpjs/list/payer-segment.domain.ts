import type { CoverageSegment } from '../../../contracts/coverage-terms.ts'

export type PayerSegment = Exclude<CoverageSegment, 'all' | 'other'>

/** As branches and Dinas write who pays, in capital letters and digits alone. What is not here is `other`: never guessed by likeness. */
const NAMES: Record<PayerSegment, readonly string[]> = {
  pbi_apbn: [
    'PBI',
    'PBIAPBN',
    'PBIJK',
    'PBIJKN',
    'PBIPUSAT',
    'PENERIMABANTUANIURAN',
    'PENERIMABANTUANIURANAPBN',
    'PENERIMABANTUANIURANPBI',
    'PENERIMABANTUANIURANPBIAPBN',
  ],
  pbpu_pemda: [
    'PBIAPBD',
    'PBIDAERAH',
    'PBPUPEMDA',
    'PBPUBPPEMDA',
    'PBPUDANBPPEMDA',
    'PBPUPEMERINTAHDAERAH',
    'PBPUBPPEMERINTAHDAERAH',
    'PBPUDANBPPEMERINTAHDAERAH',
    'PENERIMABANTUANIURANAPBD',
    'JAMKESDA',
  ],
  ppu: [
    '13',
    'PPU',
    'PPUPN',
    'PPUBU',
    'PPUBUMN',
    'PPUBUMD',
    'PPUSWASTA',
    'PPUPENYELENGGARANEGARA',
    'PPUBADANUSAHA',
    'PEKERJAPENERIMAUPAH',
    'PEKERJAPENERIMAUPAHPPU',
    'PEGAWAISWASTA',
    'PEGAWAIBUMN',
    'PEGAWAIBUMD',
    'PEJABATNEGARA',
    'PNS',
    'PNSPUSAT',
    'PNSDAERAH',
    'PPPK',
    'PPNPN',
    'TNI',
    'POLRI',
  ],
  pbpu_mandiri: [
    'PBPU',
    'PBPUMANDIRI',
    'MANDIRI',
    'PEKERJAMANDIRI',
    'PEKERJABUKANPENERIMAUPAH',
    'PEKERJABUKANPENERIMAUPAHPBPU',
  ],
  bp: [
    'BP',
    'BUKANPEKERJA',
    'BUKANPEKERJABP',
    'PENERIMAPENSIUN',
    'PENERIMAPENSIUNPNS',
    'PENERIMAPENSIUNTNI',
    'PENERIMAPENSIUNPOLRI',
    'PENSIUNAN',
    'VETERAN',
    'PERINTISKEMERDEKAAN',
    'INVESTOR',
    'PEMBERIKERJA',
  ],
}

/** Every known name with its segment. */
export const PAYER_NAMES: readonly { name: string; segment: PayerSegment }[] = (
  Object.keys(NAMES) as PayerSegment[]
).flatMap((segment) => NAMES[segment].map((name) => ({ name, segment })))
