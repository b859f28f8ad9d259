SET ROLE contrast_owner;
DROP FUNCTION contrast.direct_worker, contrast.resume, contrast.pause, contrast.reprioritize,
    contrast.release, contrast.hold, contrast.retry, contrast.revive, contrast.dead_parent, contrast.cancel, contrast.locked,
    contrast.settle, contrast.known, contrast.enqueue, contrast.sources, contrast.fair_key, contrast.announce,
    contrast.record, contrast.wake, contrast.sees, contrast.may;
DELETE FROM contrast.migration WHERE version = 2;
RESET ROLE;
