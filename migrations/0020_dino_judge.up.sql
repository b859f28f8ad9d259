-- Evaluations may ask a DINOv2.
SET ROLE contrast_owner;
INSERT INTO contrast.field VALUES ('evaluate', 'dino_judge', 'string', NULL);
INSERT INTO contrast.migration (version, name) VALUES (20, 'dino_judge');
RESET ROLE;
