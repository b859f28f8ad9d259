SET ROLE contrast_owner;
DELETE FROM contrast.field f WHERE f.kind = 'evaluate' AND f.name = 'dino_judge';
DELETE FROM contrast.migration WHERE version = 20;
RESET ROLE;
