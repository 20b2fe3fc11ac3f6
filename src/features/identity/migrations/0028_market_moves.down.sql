DROP INDEX user_market_history_move;
ALTER TABLE user_market_history DROP COLUMN move_number;
ALTER TABLE users DROP COLUMN move_number;
