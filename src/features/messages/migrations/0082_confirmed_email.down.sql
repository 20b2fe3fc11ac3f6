ALTER TABLE users DROP COLUMN confirmed_email, DROP COLUMN email_confirmed_at;
