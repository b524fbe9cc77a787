-- Up Migration
-- The two layouts that were found in use. Branches differ in codes, so these are copied and changed, never used as a standard.
INSERT INTO template_profile (id, region_code, created_by, created_at) VALUES
  ('00000000-0000-4000-8000-0000000b0021', NULL, NULL, '2026-11-26T00:00:00Z'),
  ('00000000-0000-4000-8000-0000000b0034', NULL, NULL, '2026-11-26T00:00:00Z');
INSERT INTO template_profile_version (profile_id, version, name, definition, created_by, created_at) VALUES
  ('00000000-0000-4000-8000-0000000b0021', 1, 'Dinas, 21 kolom', '{"sheet": "Usulan", "titles": ["USULAN PESERTA JKN PBPU DAN BP PEMERINTAH DAERAH", "{region}", "NOMOR BERKAS: {number}   NOMOR SURAT: {letter}", "TANGGAL: {date}   JUMLAH: {rows} ORANG"], "columns": [
    {"source": "rowNumber", "headers": ["NO", ""], "width": 6},
    {"source": "familyCardNumber", "headers": ["NOMOR KK", ""], "width": 20},
    {"source": "nik", "headers": ["NIK/KITAS/KITAP", ""], "width": 20},
    {"source": "fullName", "headers": ["NAMA LENGKAP", ""], "width": 32},
    {"source": "familyRole", "headers": ["PISAT", "1=P 2=S 3=I 4=A 5=T"], "codes": {"peserta": "1", "suami": "2", "istri": "3", "anak": "4", "tambahan": "5"}, "width": 18},
    {"source": "birthPlace", "headers": ["TEMPAT LAHIR", ""], "width": 18},
    {"source": "birthDate", "headers": ["TANGGAL LAHIR", "HH/BB/TTTT"], "width": 14},
    {"source": "sex", "headers": ["JENIS KELAMIN", "L/P"], "codes": {"male": "L", "female": "P"}, "width": 14},
    {"source": "maritalStatus", "headers": ["STATUS KAWIN", "1=BELUM KAWIN 2=KAWIN 3=CERAI"], "codes": {"belum_kawin": "1", "kawin": "2", "cerai_hidup": "3", "cerai_mati": "3"}, "width": 18},
    {"source": "street", "headers": ["ALAMAT", ""], "width": 36},
    {"source": "rt", "headers": ["RT", ""], "width": 6},
    {"source": "rw", "headers": ["RW", ""], "width": 6},
    {"source": "postalCode", "headers": ["KODE POS", ""], "width": 10},
    {"source": "districtCode", "headers": ["KECAMATAN", "KODE"], "plainCode": true, "width": 12},
    {"source": "districtName", "headers": ["", "NAMA"], "width": 20},
    {"source": "villageCode", "headers": ["KELURAHAN/DESA", "KODE"], "plainCode": true, "width": 14},
    {"source": "villageName", "headers": ["", "NAMA"], "width": 20},
    {"source": "facilityCode", "headers": ["FASKES TK.I", "KODE"], "width": 12},
    {"source": "facilityName", "headers": ["", "NAMA"], "width": 28},
    {"source": "empty", "headers": ["TAMBAHAN KETERANGAN", ""], "width": 22},
    {"source": "proposedOn", "headers": ["TANGGAL PENGUSULAN", ""], "width": 14}
  ], "dateFormat": "dd/mm/yyyy", "upperCase": true, "csv": {"separator": ";", "apostrophe": true}}', NULL, '2026-11-26T00:00:00Z'),
  ('00000000-0000-4000-8000-0000000b0034', 1, 'Mirip e-Dabu, 34 kolom', '{"sheet": "Data Peserta", "titles": [], "columns": [
    {"source": "rowNumber", "headers": ["No"], "width": 6},
    {"source": "familyCardNumber", "headers": ["No KK"], "width": 20},
    {"source": "nik", "headers": ["NIK/KITAS/KITAP"], "width": 20},
    {"source": "fullName", "headers": ["Nama"], "width": 32},
    {"source": "familyRole", "headers": ["HUBKEL"], "codes": {"peserta": "1", "suami": "2", "istri": "3", "anak": "4", "tambahan": "5"}, "width": 8},
    {"source": "birthPlace", "headers": ["Tempat lahir"], "width": 18},
    {"source": "birthDate", "headers": ["Tgl lahir"], "width": 12},
    {"source": "sex", "headers": ["Jenis kelamin"], "codes": {"male": "1", "female": "2"}, "width": 12},
    {"source": "maritalStatus", "headers": ["Status kawin"], "codes": {"belum_kawin": "1", "kawin": "2", "cerai_hidup": "3", "cerai_mati": "4"}, "width": 12},
    {"source": "street", "headers": ["Alamat"], "width": 36},
    {"source": "rt", "headers": ["RT"], "width": 6},
    {"source": "rw", "headers": ["RW"], "width": 6},
    {"source": "postalCode", "headers": ["Kode pos"], "width": 10},
    {"source": "districtCode", "headers": ["Kode kecamatan"], "plainCode": true, "width": 14},
    {"source": "districtName", "headers": ["Nama kecamatan"], "width": 20},
    {"source": "villageCode", "headers": ["Kode desa"], "plainCode": true, "width": 14},
    {"source": "villageName", "headers": ["Nama desa"], "width": 20},
    {"source": "facilityCode", "headers": ["Kode faskes Tk.I"], "width": 14},
    {"source": "facilityName", "headers": ["Nama faskes Tk.I"], "width": 28},
    {"source": "empty", "headers": ["Kode faskes gigi"]},
    {"source": "empty", "headers": ["Nama faskes gigi"]},
    {"source": "phone", "headers": ["No telepon"], "width": 16},
    {"source": "empty", "headers": ["Email"]},
    {"source": "empty", "headers": ["NPP"]},
    {"source": "empty", "headers": ["Jabatan"]},
    {"source": "empty", "headers": ["Status"]},
    {"source": "constant", "headers": ["Kelas rawat"], "text": "3", "width": 10},
    {"source": "empty", "headers": ["TMT kerja"]},
    {"source": "empty", "headers": ["Gaji"]},
    {"source": "empty", "headers": ["Kewarganegaraan"]},
    {"source": "empty", "headers": ["No polis"]},
    {"source": "empty", "headers": ["Nama asuransi"]},
    {"source": "empty", "headers": ["NPWP"]},
    {"source": "empty", "headers": ["Paspor"]}
  ], "dateFormat": "dd/mm/yyyy", "upperCase": true, "csv": {"separator": ";", "apostrophe": false}}', NULL, '2026-11-26T00:00:00Z');

-- Down Migration
UPDATE enrolment_batch SET profile_id = NULL, profile_version = NULL
  WHERE profile_id IN ('00000000-0000-4000-8000-0000000b0021', '00000000-0000-4000-8000-0000000b0034');
DELETE FROM template_profile_version WHERE profile_id IN ('00000000-0000-4000-8000-0000000b0021', '00000000-0000-4000-8000-0000000b0034');
DELETE FROM template_profile WHERE id IN ('00000000-0000-4000-8000-0000000b0021', '00000000-0000-4000-8000-0000000b0034');
