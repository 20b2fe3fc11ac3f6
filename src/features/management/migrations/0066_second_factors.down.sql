DROP TABLE manager_security, manager_step_ups, manager_recovery_codes, manager_second_factors;
