-- Up Migration
-- How files of results are read: which headers, words and codes mean what. Without a region: shipped, the same for all.
CREATE TABLE result_profile (
  id uuid CONSTRAINT result_profile_pkey PRIMARY KEY,
  region_code text COLLATE "C" CONSTRAINT result_profile_region_code_fkey REFERENCES region (code),
  version integer NOT NULL,
  definition jsonb NOT NULL,
  changed_by text,
  changed_at timestamptz NOT NULL,
  CONSTRAINT result_profile_region_code_key UNIQUE NULLS NOT DISTINCT (region_code)
);
COMMENT ON COLUMN result_profile.definition IS 'contracts/api/result-profiles.ts.';
GRANT SELECT, INSERT, UPDATE ON result_profile TO puntadewa_app;

INSERT INTO result_profile (id, region_code, version, definition, changed_at) VALUES (
  '00000000-0000-4000-8000-0000000b0060', NULL, 1, '{
  "columns": {
    "nik": ["NIK", "NIK/KITAS/KITAP", "No NIK", "Nomor Induk Kependudukan", "NIK Peserta"],
    "fullName": ["Nama", "Nama Lengkap", "Nama Peserta", "NMPST"],
    "status": ["Status", "Hasil", "Status Pendaftaran", "Status Proses", "Status Validasi", "Hasil Proses", "Hasil Validasi"],
    "code": ["Kode", "Kode Hasil", "Kode Penolakan", "Kode Alasan", "Kode Status", "Kode Error"],
    "message": ["Keterangan", "Alasan", "Alasan Penolakan", "Pesan", "Catatan", "Keterangan Hasil"],
    "effectiveOn": ["TMT", "Tanggal Aktif", "Tgl Aktif", "Tanggal Mulai Aktif", "Tanggal Berlaku", "TGLTMT", "Tgl Mulai Aktif"],
    "answeredOn": ["Tanggal Proses", "Tgl Proses", "Tanggal Hasil", "Tanggal Verifikasi", "Tanggal Diterima"]
  },
  "accepted": ["Diterima", "Berhasil", "Sukses", "Valid", "Terdaftar", "Disetujui", "Aktif", "OK", "Success"],
  "refused": ["Ditolak", "Gagal", "Tidak Valid", "Tidak Berhasil", "Tidak Diterima", "Invalid", "Failed", "Dikembalikan"],
  "reasons": [
    {"answer": "NIK tidak ditemukan", "reason": "NIK_TIDAK_DITEMUKAN"},
    {"answer": "NIK tidak terdaftar di Dukcapil", "reason": "NIK_TIDAK_DITEMUKAN"},
    {"answer": "NIK tidak padan", "reason": "NIK_DATA_BEDA"},
    {"answer": "Nama tidak sesuai", "reason": "NIK_DATA_BEDA"},
    {"answer": "Tanggal lahir tidak sesuai", "reason": "NIK_DATA_BEDA"},
    {"answer": "Data tidak sesuai Dukcapil", "reason": "NIK_DATA_BEDA"},
    {"answer": "NIK tidak valid", "reason": "NIK_SALAH_FORMAT"},
    {"answer": "NIK ganda", "reason": "NIK_GANDA"},
    {"answer": "Nomor KK tidak valid", "reason": "KK_SALAH_FORMAT"},
    {"answer": "Meninggal", "reason": "MENINGGAL"},
    {"answer": "Peserta meninggal", "reason": "MENINGGAL"},
    {"answer": "Terdaftar sebagai PPU", "reason": "SEGMEN_PEKERJA"},
    {"answer": "Peserta PPU aktif", "reason": "SEGMEN_PEKERJA"}
  ]
}', now());

