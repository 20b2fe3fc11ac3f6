DROP TRIGGER sessions_tell_end ON sessions;
DROP TRIGGER sessions_tell_change ON sessions;
DROP TRIGGER users_tell_end ON users;
DROP TRIGGER users_tell_change ON users;
DROP TRIGGER users_end_logins ON users;
DROP FUNCTION marque_tell_session_changed(), marque_tell_user_changed(), marque_end_logins();
ALTER TABLE sessions DROP COLUMN version, DROP COLUMN device, DROP COLUMN last_seen_at, DROP COLUMN end_reason;
ALTER TABLE users DROP COLUMN session_version;
