DROP TABLE media_quotas, media, media_files;
