-- Sessions as their owners see them (device, last seen), refresh tokens that are found again, and a word to every server
-- when a login ends or its account changes.
ALTER TABLE users ADD COLUMN session_version integer NOT NULL DEFAULT 1;
COMMENT ON COLUMN users.session_version IS 'raised, every login begun before is over; tokens carry it as `ver`';

ALTER TABLE sessions
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN device text,
    ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN end_reason text CHECK (end_reason IN ('logout', 'ended', 'surplus', 'reuse', 'moved'));
COMMENT ON COLUMN sessions.last_seen_at IS 'coarse: written at most once in some minutes';
COMMENT ON COLUMN sessions.end_reason IS 'reuse: an old refresh token came back, so somebody else may have had it';

-- A blocked account's logins do not come back when it is unblocked.
CREATE FUNCTION marque_end_logins() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.session_version := OLD.session_version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER users_end_logins BEFORE UPDATE OF is_active ON users FOR EACH ROW
    WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION marque_end_logins();

-- Who listens looks up all logins of that user again. Rare events only: logging in, refreshing and being seen say nothing.
CREATE FUNCTION marque_tell_user_changed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('marque_sessions', OLD.id::text);
    RETURN NULL;
END $$;
CREATE FUNCTION marque_tell_session_changed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('marque_sessions', OLD.user_id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER users_tell_change AFTER UPDATE ON users FOR EACH ROW
    WHEN ((OLD.market, OLD.id, OLD.is_active, OLD.moved_to, OLD.language, OLD.session_version)
          IS DISTINCT FROM (NEW.market, NEW.id, NEW.is_active, NEW.moved_to, NEW.language, NEW.session_version))
    EXECUTE FUNCTION marque_tell_user_changed();
CREATE TRIGGER users_tell_end AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION marque_tell_user_changed();
CREATE TRIGGER sessions_tell_change AFTER UPDATE ON sessions FOR EACH ROW
    WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at OR OLD.version <> NEW.version OR OLD.user_id <> NEW.user_id
          OR NEW.expires_at < OLD.expires_at)
    EXECUTE FUNCTION marque_tell_session_changed();
CREATE TRIGGER sessions_tell_end AFTER DELETE ON sessions FOR EACH ROW
    WHEN (OLD.revoked_at IS NULL AND OLD.expires_at > now()) EXECUTE FUNCTION marque_tell_session_changed();
REVOKE ALL ON FUNCTION marque_end_logins(), marque_tell_user_changed(), marque_tell_session_changed() FROM PUBLIC;
SELECT marque_secure_tables();
