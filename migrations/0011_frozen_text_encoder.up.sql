-- A pretraining of CLIP may leave the text encoder that a UNet was trained over as it is.
SET ROLE contrast_owner;
INSERT INTO contrast.field VALUES ('pretrain', 'freeze_text_encoder', 'boolean', NULL);
INSERT INTO contrast.migration (version, name) VALUES (11, 'frozen_text_encoder');
RESET ROLE;
