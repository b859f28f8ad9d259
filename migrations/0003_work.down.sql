SET ROLE contrast_owner;
DROP FUNCTION contrast.add_warning, contrast.append_metrics, contrast.append_log, contrast.input_outputs, contrast.drained,
    contrast.seconds, contrast.tick, contrast.finish, contrast.drop_checkpoint,
    contrast.mark_checkpoint_bad, contrast.save_checkpoint, contrast.fenced, contrast.beat, contrast.claim,
    contrast.live_worker, contrast.worker_gone, contrast.register_worker;
DELETE FROM contrast.migration WHERE version = 3;
RESET ROLE;
