-- Roles stay: they belong to the whole PostgreSQL server, where other databases may use them.
DROP FUNCTION marque_provision_market(text);
DROP FUNCTION marque_grant_tables(text);
DROP FUNCTION marque_make_policies(oid, text);
DROP FUNCTION marque_make_policy(oid, text, text, text, text);
DROP FUNCTION marque_secure_tables();
