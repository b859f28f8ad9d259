-- A claim no longer waits for the disk: whatever builds on it does, and then has the claim on the disk as well. What a crash takes
-- of the newest claims nobody has built on; their tokens must only never be given out again.
SET ROLE contrast_owner;

CREATE UNLOGGED TABLE contrast.fence_witness (at timestamptz NOT NULL DEFAULT clock_timestamp());
COMMENT ON TABLE contrast.fence_witness IS
'Has a row while this server knows every token that was given out: a crash, a promotion and a copy of its files empty it.';
INSERT INTO contrast.fence_witness DEFAULT VALUES;

UPDATE contrast.incarnation i
   SET id = i.id || '/' || (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
       || '/' || 'contrast.fence'::regclass::oid
 WHERE i.id = contrast.current_incarnation();

CREATE OR REPLACE FUNCTION contrast.current_incarnation() RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT c.system_identifier FROM pg_control_system() c) || '/'
        || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) || '/'
        || (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) || '/'
        || 'contrast.fence'::regclass::oid;
END $$;
COMMENT ON FUNCTION contrast.current_incarnation IS
'Which sequence of which database of which server this is, and how often a standby was promoted or a backup restored on its way here.';

CREATE OR REPLACE FUNCTION contrast.guard_fence() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_now text := contrast.current_incarnation();
    v_known text := (SELECT i.id FROM contrast.incarnation i);
    v_next bigint;
    v_clock bigint;
BEGIN
    IF v_known = v_now AND EXISTS (SELECT FROM contrast.fence_witness) THEN
        PERFORM set_config('synchronous_commit', 'off', true);
        RETURN;
    END IF;
    SELECT i.id INTO v_known FROM contrast.incarnation i FOR UPDATE;
    IF v_known = v_now AND EXISTS (SELECT FROM contrast.fence_witness) THEN
        RETURN;                                 -- somebody else was first
    END IF;
    -- Tokens rise more slowly than the clock's microseconds: those of every lost history, its own moves included, are below. Where
    -- the clock has gone back: farther than any server hands out between two backups.
    v_next := nextval('contrast.fence');
    v_clock := extract(epoch FROM clock_timestamp()) * 1000000;
    PERFORM setval('contrast.fence', CASE WHEN v_clock > v_next THEN v_clock ELSE v_next + 1000000000 END);
    UPDATE contrast.incarnation i SET id = v_now, since = clock_timestamp();
    DELETE FROM contrast.fence_witness;
    INSERT INTO contrast.fence_witness DEFAULT VALUES;
    INSERT INTO contrast.event (what, detail)
    VALUES ('fence_moved', jsonb_build_object('from', v_known, 'to', v_now));
END $$;
COMMENT ON FUNCTION contrast.guard_fence IS
'Moves the fence ahead on a server that may not know every token that was given out; where it does, the transaction of the claim commits asynchronously.';

INSERT INTO contrast.migration (version, name) VALUES (33, 'asynchronous_claims');
RESET ROLE;
