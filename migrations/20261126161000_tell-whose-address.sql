-- Up Migration
-- An address of one transport means nothing to another. A number is asked for anew; of somebody known by an alias only the kind of
-- the alias says whose address it is.
ALTER TABLE whatsapp_contact ADD COLUMN address_gateway text;
UPDATE whatsapp_contact SET address = NULL WHERE phone IS NOT NULL;
UPDATE whatsapp_contact SET address_gateway =
  CASE WHEN EXISTS (SELECT FROM whatsapp_alias AS alias WHERE alias.contact_id = whatsapp_contact.id AND alias.kind = 'user_id')
    THEN 'cloud' ELSE 'web' END
  WHERE address IS NOT NULL;
ALTER TABLE whatsapp_contact ADD CONSTRAINT whatsapp_contact_address_of_gateway
  CHECK ((address IS NULL) = (address_gateway IS NULL));
COMMENT ON COLUMN whatsapp_contact.address_gateway IS 'The transport that resolved the address; no other one sends to it.';

-- Down Migration
ALTER TABLE whatsapp_contact DROP COLUMN address_gateway;
