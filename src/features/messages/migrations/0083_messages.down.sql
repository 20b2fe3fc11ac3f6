DO $$ BEGIN
    EXECUTE replace(pg_get_functiondef('marque_audit_tables()'::regprocedure),
                    '''development_mail'', ''outgoing_messages'', ''wishlist_items'',', '''wishlist_items'',');
END $$;
DROP FUNCTION marque_is_quiet(time, time, text, timestamptz);
DROP TABLE development_mail, outgoing_messages, message_refusals, message_preferences, message_settings, message_templates;
