-- Removes the whole queue with everything in it. The roles stay where another database of the server
-- still uses them.
DROP SCHEMA contrast CASCADE;
ALTER DEFAULT PRIVILEGES FOR ROLE contrast_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC;

DO $$
DECLARE r text;
BEGIN
    FOREACH r IN ARRAY '{contrast_admin,contrast_worker,contrast_submit,contrast_read,contrast_owner}'::text[] LOOP
        BEGIN
            EXECUTE format('DROP ROLE IF EXISTS %I', r);
        EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN
            RAISE NOTICE 'role % is still in use and stays', r;
        END;
    END LOOP;
END $$;
