-- Who may do what: EXECUTE on functions, SELECT on rows of one's own, and no write to any table.
-- contrast_submit: enqueue and steer one's own jobs. contrast_read: look at everyone's.
-- contrast_admin: both, for everyone, and the switches. contrast_worker: run jobs (a trusted role).
SET ROLE contrast_owner;

GRANT USAGE ON SCHEMA contrast TO contrast_submit, contrast_read, contrast_worker, contrast_admin;

GRANT EXECUTE ON FUNCTION contrast.enqueue, contrast.enqueue_generate, contrast.enqueue_train,
    contrast.enqueue_pretrain, contrast.enqueue_evaluate, contrast.enqueue_prepare,
    contrast.enqueue_visualize, contrast.payload, contrast.subjects, contrast.cancel, contrast.retry,
    contrast.hold, contrast.release, contrast.reprioritize TO contrast_submit;
GRANT EXECUTE ON FUNCTION contrast.may, contrast.sees
    TO contrast_submit, contrast_read, contrast_worker, contrast_admin;
GRANT EXECUTE ON FUNCTION contrast.register_worker, contrast.worker_gone, contrast.claim, contrast.beat,
    contrast.save_checkpoint, contrast.mark_checkpoint_bad, contrast.drop_checkpoint, contrast.finish,
    contrast.tick, contrast.drained, contrast.input_outputs, contrast.append_log, contrast.append_metrics,
    contrast.add_warning TO contrast_worker;
GRANT EXECUTE ON FUNCTION contrast.pause, contrast.resume, contrast.direct_worker, contrast.tick
    TO contrast_admin;

GRANT SELECT ON ALL TABLES IN SCHEMA contrast TO contrast_submit, contrast_read;
GRANT SELECT ON contrast.kind, contrast.setting, contrast.pause, contrast.worker, contrast.migration
    TO contrast_worker;
GRANT UPDATE (value) ON contrast.setting TO contrast_admin;

DO $$
DECLARE t text;
BEGIN
    ALTER TABLE contrast.job ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON contrast.job FOR SELECT USING (contrast.sees(owner));
    FOREACH t IN ARRAY
        '{job_spec,dep,lease,attempt,checkpoint,output,warning,event,log,metric}'::text[]
    LOOP
        EXECUTE format('ALTER TABLE contrast.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY own ON contrast.%I FOR SELECT USING '
            '(EXISTS (SELECT FROM contrast.job j WHERE j.id = job_id))', t);
    END LOOP;
    CREATE POLICY everyone ON contrast.event FOR SELECT USING (job_id IS NULL AND contrast.sees(''));
END $$;

INSERT INTO contrast.migration (version, name) VALUES (6, 'privileges');
RESET ROLE;
