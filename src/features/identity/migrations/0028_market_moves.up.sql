-- Moving a customer to another market by hand (ruling 6): a number that says which of a person's rows was decided last.
-- The rows lie in different databases, so no transaction spans them; the higher number is the truth (docs/adr/0013).
ALTER TABLE users ADD COLUMN move_number integer NOT NULL DEFAULT 0 CHECK (move_number >= 0);
COMMENT ON COLUMN users.move_number IS
    'the person''s move that this row has seen last: a row with moved_to knows where it went, one without was arrived at';

ALTER TABLE user_market_history ADD COLUMN move_number integer NOT NULL DEFAULT 0;
-- A repeated command finds its own line; 0 is the account's beginning.
CREATE UNIQUE INDEX user_market_history_move ON user_market_history (market, user_id, move_number) WHERE move_number > 0;
