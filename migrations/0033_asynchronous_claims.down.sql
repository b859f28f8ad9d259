SET ROLE contrast_owner;
CREATE OR REPLACE FUNCTION contrast.guard_fence() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_now text := contrast.current_incarnation();
    v_known text := (SELECT i.id FROM contrast.incarnation i);
BEGIN
    IF v_known = v_now THEN RETURN; END IF;
    SELECT i.id INTO v_known FROM contrast.incarnation i FOR UPDATE;
    IF v_known = v_now THEN RETURN; END IF;     -- somebody else was first
    -- Farther than any server hands out between two backups.
    PERFORM setval('contrast.fence', nextval('contrast.fence') + 1000000000);
    UPDATE contrast.incarnation i SET id = v_now, since = clock_timestamp();
    INSERT INTO contrast.event (what, detail)
    VALUES ('fence_moved', jsonb_build_object('from', v_known, 'to', v_now));
END $$;
COMMENT ON FUNCTION contrast.guard_fence IS
'Moves the fence ahead on a server that may not know every token that was given out.';
UPDATE contrast.incarnation i SET id = regexp_replace(i.id, '/[0-9]+/[0-9]+$', '') WHERE i.id = contrast.current_incarnation();
CREATE OR REPLACE FUNCTION contrast.current_incarnation() RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT c.system_identifier FROM pg_control_system() c) || '/'
        || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8);
END $$;
COMMENT ON FUNCTION contrast.current_incarnation IS
'Which server this is, and how often a standby was promoted or a backup restored on its way here.';
DROP TABLE contrast.fence_witness;
DELETE FROM contrast.migration WHERE version = 33;
RESET ROLE;
