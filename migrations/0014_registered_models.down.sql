SET ROLE contrast_owner;
DELETE FROM contrast.field f WHERE f.kind IN ('pretrain', 'evaluate') AND f.name = 'allow_changed_models';
COMMENT ON VIEW contrast.job_models IS
'The bases and adapters that jobs used: the sha256 of a base is that of its denoiser''s weights.';
DELETE FROM contrast.migration WHERE version = 14;
RESET ROLE;
