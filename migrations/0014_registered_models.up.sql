-- Evaluations and pretrainings name registered models as well.
SET ROLE contrast_owner;
INSERT INTO contrast.field VALUES
    ('pretrain', 'allow_changed_models', 'boolean', NULL),
    ('evaluate', 'allow_changed_models', 'boolean', NULL);
COMMENT ON VIEW contrast.job_models IS
'The models that jobs used. The sha256 of a base is that of its denoiser''s weights, that of a judge of both encoders'',
that of a pretraining''s start of all weights it had, by path.';
INSERT INTO contrast.migration (version, name) VALUES (14, 'registered_models');
RESET ROLE;
