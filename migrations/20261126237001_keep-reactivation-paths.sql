-- Up Migration
-- The way back of an inactive member, by the reason, as data. Words and days are dated, for every kab/kota by itself.
CREATE TABLE reactivation_path (
  region_code text COLLATE "C" CONSTRAINT reactivation_path_region_code_fkey REFERENCES region (code),
  reason text NOT NULL,
  valid_from date NOT NULL,
  shape jsonb NOT NULL,
  deadline_days integer,
  counter_text_id text NOT NULL,
  counter_text_en text NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT reactivation_path_key UNIQUE NULLS NOT DISTINCT (region_code, reason, valid_from),
  CONSTRAINT reactivation_path_of_kabkota CHECK (region_code ~ '^[0-9]{2}\.[0-9]{2}$'),
  CONSTRAINT reactivation_path_reason CHECK (reason IN ('pbi_switched_off', 'arrears', 'contract_ended', 'over_age',
    'employer_must_enrol', 'local_payment_ended', 'deceased', 'unclear')),
  CONSTRAINT reactivation_path_deadline CHECK (deadline_days > 0)
);
COMMENT ON COLUMN reactivation_path.region_code IS 'Null: as it was shipped; counts where the kab/kota has set none of its own by that day.';
COMMENT ON COLUMN reactivation_path.shape IS 'Route, outcomes, items and whether the region may propose the person: pathShapeSchema of the contracts.';
COMMENT ON COLUMN reactivation_path.deadline_days IS 'Calendar days; null while nobody has confirmed a number.';
GRANT SELECT, INSERT, UPDATE ON reactivation_path TO puntadewa_app;

