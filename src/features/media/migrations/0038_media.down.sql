DROP FUNCTION media_shown();
DROP TABLE media_quotas, media, media_files;
