-- Photos go with the account that sent them: they may show whose it was, and the right to show them is gone. Files of
-- uploads that nobody has are deleted (media), so addresses left here would soon lead nowhere.
CREATE OR REPLACE FUNCTION marque_forget_reviewer() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.author_label := '';
    NEW.order_id := NULL;
    DELETE FROM review_images WHERE market = OLD.market AND review_id = OLD.id;
    RETURN NEW;
END $$;
SELECT marque_secure_tables();
