-- Workers tell how deep the queue is (/metrics, /status), and see nobody's jobs.
SET ROLE contrast_owner;

CREATE FUNCTION contrast.depth()
RETURNS TABLE (kind text, waiting bigint, ready bigint, running bigint, held bigint, oldest_ready interval,
    paused boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT q.kind, q.waiting, q.ready, q.running, q.held, q.oldest_ready, q.paused
      FROM contrast.queue_depth q ORDER BY q.kind
$$;
COMMENT ON FUNCTION contrast.depth IS
'How much of each kind there is to do, over all owners: what workers tell those who watch them.';
REVOKE ALL ON FUNCTION contrast.depth FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contrast.depth TO contrast_worker, contrast_read, contrast_admin;

INSERT INTO contrast.migration (version, name) VALUES (27, 'depth');
RESET ROLE;
