SET ROLE contrast_owner;
DROP VIEW contrast.unplaceable, contrast.queue_depth, contrast.workers, contrast.logs,
    contrast.metric_points, contrast.attempts, contrast.outputs, contrast.jobs;
DELETE FROM contrast.migration WHERE version = 5;
RESET ROLE;
