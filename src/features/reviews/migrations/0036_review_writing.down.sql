DROP TRIGGER reviews_forget_reviewer ON reviews;
DROP TRIGGER reviews_count_added ON reviews;
DROP TRIGGER reviews_count_removed ON reviews;
DROP TRIGGER reviews_count_changed ON reviews;
ALTER TABLE product_stats DROP CONSTRAINT product_stats_ratings_not_negative;
DROP TRIGGER users_leave_reviews ON users;
DROP TRIGGER orders_leave_reviews ON orders;
DROP TABLE review_votes, review_settings;
DROP FUNCTION marque_count_ratings(), marque_count_votes(), marque_forget_reviewer(),
    marque_leave_reviews();
DROP INDEX reviews_queue, reviews_user_newest;
ALTER TABLE reviews
    DROP CONSTRAINT reviews_user, DROP CONSTRAINT reviews_order, DROP CONSTRAINT reviews_decided_once,
    ADD CONSTRAINT reviews_market_user_id_fkey FOREIGN KEY (market, user_id) REFERENCES users (market, id),
    DROP COLUMN state, DROP COLUMN version, DROP COLUMN rejection_reason, DROP COLUMN moderated_by,
    DROP COLUMN moderated_at, DROP COLUMN updated_at, DROP COLUMN helpful_count;
