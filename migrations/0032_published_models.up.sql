-- Published bases: an image encoder from elsewhere, SDXL's sizes, adapters on fine-tunes.
SET ROLE contrast_owner;
INSERT INTO contrast.field VALUES
    ('generate', 'image_encoder', 'string', NULL),
    ('generate', 'allow_other_base', 'boolean', NULL),
    ('generate', 'original_size', 'array', NULL),
    ('generate', 'crops_coords_top_left', 'array', NULL),
    ('generate', 'target_size', 'array', NULL),
    ('train', 'image_encoder', 'string', NULL);
INSERT INTO contrast.migration (version, name) VALUES (32, 'published_models');
RESET ROLE;
