DROP TABLE revenue_snapshots;
