-- A pretraining may go on from the weights that its base has.
SET ROLE contrast_owner;
INSERT INTO contrast.field VALUES ('pretrain', 'continue', 'boolean', NULL);
INSERT INTO contrast.migration (version, name) VALUES (17, 'continued_pretraining');
RESET ROLE;
