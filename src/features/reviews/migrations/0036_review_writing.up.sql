-- Reviews that customers write: what managers decided of them, helpful votes, and ratings that are true at any moment,
-- since every writer of reviews, whoever it is, changes the counts in its own transaction.
ALTER TABLE reviews NO FORCE ROW LEVEL SECURITY;
ALTER TABLE product_stats NO FORCE ROW LEVEL SECURITY;
ALTER TABLE reviews
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN rejection_reason text CHECK (rejection_reason <> ''),
    ADD COLUMN moderated_by text,
    ADD COLUMN moderated_at timestamptz,
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN helpful_count integer NOT NULL DEFAULT 0 CHECK (helpful_count >= 0),
    ADD COLUMN state text NOT NULL GENERATED ALWAYS AS (CASE WHEN is_approved THEN 'approved'
        WHEN rejection_reason IS NOT NULL THEN 'rejected' ELSE 'pending' END) STORED,
    ADD CONSTRAINT reviews_decided_once CHECK (NOT (is_approved AND rejection_reason IS NOT NULL)),
    DROP CONSTRAINT reviews_market_user_id_fkey,
    ADD CONSTRAINT reviews_user FOREIGN KEY (market, user_id) REFERENCES users (market, id),
    ADD CONSTRAINT reviews_order FOREIGN KEY (market, order_id) REFERENCES orders (market, id);
UPDATE reviews SET updated_at = created_at;
CREATE INDEX reviews_queue ON reviews (market, state, updated_at);
CREATE INDEX reviews_user_newest ON reviews (market, user_id, id DESC);
COMMENT ON COLUMN reviews.version IS 'counts the author''s changes: who approves says which text was read';
COMMENT ON COLUMN reviews.updated_at IS 'when the present text was written';

CREATE TABLE review_votes (
    market text NOT NULL,
    review_id bigint NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, review_id, user_id),
    FOREIGN KEY (market, review_id) REFERENCES reviews (market, id) ON DELETE CASCADE,
    FOREIGN KEY (market, user_id) REFERENCES users (market, id) ON DELETE CASCADE
);
CREATE INDEX review_votes_user ON review_votes (market, user_id);
COMMENT ON TABLE review_votes IS 'who found a review helpful; reviews.helpful_count is kept by a trigger';

CREATE TABLE review_settings (
    market text NOT NULL PRIMARY KEY REFERENCES markets (code),
    needs_approval boolean NOT NULL DEFAULT true,
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE review_settings IS 'a market without a row shows no review before a manager approved it';

-- Ratings are added to and taken from, never counted anew, so the row's lock is all that writers at once need. A
-- statement changes products in their order: two of them that touch the same products cannot wait for each other.
CREATE FUNCTION marque_count_ratings() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    each_row constant text := 'SELECT market, product_market, product_id, rating, %s AS step FROM %s WHERE is_approved';
    change record;
BEGIN
    FOR change IN EXECUTE format(
        'SELECT market, product_market, product_id, rating, sum(step)::integer AS step FROM (%s) AS changed '
        'GROUP BY 1, 2, 3, 4 HAVING sum(step) <> 0 ORDER BY 1, 2, 3, 4',
        concat_ws(' UNION ALL ', CASE WHEN TG_OP <> 'DELETE' THEN format(each_row, 1, 'added') END,
                                 CASE WHEN TG_OP <> 'INSERT' THEN format(each_row, -1, 'removed') END))
    LOOP
        IF change.step > 0 THEN
            INSERT INTO product_stats (market, product_market, product_id, rating_counts)
            SELECT change.market, change.product_market, change.product_id,
                   ARRAY(SELECT CASE WHEN stars = change.rating THEN change.step ELSE 0 END
                         FROM generate_series(1, 5) AS stars ORDER BY stars)
            ON CONFLICT (market, product_market, product_id) DO UPDATE
            SET rating_counts[change.rating] = product_stats.rating_counts[change.rating] + change.step;
        ELSE
            -- A product that goes takes its reviews along, and its counts may have gone first.
            UPDATE product_stats SET rating_counts[change.rating] = rating_counts[change.rating] + change.step
            WHERE market = change.market AND product_market = change.product_market AND product_id = change.product_id;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER reviews_count_added AFTER INSERT ON reviews REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION marque_count_ratings();
CREATE TRIGGER reviews_count_removed AFTER DELETE ON reviews REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION marque_count_ratings();
CREATE TRIGGER reviews_count_changed AFTER UPDATE ON reviews REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION marque_count_ratings();
ALTER TABLE product_stats ADD CONSTRAINT product_stats_ratings_not_negative CHECK (0 <= ALL (rating_counts));

CREATE FUNCTION marque_count_votes() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE reviews SET helpful_count = helpful_count + 1 WHERE market = NEW.market AND id = NEW.review_id;
    ELSE
        UPDATE reviews SET helpful_count = helpful_count - 1 WHERE market = OLD.market AND id = OLD.review_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER review_votes_count AFTER INSERT OR DELETE ON review_votes
    FOR EACH ROW EXECUTE FUNCTION marque_count_votes();

-- An account that is erased leaves its reviews and their stars, but nothing that says whose they were.
CREATE FUNCTION marque_forget_reviewer() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.author_label := '';
    NEW.order_id := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER reviews_forget_reviewer BEFORE UPDATE OF user_id ON reviews
    FOR EACH ROW WHEN (OLD.user_id IS NOT NULL AND NEW.user_id IS NULL) EXECUTE FUNCTION marque_forget_reviewer();

-- ON DELETE SET NULL of one column of two, which PostgreSQL has from 15 on only.
CREATE FUNCTION marque_leave_reviews() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'users' THEN
        UPDATE reviews SET user_id = NULL WHERE market = OLD.market AND user_id = OLD.id;
    ELSE
        UPDATE reviews SET order_id = NULL WHERE market = OLD.market AND order_id = OLD.id;
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER users_leave_reviews BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION marque_leave_reviews();
CREATE TRIGGER orders_leave_reviews BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION marque_leave_reviews();

-- Whatever happened to the counts before somebody kept them true.
UPDATE product_stats s SET rating_counts = ARRAY(
    SELECT (SELECT count(*) FROM reviews v WHERE v.market = s.market AND v.product_market = s.product_market
            AND v.product_id = s.product_id AND v.is_approved AND v.rating = stars)::integer
    FROM generate_series(1, 5) AS stars ORDER BY stars);
INSERT INTO product_stats (market, product_market, product_id, rating_counts)
SELECT market, product_market, product_id,
       ARRAY[count(*) FILTER (WHERE rating = 1), count(*) FILTER (WHERE rating = 2), count(*) FILTER (WHERE rating = 3),
             count(*) FILTER (WHERE rating = 4), count(*) FILTER (WHERE rating = 5)]::integer[]
FROM reviews WHERE is_approved GROUP BY 1, 2, 3
ON CONFLICT (market, product_market, product_id) DO NOTHING;
ALTER TABLE product_stats FORCE ROW LEVEL SECURITY;
ALTER TABLE reviews FORCE ROW LEVEL SECURITY;
SELECT marque_secure_tables();
