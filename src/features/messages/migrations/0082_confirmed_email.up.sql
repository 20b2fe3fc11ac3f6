-- The address that a customer has shown to be theirs. Mail goes there only while it is the account's address: whoever types
-- another one must confirm that, too, and until then the old one is what may be told of the change.
ALTER TABLE users ADD COLUMN confirmed_email varchar(255), ADD COLUMN email_confirmed_at timestamptz;
COMMENT ON COLUMN users.confirmed_email IS 'answered a mail that was sent to it; may differ from email, which then waits';
SELECT marque_secure_tables();
