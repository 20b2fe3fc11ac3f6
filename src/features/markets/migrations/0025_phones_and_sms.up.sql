-- phone_types names every kind that is taken besides mobiles: fixed lines, which receive no SMS, must be asked for, too,
-- and so must numbers that are possible but in no numbering plan (ruling 8: +15551234567 logs in in the US).
ALTER TABLE markets DROP CONSTRAINT markets_phone_types;
ALTER TABLE markets ADD CONSTRAINT markets_phone_types CHECK (phone_types <@ ARRAY['fixed_line', 'premium_rate',
    'toll_free', 'shared_cost', 'voip', 'personal_number', 'pager', 'uan', 'voicemail', 'unknown']);
COMMENT ON COLUMN markets.phone_types IS 'kinds of number that may log in besides mobiles; unknown: in no numbering plan';
UPDATE markets SET phone_types = '{unknown}' WHERE code = 'US' AND phone_types = '{}';
-- A local provider for KG, Twilio for the US; development shows what it has no provider for.
COMMENT ON COLUMN markets.sms_provider IS 'who sends: twilio, gateway or development; a comma list is tried in order';
UPDATE markets SET sms_provider = 'gateway' WHERE code = 'KG' AND sms_provider = 'development';
UPDATE markets SET sms_provider = 'twilio' WHERE code = 'US' AND sms_provider = 'development';
