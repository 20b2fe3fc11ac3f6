DROP TABLE regions;
DROP TABLE markets;
