SET ROLE contrast_owner;
DROP FUNCTION contrast.prune;
DELETE FROM contrast.migration WHERE version = 7;
RESET ROLE;
