-- Up Migration
-- Whether a number was called a wrong one stands in whatsapp_contact.wrong_number_at alone. A state with a field it does not know would begin afresh.
UPDATE whatsapp_conversation SET bot_state = bot_state - 'disowned' WHERE bot_state ? 'disowned';

-- Down Migration
UPDATE whatsapp_conversation AS conversation
SET bot_state = bot_state || jsonb_build_object('disowned', contact.wrong_number_at IS NOT NULL)
FROM whatsapp_contact AS contact WHERE contact.id = conversation.contact_id;
