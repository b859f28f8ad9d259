SET ROLE contrast_owner;
DELETE FROM contrast.field f WHERE f.kind = 'pretrain' AND f.name = 'continue';
DELETE FROM contrast.migration WHERE version = 17;
RESET ROLE;
