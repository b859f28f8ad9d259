SET ROLE contrast_owner;
UPDATE contrast.field SET choices = '{float32}' WHERE kind = 'generate' AND name = 'precision';
DELETE FROM contrast.migration WHERE version = 21;
RESET ROLE;
