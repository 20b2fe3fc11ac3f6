CREATE OR REPLACE FUNCTION marque_forget_reviewer() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.author_label := '';
    NEW.order_id := NULL;
    RETURN NEW;
END $$;
