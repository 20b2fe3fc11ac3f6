-- Views and clicks are a market's own, also those of a banner of ALL, which no market may write. Servers count in memory
-- and send sums: a batch has its sender's number, so that one whose answer was lost can be sent again.
CREATE TABLE banner_counts (
    market text NOT NULL,
    banner_market text NOT NULL,
    banner_id bigint NOT NULL,
    view_count bigint NOT NULL DEFAULT 0 CHECK (view_count >= 0),
    click_count bigint NOT NULL DEFAULT 0 CHECK (click_count >= 0),
    PRIMARY KEY (market, banner_market, banner_id),
    CHECK (banner_market IN (market, 'ALL')),
    FOREIGN KEY (banner_market, banner_id) REFERENCES banners (market, id) ON DELETE CASCADE
);

CREATE TABLE banner_count_senders (
    market text NOT NULL,
    sender uuid NOT NULL,
    last_batch bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, sender)
);
COMMENT ON TABLE banner_count_senders IS 'the last batch of counts taken from each running server';

ALTER TABLE banners NO FORCE ROW LEVEL SECURITY;
INSERT INTO banner_counts (market, banner_market, banner_id, view_count, click_count)
SELECT market, market, id, view_count, click_count FROM banners WHERE view_count > 0 OR click_count > 0;
ALTER TABLE banners
    DROP COLUMN view_count,
    DROP COLUMN click_count,
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN changed_by text;
ALTER TABLE banners FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN banners.version IS 'counts changes: who changes a banner says which state was read';
SELECT marque_secure_tables();
