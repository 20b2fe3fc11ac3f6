DROP INDEX manager_grants_granted;
-- Roles of the market's own go with their table; who had one keeps looking.
ALTER TABLE manager_grants NO FORCE ROW LEVEL SECURITY;
UPDATE manager_grants SET role = 'viewer' WHERE role NOT IN ('admin', 'manager', 'support', 'content', 'viewer');
ALTER TABLE manager_grants FORCE ROW LEVEL SECURITY;
ALTER TABLE manager_grants DROP COLUMN granted_by;
ALTER TABLE manager_grants DROP CONSTRAINT manager_grants_role_check;
ALTER TABLE manager_grants ADD CONSTRAINT manager_grants_role_check
    CHECK (role IN ('admin', 'manager', 'support', 'content', 'viewer'));
DROP TABLE manager_roles;
