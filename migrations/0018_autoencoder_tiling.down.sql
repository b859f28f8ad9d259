SET ROLE contrast_owner;
DELETE FROM contrast.field f WHERE f.kind = 'generate' AND f.name = 'vae_tiling';
DELETE FROM contrast.migration WHERE version = 18;
RESET ROLE;