INSERT INTO reactivation_path (region_code, reason, valid_from, shape, deadline_days, counter_text_id, counter_text_en,
  recorded_by, recorded_at) VALUES
  (NULL, 'pbi_switched_off', '2026-01-01', '{"route": "dinsos", "outcomes": ["in_review", "expired"], "items": [{"item": "facility_letter", "kind": "letter", "required": true}, {"item": "identity_matches", "kind": "seen", "required": true}, {"item": "dtsen_decile", "kind": "decile", "required": true}, {"item": "sktm", "kind": "seen", "required": false}, {"item": "dinsos_letter", "kind": "letter", "required": false}, {"item": "pbi_not_restored", "kind": "letter", "required": false}], "newProposal": {"allowed": "unless", "recorded": [{"item": "dtsen_decile", "minDecile": 6}, {"item": "pbi_not_restored"}]}}', NULL,
   'Kepesertaan PBI dari pemerintah pusat sudah dinonaktifkan. Bila warga perlu berobat, minta surat keterangan dari fasilitas kesehatan, lalu bawa ke kelurahan/desa atau Dinas Sosial. Dinas Sosial yang meneruskannya. Pastikan NIK di surat sama dengan KTP dan surat terbaca: kalau tidak, permohonan ditolak sampai diperbaiki.',
   'The membership paid by the central government (PBI) was switched off. Whoever needs care asks the health facility for a letter and takes it to the village office or to Dinas Sosial, which passes it on. Make sure that the NIK in the letter is that of the KTP and that the letter can be read: otherwise it is refused until mended.', 'system', '2026-01-01T00:00:00Z'),
  (NULL, 'arrears', '2026-01-01', '{"route": "bpjs_branch", "outcomes": ["in_review", "expired"], "items": [{"item": "arrears_explained", "kind": "seen", "required": true}, {"item": "segment_move_requested", "kind": "seen", "required": false}], "newProposal": {"allowed": "unless", "recorded": [{"item": "segment_move_requested"}]}}', NULL,
   'Kepesertaan mandiri tidak aktif karena ada tunggakan iuran. Sampaikan langsung kepada warga, jangan lewat WhatsApp. Pilihannya: melunasi lewat BPJS Kesehatan dan tetap mandiri, atau meminta pindah segmen. Tunggakan tetap menjadi utang setelah pindah segmen.',
   'The self-paid membership is inactive because contributions are owed. Say so to the resident in person, never by WhatsApp. They may pay through BPJS Kesehatan and stay self-paying, or ask to move to another segment. What is owed stays a debt after the move.', 'system', '2026-01-01T00:00:00Z'),
  (NULL, 'contract_ended', '2026-01-01', '{"route": "resident", "outcomes": ["in_review", "other_segment", "expired"], "items": [{"item": "end_of_work_letter", "kind": "letter", "required": true}, {"item": "no_employer", "kind": "seen", "required": true}], "newProposal": {"allowed": "yes"}}', NULL,
   'Kepesertaan pekerja berakhir bersama pekerjaannya. Minta surat berhenti bekerja dan pastikan tidak ada pemberi kerja baru. Bila sudah bekerja lagi, pemberi kerja yang mendaftarkan.',
   'The membership as a worker ended with the work. Ask for the letter about its end, and make sure that there is no new employer. Whoever works again is enrolled by the employer.', 'system', '2026-01-01T00:00:00Z'),
  (NULL, 'over_age', '2026-01-01', '{"route": "resident", "outcomes": ["in_review", "other_segment", "expired"], "items": [{"item": "lives_here", "kind": "seen", "required": true}, {"item": "no_employer", "kind": "seen", "required": true}], "newProposal": {"allowed": "yes"}}', NULL,
   'Warga tidak lagi ditanggung sebagai anak dalam kepesertaan orang tuanya. Ia perlu kepesertaan sendiri. Bila sudah bekerja, pemberi kerja yang mendaftarkan.',
   'The resident is no longer covered as a child of a member and needs a membership of their own. Whoever works is enrolled by the employer.', 'system', '2026-01-01T00:00:00Z'),
  (NULL, 'employer_must_enrol', '2026-01-01', '{"route": "employer", "outcomes": ["other_segment", "expired"], "items": [{"item": "employer_told", "kind": "seen", "required": true}], "newProposal": {"allowed": "no"}}', NULL,
   'Warga tercatat sebagai pekerja, dan pemberi kerja wajib mendaftarkan serta membayar iurannya. Minta warga menghubungi bagian personalia. Usulan ini tidak dapat dibiayai daerah.',
   'The resident is recorded as a worker, whom the employer has to enrol and pay for. Ask them to speak to the personnel office. The region cannot pay for this proposal.', 'system', '2026-01-01T00:00:00Z'),
  (NULL, 'local_payment_ended', '2026-01-01', '{"route": "resident", "outcomes": ["in_review", "expired"], "items": [{"item": "lives_here", "kind": "seen", "required": true}], "newProposal": {"allowed": "yes"}}', NULL,
   'Kepesertaan yang dibayar pemerintah daerah sudah berhenti. Pastikan warga masih tinggal di sini, lalu kirim kembali ke verifikator.',
   'The membership paid by the region has ended. Make sure that the resident still lives here, then send the case back to the reviewers.', 'system', '2026-01-01T00:00:00Z'),
  (NULL, 'deceased', '2026-01-01', '{"route": "reviewer", "outcomes": ["to_person"], "items": [], "newProposal": {"allowed": "no"}}', NULL,
   'BPJS mencatat peserta ini sudah meninggal. Serahkan kepada verifikator; jangan sampaikan lewat pesan. Bila catatan itu keliru, verifikator mengubah alasannya.',
   'BPJS has recorded this member as deceased. Leave it to a reviewer, and write to nobody. If the record is wrong, the reviewer sets another reason.', 'system', '2026-01-01T00:00:00Z'),
  (NULL, 'unclear', '2026-01-01', '{"route": "reviewer", "outcomes": ["to_person"], "items": [], "newProposal": {"allowed": "yes"}}', NULL,
   'BPJS tidak menjelaskan mengapa kepesertaan ini tidak aktif. Verifikator mencari tahu dan menetapkan alasannya lebih dulu.',
   'BPJS does not say why this membership is inactive. A reviewer finds out and sets the reason first.', 'system', '2026-01-01T00:00:00Z');

CREATE TABLE reactivation_item (
  proposal_id uuid NOT NULL CONSTRAINT reactivation_item_proposal_id_fkey REFERENCES proposal (id),
  item text NOT NULL,
  letter_number text,
  letter_date date,
  decile integer,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT reactivation_item_pkey PRIMARY KEY (proposal_id, item),
  CONSTRAINT reactivation_item_decile CHECK (decile BETWEEN 1 AND 10)
);
COMMENT ON TABLE reactivation_item IS 'What an officer has recorded of the checklist of a case. Deleted when it is taken back; the audit log keeps who did what.';
GRANT SELECT, INSERT, UPDATE, DELETE ON reactivation_item TO puntadewa_app;

CREATE TABLE reactivation_reason (
  proposal_id uuid CONSTRAINT reactivation_reason_pkey PRIMARY KEY
    CONSTRAINT reactivation_reason_proposal_id_fkey REFERENCES proposal (id),
  reason text NOT NULL,
  note text NOT NULL,
  set_by text NOT NULL,
  set_at timestamptz NOT NULL
);
COMMENT ON TABLE reactivation_reason IS 'The reason that a reviewer set; goes before the one that the answer of BPJS gives.';
GRANT SELECT, INSERT, UPDATE ON reactivation_reason TO puntadewa_app;

-- Down Migration
DROP TABLE reactivation_reason, reactivation_item, reactivation_path;
