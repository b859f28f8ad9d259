SET ROLE contrast_owner;
DO $$
DECLARE t text;
BEGIN
    DROP POLICY everyone ON contrast.event;
    FOREACH t IN ARRAY
        '{job,job_spec,dep,lease,attempt,checkpoint,output,warning,event,log,metric}'::text[]
    LOOP
        EXECUTE format('DROP POLICY own ON contrast.%I', t);
        EXECUTE format('ALTER TABLE contrast.%I DISABLE ROW LEVEL SECURITY', t);
    END LOOP;
END $$;
REVOKE ALL ON ALL TABLES IN SCHEMA contrast
    FROM contrast_submit, contrast_read, contrast_worker, contrast_admin;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA contrast
    FROM contrast_submit, contrast_read, contrast_worker, contrast_admin;
REVOKE USAGE ON SCHEMA contrast FROM contrast_submit, contrast_read, contrast_worker, contrast_admin;
DELETE FROM contrast.migration WHERE version = 6;
RESET ROLE;
