SET ROLE contrast_owner;
DROP FUNCTION contrast.depth();
DELETE FROM contrast.migration WHERE version = 27;
RESET ROLE;
