ALTER TABLE banners
    ADD COLUMN view_count bigint NOT NULL DEFAULT 0,
    ADD COLUMN click_count bigint NOT NULL DEFAULT 0,
    DROP COLUMN version, DROP COLUMN created_at, DROP COLUMN updated_at, DROP COLUMN changed_by;
DROP TABLE banner_counts, banner_count_senders;
