-- Pictures may be generated with matrix products in bfloat16.
SET ROLE contrast_owner;
UPDATE contrast.field SET choices = '{float32,bfloat16}' WHERE kind = 'generate' AND name = 'precision';
INSERT INTO contrast.migration (version, name) VALUES (21, 'bfloat16');
RESET ROLE;
