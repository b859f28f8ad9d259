SET ROLE contrast_owner;
ALTER FUNCTION contrast.claim RESET plan_cache_mode;
ALTER FUNCTION contrast.enqueue RESET plan_cache_mode;
DELETE FROM contrast.migration WHERE version = 26;
RESET ROLE;
