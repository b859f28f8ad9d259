SET ROLE contrast_owner;
DELETE FROM contrast.field f WHERE f.name = 'allow_changed_models';
DROP VIEW contrast.job_models;
DROP FUNCTION contrast.record_model, contrast.remove_model, contrast.add_model;
DROP TABLE contrast.job_model, contrast.model;
DELETE FROM contrast.migration WHERE version = 10;
RESET ROLE;