-- One file of BPJS about a sealed batch.
CREATE TABLE enrolment_result (
  id uuid CONSTRAINT enrolment_result_pkey PRIMARY KEY,
  batch_id uuid NOT NULL CONSTRAINT enrolment_result_batch_id_fkey REFERENCES enrolment_batch (id),
  state text NOT NULL,
  problem text,
  file_hash bytea NOT NULL,
  file_bytes integer NOT NULL,
  file_kind text NOT NULL,
  row_count integer NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  approved_by text,
  approved_at timestamptz,
  finished_at timestamptz,
  undone_by text,
  undone_at timestamptz,
  CONSTRAINT enrolment_result_state_check CHECK (state IN (
    'uploaded', 'parsing', 'dry_run_ready', 'aborted', 'approved', 'applying', 'applied', 'partly_applied', 'undone')),
  CONSTRAINT enrolment_result_file_hash_check CHECK (octet_length(file_hash) = 32),
  CONSTRAINT enrolment_result_approved CHECK (
    state NOT IN ('approved', 'applying', 'applied', 'partly_applied', 'undone') OR approved_by IS NOT NULL)
);
COMMENT ON COLUMN enrolment_result.problem IS 'Why the product ended it or gave it back: a code of contracts/api/batch-results.ts.';
-- The same file again is the same import, unless that came to nothing.
CREATE UNIQUE INDEX enrolment_result_file_key ON enrolment_result (batch_id, file_hash)
  WHERE state NOT IN ('aborted', 'undone');
CREATE INDEX enrolment_result_batch_idx ON enrolment_result (batch_id, created_at DESC, id DESC);
GRANT SELECT, INSERT, UPDATE ON enrolment_result TO puntadewa_app;

CREATE TABLE enrolment_result_row (
  result_id uuid NOT NULL CONSTRAINT enrolment_result_row_result_id_fkey REFERENCES enrolment_result (id),
  line integer NOT NULL,
  nik_index bytea,
  full_name text,
  outcome text,
  answer_code text,
  answer_text text,
  reason text,
  effective_on date,
  answered_on date,
  verdict text,
  code text,
  field text,
  column_number integer,
  proposal_id uuid CONSTRAINT enrolment_result_row_proposal_id_fkey REFERENCES proposal (id),
  applied boolean,
  sequence integer,
  CONSTRAINT enrolment_result_row_pkey PRIMARY KEY (result_id, line),
  CONSTRAINT enrolment_result_row_outcome_check CHECK (outcome IN ('accepted', 'refused')),
  CONSTRAINT enrolment_result_row_verdict_check CHECK (verdict IN (
    'to_apply', 'known', 'unmatched', 'contradictory', 'repeated', 'faulty')),
  CONSTRAINT enrolment_result_row_to_apply CHECK (
    verdict <> 'to_apply' OR (proposal_id IS NOT NULL AND outcome IS NOT NULL)),
  CONSTRAINT enrolment_result_row_applied CHECK (applied IS NULL OR verdict = 'to_apply')
);
COMMENT ON COLUMN enrolment_result_row.line IS 'The number of the row in the file.';
COMMENT ON COLUMN enrolment_result_row.nik_index IS 'Blind index of the NIK until the row was matched; null afterwards.';
COMMENT ON COLUMN enrolment_result_row.full_name IS 'The name in the file until the row was matched; null afterwards.';
COMMENT ON COLUMN enrolment_result_row.applied IS 'False: left out, because the row had moved on.';
COMMENT ON COLUMN enrolment_result_row.sequence IS 'Of the journal entry that applied it; what came later has moved the case on.';
CREATE INDEX enrolment_result_row_verdict_idx ON enrolment_result_row (result_id, verdict, line);
CREATE INDEX enrolment_result_row_proposal_idx ON enrolment_result_row (proposal_id);
GRANT SELECT, INSERT, UPDATE ON enrolment_result_row TO puntadewa_app;

ALTER TABLE enrolment_batch_row
  ADD COLUMN recheck_at timestamptz,
  ADD CONSTRAINT enrolment_batch_row_recheck CHECK (recheck_at IS NULL OR state = 'accepted');
COMMENT ON COLUMN enrolment_batch_row.recheck_at IS 'When BPJS is asked next whether the person is active.';
CREATE INDEX enrolment_batch_row_recheck_idx ON enrolment_batch_row (recheck_at, proposal_id) WHERE recheck_at IS NOT NULL;
CREATE INDEX enrolment_batch_row_late_idx ON enrolment_batch_row (effective_on, proposal_id) WHERE state = 'accepted';

-- Down Migration
DROP INDEX enrolment_batch_row_late_idx, enrolment_batch_row_recheck_idx;
ALTER TABLE enrolment_batch_row DROP CONSTRAINT enrolment_batch_row_recheck, DROP COLUMN recheck_at;
DROP TABLE enrolment_result_row, enrolment_result, result_profile;
