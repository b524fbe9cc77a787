-- Up Migration
-- The next visit of a KK needs no head when one was stated before, with a NIK or without.
ALTER TABLE intake ADD COLUMN head_without_nik boolean NOT NULL DEFAULT false;
UPDATE intake SET head_without_nik = true
WHERE head_nik_index IS NULL
  AND EXISTS (SELECT FROM proposal WHERE intake_id = intake.id AND relationship = 'kepala_keluarga');
COMMENT ON COLUMN intake.head_without_nik IS 'A head of the family was stated in this visit, without a NIK.';
COMMENT ON COLUMN intake.head_nik_index IS 'Blind index of the NIK of the head of the family as stated in this visit; null when the head was not part of it or has no NIK.';
COMMENT ON COLUMN intake.household_sealed IS 'Sealed JSON: familyCardNumber, phone, street, rt, rw, postalCode, otherMembers. Context: intake:<id>:household.';

-- Down Migration
ALTER TABLE intake DROP COLUMN head_without_nik;
COMMENT ON COLUMN intake.head_nik_index IS 'Blind index of the head of the family as stated in this visit; null when the head was not part of it.';
COMMENT ON COLUMN intake.household_sealed IS 'Sealed JSON: familyCardNumber, phone, street, rt, rw, postalCode, unproposedMembers. Context: intake:<id>:household.';
