SET ROLE contrast_owner;
DELETE FROM contrast.field
 WHERE (kind = 'generate' AND name IN
        ('image_encoder', 'allow_other_base', 'original_size', 'crops_coords_top_left', 'target_size'))
    OR (kind = 'train' AND name = 'image_encoder');
DELETE FROM contrast.migration WHERE version = 32;
RESET ROLE;
