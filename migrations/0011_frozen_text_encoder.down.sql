SET ROLE contrast_owner;
DELETE FROM contrast.field f WHERE f.kind = 'pretrain' AND f.name = 'freeze_text_encoder';
DELETE FROM contrast.migration WHERE version = 11;
RESET ROLE;
