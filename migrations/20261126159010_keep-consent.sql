-- Up Migration
-- What a household agreed to, when, by which text and before whom is evidence: the product may correct the rest of an intake.
REVOKE UPDATE ON intake FROM puntadewa_app;
GRANT UPDATE (household_sealed, family_card_index, phone_index, head_nik_index, head_without_nik, village_code) ON intake TO puntadewa_app;

-- Down Migration
REVOKE UPDATE (household_sealed, family_card_index, phone_index, head_nik_index, head_without_nik, village_code) ON intake FROM puntadewa_app;
GRANT UPDATE ON intake TO puntadewa_app;
