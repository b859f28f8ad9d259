SET ROLE contrast_owner;
DROP FUNCTION contrast.free_blobs, contrast.used_blobs, contrast.get_blob(bigint, bigint, bytea, int),
    contrast.get_blob(bytea, int), contrast.put_blob, contrast.use_blobs, contrast.fence_blobs;
DROP TABLE contrast.blob_chunk, contrast.blob, contrast.blob_free, contrast.blob_use, contrast.blob_set;
DROP FUNCTION contrast.note_free_blobs;
DELETE FROM contrast.setting WHERE key = 'max_blob_bytes';
DELETE FROM contrast.migration WHERE version = 31;
RESET ROLE;
