DROP TABLE manager_settings, manager_grants;
