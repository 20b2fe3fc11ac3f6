DROP TABLE manager_switches;
