/** Where the console's pages live, each with all that is below it: the server answers them with the console, which shows the page. */
export const CONSOLE_PAGES = [
  '/masuk',
  '/pendaftaran',
  '/usulan',
  '/antrean',
  '/perbaikan',
  '/kuota',
  '/daftar-peserta',
  '/berkas-bpjs',
  '/belum-aktif',
  '/kotak-masuk',
  '/cakupan',
  '/whatsapp',
  '/pengaturan',
  '/akun',
] as const
