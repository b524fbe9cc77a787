/**
 * What Indonesians put into passwords, by our own knowledge: no list of a breach was at hand, and none may be fetched from an
 * office without internet. The earlier a word, the sooner an attacker is taken to try it. Names of provinces, kab/kota and
 * kecamatan are added from the region data.
 */
const THEMES = {
  secrets: `
    rahasia sandi katasandi kata password kunci masuk buka login akun admin administrator operator pengguna petugas petugasku
    kader verifikator supervisor penyetuju auditor komputer laptop internet wifi email server sistem aplikasi data pin otp
    terserah lupa lupalagi jangan bukan tidak tahu gaktau nggak enggak entah apaaja apa aja bebas coba cobacoba tes testing
    default awal baru lama ganti gantipassword satu dua tiga empat lima enam tujuh delapan sembilan sepuluh nol seratus seribu
    sejuta semua sekali selalu selamanya banget sangat paling hebat keren mantap oke siap benar betul salah`,
  love: `
    sayang cinta kasih rindu kangen sayangku cintaku kasihku kekasih pacar pacarku jodoh jodohku mantan hati hatiku jiwa
    jiwaku sayangkamu cintakamu akucintakamu akusayangkamu aku kamu dia kita kami mereka saya anda dirimu diriku bersama
    berdua setia kesetiaan bahagia tersayang tercinta terkasih termanis manis cantik ganteng tampan imut lucu permata bidadari
    pangeran putri ratu raja bintang bulan matahari pelangi bunga mawar melati anggrek kenangan impian mimpi harapan janji
    selamat ulang tahun pernikahan nikah kawin cium peluk senyum tawa tangis sedih senang galau`,
  family: `
    ibu ayah bapak mama papa mami papi bunda umi abi emak mamah papah nenek kakek oma opa eyang simbah mbah kakak adik abang
    mas mbak teteh akang aa neng bang cak uda uni om tante paman bibi pakde bude paklik bulik sepupu saudara keluarga anak
    anakku ibuku ayahku keluargaku istri suami istriku suamiku bayi balita cucu menantu mertua teman sahabat kawan tetangga
    orang orangtua lelaki perempuan pria wanita remaja lansia`,
  religion: `
    bismillah bismillahirrahmanirrahim alhamdulillah alhamdulilah subhanallah allah allahuakbar allahu akbar lailahaillallah
    astagfirullah astaghfirullah masyaallah insyaallah assalamualaikum waalaikumsalam muhammad rasulullah nabi rasul islam
    muslim muslimah iman ikhlas sabar syukur berkah barokah rahmat hidayah surga surgaku akhirat dunia ibadah sholat salat
    shalat zakat puasa ramadhan ramadan lebaran idulfitri haji umroh umrah mekah makkah madinah kabah masjid musholla santri
    pesantren ustadz ustad kyai quran alquran alfatihah fatihah yasin ikhlas doa dzikir taqwa tawakal hijrah hijab sunnah
    tuhan yesus kristus yesuskristus tuhanyesus haleluya halleluya maria bundamaria gereja natal paskah alkitab roh kudus amin
    hindu buddha budha dewa dewi wisnu siwa brahma ganesha krisna`,
  nation: `
    indonesia merdeka indonesiaraya indonesiaku raya pancasila garuda garudaku bhinneka tunggal ika bhinnekatunggalika nkri
    hargamati negara negeri negeriku bangsa bangsaku tanah air tanahair nusantara pertiwi proklamasi kemerdekaan pahlawan
    pemuda sumpah merah putih merahputih bendera presiden menteri gubernur bupati walikota camat lurah desa kelurahan
    kecamatan kabupaten kota provinsi kampung dusun kampungku desaku kotaku soekarno sukarno suharto hatta kartini diponegoro
    gajahmada majapahit sriwijaya siliwangi pajajaran mataram bali jawa sunda sumatera sumatra kalimantan sulawesi papua
    betawi batak minang madura bugis banjar dayak aceh melayu nias toraja sasak ambon polri tni brimob kopassus marinir
    tentara polisi satpam pramuka`,
  clubs: `
    persib persibbandung persija persijajakarta persebaya arema aremania aremamalang persik persis psis psm psms persipura
    sriwijayafc baliunited borneofc persita persela pssleman bobotoh viking jakmania bonek timnas timnasindonesia liga bola
    sepakbola futsal gol juara badminton bulutangkis voli basket manchester manchesterunited liverpool chelsea arsenal barcelona
    realmadrid milan acmilan juventus inter messi ronaldo neymar mobilelegends freefire pubg gaming gamer anime naruto sasuke
    onepiece luffy doraemon dragonball goku slank dewa19 noah peterpan iwanfals rhoma dangdut koplo bts blackpink`,
  work: `
    puskesmas puskesmasku pustu posyandu poskesdes rumahsakit rumah sakit klinik dinkes dinas kesehatan dinaskesehatan
    kantor kantorku loket pendaftaran pelayanan layanan pasien dokter perawat bidan apoteker apotek farmasi gizi imunisasi
    vaksin obat sehat sehatselalu salam salamsehat jkn bpjs bpjskesehatan kis pbi peserta iuran kartu kartusehat kepesertaan
    faskes rujukan rekam medis rekammedis pegawai honorer pns asn pppk kepala staf bagian seksi bidang tatausaha program
    laporan data dapodik sipd simpus pcare vclaim dukcapil dinsos kemenkes kemensos pemda pemkot pemkab pemerintah puntadewa
    yudistira pandawa arjuna bima nakula sadewa gatotkaca semar gareng petruk bagong srikandi sinta rama rahwana hanoman`,
  names: `
    agus budi siti dewi sri andi eko dwi tri nur putra putri rina rini ratna wati yanti yuli lina indah ayu dian eka rudi
    hendra bambang slamet sugeng joko wahyu adi ari aris arif ahmad achmad muhamad mohamad abdul abdullah rahman rahmat
    hidayat hasan husein umar usman ali fatimah aisyah khadijah zahra nabila salsabila fitri fitriani sari lestari puspita
    kusuma wulan wulandari permatasari anggraini novita maya mega melati intan permata citra cahya bayu bagus dimas rizki
    rizky fajar ilham reza fikri farhan irfan ikhsan aditya yoga galih gilang rangga satria surya candra hari iwan dedi deni
    asep ujang dadang cecep nana entin euis yayah iis neneng komang made wayan ketut nyoman putu gede yohanes maria agustinus
    yusuf ibrahim ismail musa isa daud sulaiman zaki zainal aminah sulastri suparman sutrisno sumarni kartika anisa annisa
    amelia angel kevin michael daniel samuel ratih retno endang yuni yono yanto anto tono tini wawan
    kurniawan setiawan gunawan hermawan darmawan saputra pratama nugroho santoso susanto wibowo prasetyo firmansyah maulana
    ramadhani siregar nasution harahap simanjuntak sinaga sitorus lubis hutapea`,
  everyday: `
    hari senin selasa rabu kamis jumat sabtu minggu januari februari maret april mei juni juli agustus september oktober
    november desember pagi siang sore malam kemarin besok lusa tahun bulan tanggal jam waktu sekarang dulu nanti
    ayam kucing anjing kambing sapi kuda kerbau gajah harimau macan singa kelinci burung ikan lele bebek monyet ular buaya
    kupu kupukupu semut lebah cicak tikus naga elang merpati jalak perkutut kancil
    nasi nasigoreng goreng sate soto bakso mie ayambakar rendang gado tahu tempe sambal sambel kopi kopihitam teh susu gula
    garam air minum makan lapar kenyang jeruk mangga pisang apel durian rambutan salak kelapa pepaya semangka jambu nanas
    merah putih hitam kuning hijau biru ungu coklat cokelat abu emas perak pink oranye jingga
    motor mobil sepeda truk kereta pesawat kapal perahu honda yamaha suzuki beat vario avanza toyota nokia samsung xiaomi oppo
    uang duit kaya miskin sukses rejeki rezeki kerja usaha dagang jualan pasar toko warung sawah kebun sungai laut pantai
    gunung hutan langit bumi api angin hujan panas dingin jalan pintu jendela meja kursi lampu buku pensil sekolah kuliah
    kampus guru dosen murid siswa mahasiswa kelas belajar ujian lulus pulang pergi datang naik turun lari duduk tidur bangun
    main mandi baca tulis lihat dengar bicara hidup mati lahir muda tua besar kecil tinggi pendek panjang cepat lambat kuat
    lemah pintar bodoh rajin malas gila edan santuy santai gokil anjay mantul semangat`,
} as const

const wordsOf = (text: string): string[] => text.trim().split(/\s+/)

/** "anak" and "anakku": whose it is belongs to the word in Indonesian. */
const OWNED = ['ku', 'mu', 'nya']

/** Our words, then our words as somebody's. */
export function listIndonesianWords(): string[] {
  const words = [...new Set(Object.values(THEMES).flatMap(wordsOf))]
  const owned = words.flatMap((word) => OWNED.map((ending) => word + ending))
  return [...new Set([...words, ...owned])]
}

/** As people type them: "Kabupaten Cirebon" gives "cirebon" and "kabupatencirebon". */
export function listPlaceWords(names: readonly string[]): string[] {
  const words = names.flatMap((name) => {
    const parts = name.toLowerCase().match(/[a-z]+/g) ?? []
    return [parts.join(''), ...parts.filter((part) => part.length > 3)]
  })
  return [...new Set(words)]
}
