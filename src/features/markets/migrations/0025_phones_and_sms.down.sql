-- Back to fixed lines being taken everywhere.
UPDATE markets SET phone_types = array_remove(array_remove(phone_types, 'unknown'), 'fixed_line');
ALTER TABLE markets DROP CONSTRAINT markets_phone_types;
ALTER TABLE markets ADD CONSTRAINT markets_phone_types CHECK (phone_types <@ ARRAY['premium_rate', 'toll_free',
    'shared_cost', 'voip', 'personal_number', 'pager', 'uan', 'voicemail']);
COMMENT ON COLUMN markets.phone_types IS 'kinds of number that may log in besides fixed lines and mobiles';
UPDATE markets SET sms_provider = 'development' WHERE (code, sms_provider) IN (('KG', 'gateway'), ('US', 'twilio'));
